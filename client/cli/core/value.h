// What a person may type for one value: ids, days, weeks, numbers, words. Full-width letters and
// digits (Ｐ－１２) are read as their ASCII twins. Must not print and knows no command.
#ifndef OKR_CLIENT_CLI_CORE_VALUE_H
#define OKR_CLIENT_CLI_CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <protobuf-c/protobuf-c.h>

// Copies `text` with full-width ASCII (U+FF01–FF5E, U+3000) made ASCII; false when `size` is small.
bool value_fold(const char *text, char *ret, size_t size);

// "P-12", "p12", "12" with prefix "P". False for anything else, another prefix included.
bool value_id(const char *text, const char *prefix, int64_t *ret);
bool value_integer(const char *text, int64_t *ret);
// A decimal number with a point; a "%" behind it is allowed and means nothing.
bool value_number(const char *text, double *ret);
// "2021-02-08", "2021/2/8" → "2021-02-08".
bool value_day(const char *text, char ret[11]);
// "2021-W07", "2021w7" → "2021-W07". The words this, next, last pass as they are.
bool value_week(const char *text, char ret[16]);
// "2021Q1", "2021-q1" → "2021Q1".
bool value_quarter(const char *text, char ret[8]);
// "2021-02", "2021/2" → "2021-02".
bool value_month(const char *text, char ret[8]);
// A word for an enum's value: "keep-at-least" for KR_KIND_KEEP_AT_LEAST. Never the unspecified one.
bool value_enum(const ProtobufCEnumDescriptor *type, const char *text, int *ret);
void value_enum_word(const ProtobufCEnumDescriptor *type, size_t index, char *ret, size_t size);

#endif
