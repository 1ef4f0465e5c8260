// The forms of texts and numbers that the contract names (okr/v1/check.proto). Nothing here knows a
// message or a field.
#ifndef COMMON_FIELD_FORMAT_H
#define COMMON_FIELD_FORMAT_H

#include <stdbool.h>
#include "okr/v1/check.pb-c.h"
#include "okr/v1/envelope.pb-c.h"

// Whether the text has the form; FORMAT_UNSPECIFIED and forms of numbers: always.
bool format_fits(Okr__Format format, const char *text);
// Whether the number has it; FORMAT_UNSPECIFIED and forms of texts: always.
bool format_fits_number(Okr__Format format, double number);
// What a value is told that does not fit.
Okr__Reason format_reason(Okr__Format format);
// The form as people write it, "YYYY-MM-DD"; NULL for FORMAT_UNSPECIFIED.
const char *format_form(Okr__Format format);
// How long a text of the form can be, in characters; 0 where the form says it.
size_t format_characters(Okr__Format format);
// Whether there is nothing to read: empty, or white space only, the ideographic space included.
bool text_is_blank(const char *text);
// Unicode code points.
size_t text_characters(const char *text);

#endif
