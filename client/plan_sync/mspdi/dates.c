// Date-times and times of day: wall clock, no zone, nothing converted.
#include "client/plan_sync/mspdi/scalars.h"

#include <string.h>

enum { FORM_CHARS = 19 }; // YYYY-MM-DDTHH:MM:SS

// Exactly n digits.
static bool take_number(const char **s, int n, int *ret)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*s)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *s += n;
    *ret = value;
    return true;
}

static bool take_char(const char **s, char c)
{
    if (**s != c)
        return false;
    ++*s;
    return true;
}

struct moment {
    int year, month, day, hour, minute, second;
    bool more; // a fraction or a zone that says something
};

// HH:MM(:SS([.,]digits)?)?
static bool take_time(const char **s, struct moment *m)
{
    if (!take_number(s, 2, &m->hour) || !take_char(s, ':') || !take_number(s, 2, &m->minute))
        return false;
    if (**s != ':')
        return true;
    ++*s;
    if (!take_number(s, 2, &m->second))
        return false;
    if (**s == '.' || **s == ',') {
        const char *digits = ++*s;
        for (; **s >= '0' && **s <= '9'; ++*s)
            m->more |= **s != '0';
        return *s > digits;
    }
    return true;
}

// Z, +HH:MM, -HHMM or nothing, to the end.
static bool take_zone(const char **s)
{
    int ignored;
    if (take_char(s, 'Z'))
        return !**s;
    if (take_char(s, '+') || take_char(s, '-')) {
        if (!take_number(s, 2, &ignored))
            return false;
        take_char(s, ':');
        return take_number(s, 2, &ignored) && !**s;
    }
    return !**s;
}

static bool in_calendar(const struct moment *m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = m->year % 4 == 0 && (m->year % 100 != 0 || m->year % 400 == 0);
    if (m->year < 1 || m->month < 1 || m->month > 12 || m->day < 1)
        return false;
    if (m->day > days[m->month - 1] + (m->month == 2 && leap))
        return false;
    return m->hour < 24 && m->minute < 60 && m->second < 60;
}

static bool parse_datetime(const char *s, struct moment *m)
{
    *m = (struct moment){0};
    if (!take_number(&s, 4, &m->year) || !take_char(&s, '-') || !take_number(&s, 2, &m->month) ||
        !take_char(&s, '-') || !take_number(&s, 2, &m->day))
        return false;
    if (take_char(&s, 'T') && !take_time(&s, m))
        return false;
    m->more |= *s == '+' || *s == '-' || *s == 'Z';
    return take_zone(&s) && in_calendar(m);
}

// The value without white space around it, in `to`; false where that is nothing. A value too long
// to be a date is cut, and stays too long.
static bool short_value(const struct mspdi_node *node, const char *tag, char *to, size_t size,
                        const char **whole, size_t *whole_len)
{
    static const char blank[] = " \t\r\n";
    const char *s = mspdi_node_value(node, tag);
    if (!s)
        return false;
    s += strspn(s, blank);
    size_t len = strlen(s);
    while (len > 0 && strchr(blank, s[len - 1]))
        len--;
    size_t n = len < size - 1 ? len : size - 1;
    memcpy(to, s, n);
    to[n] = '\0';
    *whole = s;
    *whole_len = len;
    return len > 0;
}

char *mspdi_datetime(struct mspdi_context *c, const struct mspdi_node *node, const char *tag)
{
    char text[128];
    const char *whole;
    size_t len;
    struct moment m;
    if (!short_value(node, tag, text, sizeof text, &whole, &len))
        return NULL;
    if (len >= sizeof text || !parse_datetime(text, &m)) {
        mspdi_warn(c, MSPDI_BAD_DATETIME, node, tag, whole, len);
        return NULL;
    }
    if (m.more)
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_CUT, node, tag);
    bool as_it_is = len == FORM_CHARS && !whole[len] && !m.more && text[FORM_CHARS - 3] == ':';
    if (as_it_is) // nearly all of them; it lives as long as the row
        return (char *)(uintptr_t)whole;
    return arena_printf(c->arena, "%04d-%02d-%02dT%02d:%02d:%02d", m.year, m.month, m.day, m.hour,
                        m.minute, m.second);
}

static bool parse_time(const char *s, struct moment *m)
{
    if (parse_datetime(s, m))
        return true;
    *m = (struct moment){0};
    if (!take_time(&s, m) || *s)
        return false;
    if (m->hour == 24 && m->minute == 0 && m->second == 0)
        m->hour = 0;
    return m->hour < 24 && m->minute < 60 && m->second < 60;
}

bool mspdi_time(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                int32_t *ret)
{
    char text[128];
    const char *whole;
    size_t len;
    struct moment m;
    if (!short_value(node, tag, text, sizeof text, &whole, &len))
        return false;
    if (len >= sizeof text || !parse_time(text, &m)) {
        mspdi_warn(c, MSPDI_BAD_DATETIME, node, tag, whole, len);
        return false;
    }
    if (m.more || m.second > 0)
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_CUT, node, tag);
    *ret = m.hour * 60 + m.minute;
    return true;
}
