// Messages as JSON and back, in protobuf's canonical mapping, by their descriptors alone.
// https://protobuf.dev/programming-guides/json/
//
// It knows no message by name. Writing is json.c, reading json_read.c.
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <protobuf-c/protobuf-c.h>

// The message as UTF-8 text, to be freed by the caller; NULL when out of memory. lowerCamelCase
// names, fields in the order of the .proto's numbers, those not set left out; 64-bit integers and
// NaN or infinity as strings, bytes in base64, enums by name (by number when it has none), floating
// point in the fewest digits that read back the same. `pretty`: two spaces a level, else one line.
char *json_from_message(const ProtobufCMessage *message, bool pretty);

// A message of type `type` from JSON text, allocated from `allocator` (NULL: malloc) and freed with
// protobuf_c_message_free_unpacked(). Takes names as lowerCamelCase or as in the .proto, enums by
// name or number, numbers also as strings, base64 of either alphabet with or without padding; null
// is the same as absent. On failure NULL, and `error` (unless NULL) says what and where:
// "goals[2].text: not a string". Not checked here: lengths and control characters (common/check.h).
ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *type, const char *text,
                                  ProtobufCAllocator *allocator, char *error, size_t error_len);

#endif
