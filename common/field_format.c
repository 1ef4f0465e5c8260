// Each form once: how it is recognised, how people write it, and what is said when it is not there.
#include "common/field_format.h"

#include <math.h>
#include <string.h>
#include "common/calendar.h"

enum { HANDLE_MOST = 32, SOURCE_MOST = 64, SHA256_DIGITS = 64 };
static const double AMOUNT_MOST = 1e18;

static bool is_day(const char *text)
{
    int32_t days;
    return date_parse(text, &days);
}

static bool is_week(const char *text)
{
    int32_t monday;
    return week_parse(text, &monday);
}

static bool is_month(const char *text)
{
    int32_t first;
    return month_parse(text, &first);
}

static bool is_quarter(const char *text)
{
    int year, q;
    return quarter_parse(text, &year, &q);
}

// Lower-case letters, digits and `others`, beginning with a letter or a digit: as in the schema.
static bool is_name(const char *text, const char *others, size_t most)
{
    size_t len = strlen(text);
    if (len == 0 || len > most)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || !strchr(others, c)))
            return false;
    }
    return true;
}

static bool is_handle(const char *text)
{
    return is_name(text, "._-", HANDLE_MOST);
}

static bool is_role(const char *text)
{
    return is_name(text, "-", HANDLE_MOST);
}

static bool is_source(const char *text)
{
    return is_name(text, "._-", SOURCE_MOST);
}

static bool two_digits(const char *text, int most)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    return (text[0] - '0') * 10 + text[1] - '0' <= most;
}

static bool is_clock(const char *text)
{
    char day[DATE_SIZE];
    if (strlen(text) != strlen("2021-02-08T01:02:03"))
        return false;
    memcpy(day, text, DATE_SIZE - 1);
    day[DATE_SIZE - 1] = '\0';
    return is_day(day) && text[10] == 'T' && two_digits(text + 11, 23) && text[13] == ':' &&
           two_digits(text + 14, 59) && text[16] == ':' && two_digits(text + 17, 59);
}

static bool is_sha256(const char *text)
{
    return strlen(text) == SHA256_DIGITS && strspn(text, "0123456789abcdef") == SHA256_DIGITS;
}

static bool is_finite(double number)
{
    return isfinite(number);
}

static bool is_amount(double number)
{
    return fabs(number) <= AMOUNT_MOST;
}

static const struct {
    bool (*fits)(const char *text);
    bool (*fits_number)(double number);
    Okr__Reason reason;
    const char *form;
    size_t characters;
} formats[] = {
    [OKR__FORMAT__FORMAT_DAY] = {is_day, NULL, OKR__REASON__REASON_BAD_DATE, "YYYY-MM-DD"},
    [OKR__FORMAT__FORMAT_WEEK] = {is_week, NULL, OKR__REASON__REASON_BAD_WEEK, "YYYY-Www"},
    [OKR__FORMAT__FORMAT_MONTH] = {is_month, NULL, OKR__REASON__REASON_BAD_MONTH, "YYYY-MM"},
    [OKR__FORMAT__FORMAT_QUARTER] = {is_quarter, NULL, OKR__REASON__REASON_BAD_QUARTER, "YYYYQn"},
    [OKR__FORMAT__FORMAT_HANDLE] = {is_handle, NULL, OKR__REASON__REASON_BAD_VALUE,
                                    "[a-z0-9][a-z0-9._-]{0,31}", HANDLE_MOST},
    [OKR__FORMAT__FORMAT_ROLE] = {is_role, NULL, OKR__REASON__REASON_BAD_VALUE,
                                  "[a-z0-9][a-z0-9-]{0,31}", HANDLE_MOST},
    [OKR__FORMAT__FORMAT_SOURCE] = {is_source, NULL, OKR__REASON__REASON_BAD_VALUE,
                                    "a-z 0-9 . _ - (64), a-z 0-9 first", SOURCE_MOST},
    [OKR__FORMAT__FORMAT_CLOCK] = {is_clock, NULL, OKR__REASON__REASON_BAD_VALUE,
                                   "YYYY-MM-DDTHH:MM:SS"},
    [OKR__FORMAT__FORMAT_SHA256] = {is_sha256, NULL, OKR__REASON__REASON_BAD_VALUE,
                                    "SHA-256 (0-9 a-f, 64)"},
    [OKR__FORMAT__FORMAT_FINITE] = {NULL, is_finite, OKR__REASON__REASON_BAD_VALUE, "finite"},
    [OKR__FORMAT__FORMAT_AMOUNT] = {NULL, is_amount, OKR__REASON__REASON_BAD_VALUE,
                                    "-1e18 .. 1e18"},
};

bool format_fits(Okr__Format format, const char *text)
{
    return !formats[format].fits || formats[format].fits(text);
}

bool format_fits_number(Okr__Format format, double number)
{
    return !formats[format].fits_number || formats[format].fits_number(number);
}

Okr__Reason format_reason(Okr__Format format)
{
    return formats[format].reason;
}

const char *format_form(Okr__Format format)
{
    return formats[format].form;
}

size_t format_characters(Okr__Format format)
{
    return formats[format].characters;
}

bool text_is_blank(const char *text)
{
    static const char ideographic_space[] = "\xE3\x80\x80";
    while (*text) {
        if (*text == ' ' || *text == '\t' || *text == '\n')
            text++;
        else if (strncmp(text, ideographic_space, 3) == 0)
            text += 3;
        else
            return false;
    }
    return true;
}

size_t text_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}
