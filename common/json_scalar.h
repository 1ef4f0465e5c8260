// What reading and writing JSON share, and the numbers and bytes of JSON values. For json*.c only.
#ifndef COMMON_JSON_SCALAR_H
#define COMMON_JSON_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

// Bytes of one element in the array of a repeated field.
size_t json_element_size(ProtobufCType type);

// Whether `key` is the field name `name`, as it is or in lowerCamelCase.
bool json_is_name(const char *name, const char *key);

// An integer as sign and size, from a number (1.0 and 1e3 are integers too) or a string.
bool json_get_integer(json_t *value, bool *ret_negative, uint64_t *ret_size);

// A number, a string that holds one, or "NaN", "Infinity", "-Infinity".
bool json_get_real(json_t *value, double *ret);

// Standard or URL-safe alphabet, with or without padding, into `size` bytes of room.
bool json_decode_base64(const char *text, size_t len, uint8_t *data, size_t size, size_t *ret_len);

#endif
