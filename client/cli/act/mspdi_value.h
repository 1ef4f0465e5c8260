// Elements with values as MS Project's XML (MSPDI) has them. It knows no element by name.
#ifndef OKR_CLIENT_CLI_ACT_MSPDI_VALUE_H
#define OKR_CLIENT_CLI_ACT_MSPDI_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// Each writes <tag>value</tag> and a line's end, or nothing: of a text that is NULL, or where `has`
// is false.
void mspdi_put_text(FILE *out, const char *tag, const char *text);
void mspdi_put_int(FILE *out, const char *tag, bool has, int64_t value);
void mspdi_put_bool(FILE *out, const char *tag, bool has, bool value);
// With as many decimals as there are, four at most.
void mspdi_put_number(FILE *out, const char *tag, bool has, double value);
// Minutes as PT1H30M0S; a part of a minute as seconds, whole ones where a reader that rounds to
// ten-thousandths of a minute gets the same number from them.
void mspdi_put_duration(FILE *out, const char *tag, bool has, double minutes);
// Minutes since midnight as HH:MM:SS.
void mspdi_put_time(FILE *out, const char *tag, int32_t minute);

void mspdi_open(FILE *out, const char *tag);
void mspdi_close(FILE *out, const char *tag);

#endif
