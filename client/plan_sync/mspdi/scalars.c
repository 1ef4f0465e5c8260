// Scanning by hand, by the grammars that stand above each function: strtod() and friends take much
// that is no MSPDI (hexadecimals, "inf", a locale's comma).
#include "client/plan_sync/mspdi/scalars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "client/plan_sync/mspdi/error.h"
#include "common/text.h"

enum {
    SHOWN_CHARS = 40,
    FIXED_BYTES = 400, // room for the largest double with four decimals
};

// What the contract takes; no plan comes near it.
static const double NUMBER_MOST = 1e18;
// Below that rounding took nothing away but what binary fractions had added.
static const double ROUNDED_LEAST = 1e-12;

// A part of a value, not NUL-terminated.
struct view {
    const char *s;
    size_t len;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// False where there is nothing but white space.
static bool trimmed(const struct mspdi_node *node, const char *tag, struct view *v)
{
    v->s = mspdi_node_value(node, tag);
    if (!v->s)
        return false;
    while (is_blank(*v->s))
        v->s++;
    v->len = strlen(v->s);
    while (v->len > 0 && is_blank(v->s[v->len - 1]))
        v->len--;
    return v->len > 0;
}

void mspdi_warn(struct mspdi_context *c, enum mspdi_warning kind, const struct mspdi_node *node,
                const char *tag, const char *value, size_t len)
{
    mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_MALFORMED, node, tag);
    struct mspdi_warning_count *w = &c->warnings->by[c->section][kind];
    if (w->count++ >= MSPDI_EXAMPLES)
        return;
    char *to = w->first[w->count - 1];
    bool named = kind != MSPDI_BAD_LINK_TYPE;
    size_t used = named ? (size_t)snprintf(to, MSPDI_EXAMPLE_BYTES, "%.32s=", tag) : 0;
    mspdi_copy_chars(to + used, MSPDI_EXAMPLE_BYTES - used, value, len, SHOWN_CHARS);
}

static bool bad(struct mspdi_context *c, enum mspdi_warning kind, const struct mspdi_node *node,
                const char *tag, struct view v)
{
    mspdi_warn(c, kind, node, tag, v.s, v.len);
    return false;
}

// C1 control characters (U+0080 to U+009F) are two bytes in UTF-8; they become two spaces. False:
// there was nothing to do.
static bool clean_text(char *text)
{
    bool cleaned = false;
    unsigned char *at = (unsigned char *)text;
    for (; *at; at++) {
        bool control = (*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7F;
        bool c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F;
        if (control || c1)
            at[0] = ' ';
        if (c1)
            at[1] = ' ';
        cleaned |= control || c1;
    }
    size_t length = text_fit(text, MSPDI_TEXT_BYTES);
    cleaned |= text[length] != '\0';
    text[length] = '\0';
    return cleaned;
}

char *mspdi_text(struct mspdi_context *c, const struct mspdi_node *node, const char *tag)
{
    char *s = mspdi_node_value(node, tag);
    if (!s || !*s)
        return NULL;
    if (clean_text(s))
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_CUT, node, tag);
    return s;
}

static size_t count_digits(struct view v, size_t at)
{
    size_t n = 0;
    while (at + n < v.len && is_digit(v.s[at + n]))
        n++;
    return n;
}

// [+-]? digits (. 0*)?
static bool parse_int(struct view v, int64_t *ret)
{
    size_t at = v.s[0] == '+' || v.s[0] == '-';
    size_t n = count_digits(v, at);
    int64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = v.s[at + i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (n == 0 || (v.s[0] != '-' && __builtin_sub_overflow(0, value, &value)))
        return false;
    at += n;
    if (at < v.len && v.s[at] == '.') {
        at++;
        while (at < v.len && v.s[at] == '0')
            at++;
    }
    *ret = value;
    return at == v.len;
}

bool mspdi_int(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
               int64_t *ret)
{
    struct view v;
    int64_t value;
    if (!trimmed(node, tag, &v))
        return false;
    if (!parse_int(v, &value))
        return bad(c, MSPDI_BAD_INT, node, tag, v);
    *ret = value;
    return true;
}

static bool view_is(struct view v, const char *word)
{
    return v.len == strlen(word) && strncasecmp(v.s, word, v.len) == 0;
}

bool mspdi_bool(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                protobuf_c_boolean *ret)
{
    struct view v;
    if (!trimmed(node, tag, &v))
        return false;
    bool yes = view_is(v, "1") || view_is(v, "true");
    if (!yes && !view_is(v, "0") && !view_is(v, "false"))
        return bad(c, MSPDI_BAD_BOOL, node, tag, v);
    *ret = yes;
    return true;
}

double mspdi_round4(const struct mspdi_context *c, double value)
{
    if (value == floor(value) || fabs(value) >= 0x1p52)
        return value + 0.0;
    char text[FIXED_BYTES];
    locale_t before = uselocale(c->c_locale);
    snprintf(text, sizeof text, "%.4f", value);
    value = strtod(text, NULL);
    uselocale(before);
    return value + 0.0;
}

// The number in `len` bytes at `s`, which the caller has found to be one.
static double to_double(const struct mspdi_context *c, const char *s, size_t len)
{
    char text[64];
    if (len >= sizeof text) {
        char *copy = arena_strndup(c->arena, s, len);
        return copy ? strtod_l(copy, NULL, c->c_locale) : 0.0;
    }
    memcpy(text, s, len);
    text[len] = '\0';
    return strtod_l(text, NULL, c->c_locale);
}

// [+-]? (digits (. digits?)? | . digits) ([eE] [+-]? digits)?
static bool is_number(struct view v)
{
    size_t at = v.s[0] == '+' || v.s[0] == '-';
    size_t whole = count_digits(v, at);
    size_t part = 0;
    at += whole;
    if (at < v.len && v.s[at] == '.') {
        part = count_digits(v, at + 1);
        at += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (at < v.len && (v.s[at] == 'e' || v.s[at] == 'E')) {
        at++;
        if (at < v.len && (v.s[at] == '+' || v.s[at] == '-'))
            at++;
        size_t exponent = count_digits(v, at);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == v.len;
}

bool mspdi_number(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                  double *ret)
{
    struct view v;
    if (!trimmed(node, tag, &v))
        return false;
    double value = is_number(v) ? to_double(c, v.s, v.len) : NAN;
    if (!(fabs(value) <= NUMBER_MOST))
        return bad(c, MSPDI_BAD_NUMBER, node, tag, v);
    *ret = mspdi_round4(c, value);
    if (fabs(*ret - value) > ROUNDED_LEAST * fmax(1, fabs(value)))
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_CUT, node, tag);
    return true;
}

// One "-12H" at *at, if it is there: *at moves behind it, *sum grows by its minutes (`minutes` 0:
// the number is of sixtieths). Seconds may have a fraction.
static void take_part(const struct mspdi_context *c, struct view v, size_t *at, char unit,
                      double minutes, double *sum)
{
    size_t i = *at;
    if (i < v.len && v.s[i] == '-')
        i++;
    size_t n = count_digits(v, i);
    if (n == 0)
        return;
    i += n;
    if (unit == 'S' && i < v.len && v.s[i] == '.') {
        size_t part = count_digits(v, i + 1);
        if (part == 0)
            return;
        i += 1 + part;
    }
    if (i >= v.len || v.s[i] != unit)
        return;
    double value = to_double(c, v.s + *at, i - *at);
    *sum += minutes > 0 ? value * minutes : value / 60;
    *at = i + 1;
}

// -? P (nY)? (nM)? (nD)? (T (nH)? (nM)? (n(.n)?S)?)?  with something after P, and after T
static bool parse_duration(const struct mspdi_context *c, struct view v, double *ret)
{
    static const struct {
        char unit;
        double minutes; // 0: sixtieths
    } date[] = {{'Y', 525600}, {'M', 43200}, {'D', 1440}}, time[] = {{'H', 60}, {'M', 1}, {'S', 0}};
    size_t at = v.s[0] == '-';
    double sum = 0;
    if (at >= v.len || v.s[at++] != 'P' || at == v.len || v.s[v.len - 1] == 'T')
        return false;
    for (size_t i = 0; i < 3; i++)
        take_part(c, v, &at, date[i].unit, date[i].minutes, &sum);
    if (at < v.len && v.s[at] == 'T') {
        at++;
        for (size_t i = 0; i < 3; i++)
            take_part(c, v, &at, time[i].unit, time[i].minutes, &sum);
    }
    *ret = v.s[0] == '-' ? -sum : sum;
    return at == v.len && isfinite(sum);
}

bool mspdi_duration(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                    double *ret)
{
    struct view v;
    double value = 0;
    if (!trimmed(node, tag, &v))
        return false;
    if (!view_is(v, "0") && (!parse_duration(c, v, &value) || !(fabs(value) <= NUMBER_MOST)))
        return bad(c, MSPDI_BAD_DURATION, node, tag, v);
    *ret = mspdi_round4(c, value);
    return true;
}

char *mspdi_guid(struct mspdi_context *c, const struct mspdi_node *node)
{
    struct view v;
    if (!trimmed(node, "GUID", &v) && !trimmed(node, "Guid", &v))
        return NULL;
    while (v.len > 0 && (*v.s == '{' || *v.s == '}')) {
        v.s++;
        v.len--;
    }
    while (v.len > 0 && (v.s[v.len - 1] == '{' || v.s[v.len - 1] == '}'))
        v.len--;
    char *guid = arena_strndup(c->arena, v.s, v.len);
    if (guid && clean_text(guid))
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_CUT, node, "GUID");
    for (char *p = guid; p && *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    }
    return guid;
}
