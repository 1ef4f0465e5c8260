// Requests that their check passes (common/field_check.h), for tests that break one field at a
// time. Everything is in the arena.
#ifndef OKR_TESTS_SUPPORT_FILLED_H
#define OKR_TESTS_SUPPORT_FILLED_H

#include "common/arena.h"
#include "common/field_check.h"

// Every field that the check names has a value, a list one element.
ProtobufCMessage *filled_new(struct arena *arena, const ProtobufCMessageDescriptor *type,
                             const struct message_check *check);
// n elements that pass; in a list whose elements differ, they do.
void filled_list(struct arena *arena, ProtobufCMessage *message,
                 const ProtobufCFieldDescriptor *field, const struct field_check *c, size_t n);
// The n-th of the values that pass.
void filled_value(struct arena *arena, const ProtobufCFieldDescriptor *field,
                  const struct field_check *c, void *at, size_t n);
void filled_integer(const ProtobufCFieldDescriptor *field, void *at, int64_t value);

void *filled_slot(const ProtobufCMessage *message, size_t offset);
size_t filled_size(ProtobufCType type); // bytes of one element

#endif
