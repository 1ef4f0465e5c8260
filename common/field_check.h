// What the contract says of the fields of a request (okr/v1/check.proto), as one table made by the
// build, and the walk that holds a message against it. Nothing here knows a method, a call or the
// database.
#ifndef COMMON_FIELD_CHECK_H
#define COMMON_FIELD_CHECK_H

#include "common/check.h"
#include "okr/v1/check.pb-c.h"

// One field; what is not said is 0.
struct field_check {
    uint32_t number;
    bool required;
    bool id;
    bool filled;
    bool unique;
    bool has_least;
    bool has_most;
    uint32_t characters;
    uint32_t items;
    uint32_t bytes;
    int64_t least;
    int64_t most;
    Okr__Format format;
    const struct message_check *inner; // of a message field: what holds for its own fields
};

struct message_check {
    const struct field_check *fields;
    size_t n_fields;
};

// Reports each field that is not as `check` (NULL: nothing is asked for) has it, in the order of
// the .proto, a field once: REASON_REQUIRED (REASON_REASON_REQUIRED where the field is called
// reason), TOO_LONG, TOO_MANY {limit}, DUPLICATE {the text}, BAD_DATE and its like {what was
// given}, BAD_VALUE {what would be right}. Time linear in the message but for lists that are
// unique, which are short.
void field_check(const struct message_check *check, const ProtobufCMessage *message,
                 check_report *report, void *ctx);

// The check of one field; NULL when nothing is asked of it.
const struct field_check *field_check_of(const struct message_check *check, uint32_t number);
// The same by its path in a message of that type, "kr.unit".
const struct field_check *field_check_find(const struct message_check *check,
                                           const ProtobufCMessageDescriptor *type,
                                           const char *path);

// What would be right of a number, "1 .. 500" or ">= 1"; empty without a range.
enum { FIELD_RANGE_SIZE = 48 };
void field_range(const struct field_check *check, char buf[FIELD_RANGE_SIZE]);

#endif
