// The contract as protoc describes it: reading the set, finding things in it, and the names that
// they have in C. It must not know what is generated from it.
#ifndef RPCGEN_CONTRACT_H
#define RPCGEN_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "google/protobuf/descriptor.pb-c.h"
#include "okr/v1/check.pb-c.h"
#include "okr/v1/policy.pb-c.h"

typedef Google__Protobuf__FileDescriptorSet file_set;
typedef Google__Protobuf__FileDescriptorProto file_desc;
typedef Google__Protobuf__DescriptorProto message_desc;
typedef Google__Protobuf__EnumDescriptorProto enum_desc;
typedef Google__Protobuf__ServiceDescriptorProto service_desc;
typedef Google__Protobuf__MethodDescriptorProto method_desc;
typedef Google__Protobuf__FieldDescriptorProto field_desc;

// Ends the program: "rpcgen: NAME: WHAT".
void die(const char *what, const char *name) __attribute__((noreturn));

file_set *contract_read(const char *path);
FILE *contract_open_out(const char *dir, const char *name);
bool contract_is_ours(const file_desc *file);
// The message that a field's type (".okr.v1.Goal") names; NULL: none of ours.
const message_desc *contract_message(const file_set *set, const char *type);
const field_desc *contract_field(const message_desc *message, const char *name);
// Dies unless fields are optional or repeated, without defaults and outside of oneofs, and no
// message contains itself.
void contract_check_message(const file_set *set, const message_desc *message, unsigned depth);

// What the option says of the method or field; NULL without one. To be freed as its type.
Okr__Policy *contract_policy(const method_desc *method);
Okr__Check *contract_check(const field_desc *field);

// "GetServerInfo" → "get_server_info", or in capitals.
void name_snake(const char *camel, bool upper, char *out, size_t size);

// ".okr.v1.GetBoardRequest" → "GetBoardRequest", "get_board_request" and
// "okr__get_board_request__descriptor" (the files set c_package = "okr").
struct type_names {
    const char *camel;
    char snake[100];
    char descriptor[130];
};
void name_type(const char *type, struct type_names *ret_names);

struct method_names {
    char constant[128]; // RPC_BOARD_GET_BOARD
    char handler[128];  // board_get_board
    char full[160];     // okr.v1.BoardService/GetBoard
};
void name_method(const file_desc *file, const char *service, const char *method,
                 struct method_names *ret_names);

#endif
