// A machine with three states: nothing held, held bytes of EF BF BE / EF BF BF, held bytes of a
// reference. Each byte either goes out, is held, or makes the held ones go out or away.
#include "client/plan_sync/mspdi/filter.h"

#include <string.h>

enum verdict {
    HOLD,    // may still become forbidden
    RELEASE, // is nothing of the kind; the byte has to be looked at again
    PASS,    // complete and allowed
    DROP,    // complete and forbidden
};

static bool allowed(uint32_t c)
{
    return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

static bool forbidden_byte(unsigned char c)
{
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

static int digit_value(char c, int base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (base == 16 && c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// "&#123;" or "&#x7b;", complete.
static enum verdict judge_reference(const char *s, size_t len)
{
    bool hex = s[2] == 'x';
    uint32_t value = 0;
    for (size_t i = hex ? 3 : 2; i + 1 < len; i++) {
        value = value * (hex ? 16u : 10u) + (uint32_t)digit_value(s[i], hex ? 16 : 10);
        if (value > 0x10FFFF)
            return DROP;
    }
    return allowed(value) ? PASS : DROP;
}

static enum verdict step_reference(const struct mspdi_filter *f, char c)
{
    if (f->held == 1)
        return c == '#' ? HOLD : RELEASE;
    bool hex = f->held > 2 && f->hold[2] == 'x';
    if (f->held == 2 && c == 'x')
        return HOLD;
    if (c == ';' && f->held > (hex ? 3u : 2u)) {
        char whole[MSPDI_FILTER_HOLD + 1];
        memcpy(whole, f->hold, f->held);
        whole[f->held] = c;
        return judge_reference(whole, f->held + 1);
    }
    bool room = f->held + 1 < MSPDI_FILTER_HOLD;
    return room && digit_value(c, hex ? 16 : 10) >= 0 ? HOLD : RELEASE;
}

static enum verdict step_noncharacter(const struct mspdi_filter *f, unsigned char c)
{
    if (f->held == 1)
        return c == 0xBF ? HOLD : RELEASE;
    return c == 0xBE || c == 0xBF ? DROP : RELEASE;
}

static size_t release(struct mspdi_filter *f, char *to)
{
    size_t n = f->held;
    memcpy(to, f->hold, n);
    f->held = 0;
    return n;
}

// Takes one byte, writes 0 to MSPDI_FILTER_HOLD bytes.
static size_t step(struct mspdi_filter *f, char c, char *to)
{
    size_t out = 0;
    if (f->held) {
        enum verdict v =
            f->hold[0] == '&' ? step_reference(f, c) : step_noncharacter(f, (unsigned char)c);
        if (v == HOLD) {
            f->hold[f->held++] = c;
            return 0;
        }
        if (v == DROP) {
            f->held = 0;
            f->dropped++;
            return 0;
        }
        out = release(f, to);
        if (v == PASS) {
            to[out++] = c;
            return out;
        }
    }
    if (c == '&' || (unsigned char)c == 0xEF)
        f->hold[f->held++] = c;
    else if (forbidden_byte((unsigned char)c))
        f->dropped++;
    else
        to[out++] = c;
    return out;
}

size_t mspdi_filter_run(struct mspdi_filter *f, char *buf, size_t len)
{
    // Held bytes of the last call may come out before this call's: make room in front.
    memmove(buf + f->held, buf, len);
    size_t out = 0;
    size_t in = f->held;
    for (size_t end = in + len; in < end; in++)
        out += step(f, buf[in], buf + out);
    return out;
}

size_t mspdi_filter_end(struct mspdi_filter *f, char *to)
{
    return release(f, to);
}
