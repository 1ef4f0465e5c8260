// One row of the method table: what the contract says about a method. The rows are generated from
// the .proto files (proto/rpcgen); nothing else grants a right or names a method.
#ifndef OKR_COMMON_RPC_METHOD_H
#define OKR_COMMON_RPC_METHOD_H

#include <stdbool.h>
#include <stdint.h>
#include <protobuf-c/protobuf-c.h>
#include "common/field_check.h"
#include "okr/v1/policy.pb-c.h"

#define ROLE_BIT(role) (UINT32_C(1) << (role))

struct rpc_method {
    const char *name; // "okr.v1.BoardService/GetBoard"
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *reply;
    Okr__Effect effect;
    uint32_t allow; // ROLE_BIT of each role that may call it on any row
    uint32_t own;   // of each role that may call it on its own rows only
    bool members;   // every active member may call it
    bool anonymous; // no token is needed
    bool local;     // only through the local socket, by the service's own user or root
    const struct message_check *check; // of the request; NULL: nothing is asked of it
};

#endif
