// What every message is checked for before it is unpacked, by its descriptor and whatever it means.
//
// protobuf-c takes what it is sent: it cuts strings at an embedded NUL, and lets through invalid
// UTF-8, unknown enum values and any depth. So the raw bytes are walked first. Nothing here knows a
// method, a rule or a role.
#ifndef COMMON_CHECK_H
#define COMMON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <protobuf-c/protobuf-c.h>
#include "okr/v1/envelope.pb-c.h"

enum {
    CHECK_TEXT_BYTES = 16 * 1024,
    CHECK_BYTES_BYTES = 1024 * 1024,
    CHECK_ELEMENTS = 10000,
    CHECK_DEPTH = 16,   // messages within messages, the outermost counted
    CHECK_FIELDS = 128, // fields of one message type; a wider type is refused as malformed
    CHECK_REPORTS = 64, // after so many violations the walk ends
};

struct check_options {
    size_t text_bytes;  // most bytes of one string field
    size_t bytes_bytes; // most bytes of one bytes field
    size_t elements;    // most elements of one repeated field
    bool strict;        // report fields that the descriptor does not have
};

// One violation. `path` as google.rpc.BadRequest writes it ("goals[2].text", names of the .proto;
// an unknown field is its number); `arg` is the limit for REASON_TOO_LONG (bytes) and
// REASON_TOO_MANY, the number for REASON_BAD_ENUM and REASON_UNKNOWN_FIELD, NULL for
// REASON_BAD_TEXT. Both strings die when the function returns.
typedef void check_report(void *ctx, const char *path, Okr__Reason reason, const char *arg);

// Walks the wire form of a message of type `type`. False when the bytes are no such message: cut
// short, a wire type that does not fit the field, a group, deeper than CHECK_DEPTH. True otherwise,
// *also when violations were reported*: the caller counts those. With report == NULL a violation
// makes it false. No allocation, time linear in len.
// Wire form: https://protobuf.dev/programming-guides/encoding/
bool check_wire(const uint8_t *data, size_t len, const ProtobufCMessageDescriptor *type,
                const struct check_options *options, check_report *report, void *ctx);

// check_wire() with the limits above, strict.
bool check_wire_strings(const uint8_t *data, size_t len, const ProtobufCMessageDescriptor *type,
                        check_report *report, void *ctx);

// How deep messages of this type can nest: 1 without message fields, SIZE_MAX when the type
// contains itself. protobuf-c unpacks recursively and without a limit, so a contract stays finite.
size_t check_descriptor_depth(const ProtobufCMessageDescriptor *type);

// True for UTF-8 as RFC 3629 has it (no surrogates, no overlong forms, nothing above U+10FFFF).
bool check_utf8(const char *text, size_t len);

// True for UTF-8 without control characters (C0, DEL, C1) other than newline and tab.
bool check_text(const char *text, size_t len);

#endif
