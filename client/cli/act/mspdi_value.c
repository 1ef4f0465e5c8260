// Numbers are put together from whole ones, so no locale has a say in them.
#include "client/cli/act/mspdi_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { PARTS = 10000 }; // of one, of a minute: what okrd keeps

// Beyond that a double has no ten-thousandths.
static const double WHOLE_FROM = 4e11;

// &, < and > by name; a carriage return by number, or a reader would take it for a line's end; what
// XML forbids becomes a space.
static void put_char(FILE *out, unsigned char c)
{
    if (c == '&')
        fputs("&amp;", out);
    else if (c == '<')
        fputs("&lt;", out);
    else if (c == '>')
        fputs("&gt;", out);
    else if (c == '\r')
        fputs("&#13;", out);
    else if (c < 0x20 && c != '\t' && c != '\n')
        fputc(' ', out);
    else
        fputc(c, out);
}

void mspdi_put_text(FILE *out, const char *tag, const char *text)
{
    if (!text)
        return;
    fprintf(out, "<%s>", tag);
    for (; *text; text++)
        put_char(out, (unsigned char)*text);
    fprintf(out, "</%s>\n", tag);
}

void mspdi_put_int(FILE *out, const char *tag, bool has, int64_t value)
{
    if (has)
        fprintf(out, "<%s>%" PRId64 "</%s>\n", tag, value, tag);
}

void mspdi_put_bool(FILE *out, const char *tag, bool has, bool value)
{
    mspdi_put_int(out, tag, has, value);
}

// "2.5" of 25000 ten-thousandths.
static void put_parts(FILE *out, int64_t parts)
{
    int width = 4;
    int64_t part = parts % PARTS;
    fprintf(out, "%" PRId64, parts / PARTS);
    if (part == 0)
        return;
    for (; part % 10 == 0; part /= 10)
        width--;
    fprintf(out, ".%0*" PRId64, width, part);
}

void mspdi_put_number(FILE *out, const char *tag, bool has, double value)
{
    if (!has)
        return;
    fprintf(out, "<%s>%s", tag, value < 0 ? "-" : "");
    if (fabs(value) >= WHOLE_FROM)
        fprintf(out, "%.0f", fabs(value));
    else
        put_parts(out, llround(fabs(value) * (double)PARTS));
    fprintf(out, "</%s>\n", tag);
}

// A ten-thousandth of a minute is 6 thousandths of a second.
static void put_seconds(FILE *out, int64_t part)
{
    int64_t whole = (part * 6 + 500) / 1000;
    if (llround((double)whole / 60 * (double)PARTS) == part)
        fprintf(out, "%" PRId64 "S", whole);
    else
        fprintf(out, "%" PRId64 ".%03" PRId64 "S", part * 6 / 1000, part * 6 % 1000);
}

// xsd:duration: one sign, before the P. (MS Project writes "PT-8H0M0S", which its schema forbids;
// it reads either.)
void mspdi_put_duration(FILE *out, const char *tag, bool has, double minutes)
{
    if (!has)
        return;
    double size = fabs(minutes);
    int64_t whole = (int64_t)size;
    int64_t part = 0;
    if (size < WHOLE_FROM) {
        int64_t parts = llround(size * (double)PARTS);
        whole = parts / PARTS;
        part = parts % PARTS;
    }
    const char *sign = minutes < 0 && (whole || part) ? "-" : "";
    fprintf(out, "<%s>%sPT%" PRId64 "H%" PRId64 "M", tag, sign, whole / 60, whole % 60);
    put_seconds(out, part);
    fprintf(out, "</%s>\n", tag);
}

void mspdi_put_time(FILE *out, const char *tag, int32_t minute)
{
    fprintf(out, "<%s>%02d:%02d:00</%s>\n", tag, minute / 60 % 24, minute % 60, tag);
}

void mspdi_open(FILE *out, const char *tag)
{
    fprintf(out, "<%s>\n", tag);
}

void mspdi_close(FILE *out, const char *tag)
{
    fprintf(out, "</%s>\n", tag);
}
