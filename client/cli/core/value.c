#include "client/cli/core/value.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "common/calendar.h"

// U+FF01 to U+FF5E lie in UTF-8 at EF BC 81–BF and EF BD 80–9E; U+3000 is E3 80 80.
static size_t fold_one(const unsigned char *at, char *ret)
{
    if (at[0] == 0xEF && at[1] == 0xBC && at[2] >= 0x81 && at[2] <= 0xBF) {
        *ret = (char)(at[2] - 0x81 + 0x21);
        return 3;
    }
    if (at[0] == 0xEF && at[1] == 0xBD && at[2] >= 0x80 && at[2] <= 0x9E) {
        *ret = (char)(at[2] - 0x80 + 0x60);
        return 3;
    }
    if (at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80) {
        *ret = ' ';
        return 3;
    }
    *ret = (char)at[0];
    return 1;
}

bool value_fold(const char *text, char *ret, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = 0;
    while (*at) {
        if (length + 1 >= size)
            return false;
        at += fold_one(at, &ret[length++]);
    }
    ret[length] = '\0';
    return true;
}

static bool read_digits(const char *text, int64_t *ret)
{
    if (!isdigit((unsigned char)text[0]))
        return false;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end)
        return false;
    *ret = value;
    return true;
}

bool value_id(const char *text, const char *prefix, int64_t *ret)
{
    char folded[32];
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    const char *at = folded;
    size_t length = strlen(prefix);
    if (strncasecmp(at, prefix, length) == 0) {
        at += length;
        if (*at == '-')
            at++;
    }
    int64_t value;
    if (!read_digits(at, &value) || value <= 0)
        return false;
    *ret = value;
    return true;
}

bool value_integer(const char *text, int64_t *ret)
{
    char folded[32];
    int64_t value;
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    bool negative = folded[0] == '-';
    if (!read_digits(folded + negative, &value))
        return false;
    *ret = negative ? -value : value;
    return true;
}

bool value_number(const char *text, double *ret)
{
    char folded[64];
    if (!value_fold(text, folded, sizeof(folded)) || !folded[0])
        return false;
    if (strspn(folded, "+-.0123456789eE%") != strlen(folded))
        return false;
    char *end;
    double value = strtod(folded, &end);
    if (end == folded || !isfinite(value))
        return false;
    if (*end == '%')
        end++;
    if (*end)
        return false;
    *ret = value;
    return true;
}

bool value_day(const char *text, char ret[11])
{
    char folded[32];
    int year, month, day, end = 0;
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    int read = sscanf(folded, "%4d-%2d-%2d%n", &year, &month, &day, &end);
    if (read != 3)
        read = sscanf(folded, "%4d/%2d/%2d%n", &year, &month, &day, &end);
    if (read != 3 || folded[end] || year < 1 || month < 1 || day < 1)
        return false;
    char iso[40];
    int32_t days;
    snprintf(iso, sizeof(iso), "%04d-%02d-%02d", year, month, day);
    if (!date_parse(iso, &days))
        return false;
    memcpy(ret, iso, 11);
    return true;
}

bool value_week(const char *text, char ret[16])
{
    static const char *const words[] = {"this", "next", "last"};
    char folded[32];
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (strcasecmp(folded, words[i]) == 0) {
            strcpy(ret, words[i]);
            return true;
        }
    }
    int year, week, end = 0;
    char letter, iso[40];
    int read = sscanf(folded, "%4d-%c%2d%n", &year, &letter, &week, &end);
    if (read != 3)
        read = sscanf(folded, "%4d%c%2d%n", &year, &letter, &week, &end);
    if (read != 3 || folded[end] || year < 1 || week < 1 || toupper((unsigned char)letter) != 'W')
        return false;
    snprintf(iso, sizeof(iso), "%04d-W%02d", year, week);
    int32_t monday;
    if (!week_parse(iso, &monday))
        return false;
    strcpy(ret, iso);
    return true;
}

bool value_quarter(const char *text, char ret[8])
{
    char folded[32], name[QUARTER_SIZE];
    int year, quarter;
    if (!value_fold(text, folded, sizeof(folded)) || !quarter_parse(folded, &year, &quarter))
        return false;
    quarter_format(year, quarter, name);
    memcpy(ret, name, QUARTER_SIZE);
    return true;
}

bool value_month(const char *text, char ret[8])
{
    char folded[32], iso[40];
    int year, month, end = 0;
    int32_t first;
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    int read = sscanf(folded, "%4d-%2d%n", &year, &month, &end);
    if (read != 2)
        read = sscanf(folded, "%4d/%2d%n", &year, &month, &end);
    if (read != 2 || folded[end] || year < 1 || month < 1)
        return false;
    snprintf(iso, sizeof(iso), "%04d-%02d", year, month);
    if (!month_parse(iso, &first))
        return false;
    memcpy(ret, iso, MONTH_SIZE);
    return true;
}

// Values are named with their type's name in front: the first, …_UNSPECIFIED, shows how long that
// is.
static size_t prefix_length(const ProtobufCEnumDescriptor *type)
{
    const char *last = strstr(type->values[0].name, "UNSPECIFIED");
    return last ? (size_t)(last - type->values[0].name) : 0;
}

void value_enum_word(const ProtobufCEnumDescriptor *type, size_t index, char *ret, size_t size)
{
    const char *name = type->values[index].name + prefix_length(type);
    size_t i = 0;
    for (; name[i] && i + 1 < size; i++)
        ret[i] = name[i] == '_' ? '-' : (char)tolower((unsigned char)name[i]);
    ret[i] = '\0';
}

bool value_enum(const ProtobufCEnumDescriptor *type, const char *text, int *ret)
{
    char folded[64], word[64];
    if (!value_fold(text, folded, sizeof(folded)))
        return false;
    for (size_t i = 0; i < type->n_values; i++) {
        value_enum_word(type, i, word, sizeof(word));
        if (type->values[i].value != 0 && strcasecmp(word, folded) == 0) {
            *ret = type->values[i].value;
            return true;
        }
    }
    return false;
}
