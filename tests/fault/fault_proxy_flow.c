// What a go-between does to the bytes of a connection: looked at for what a rule waits for, held
// back, passed on.
#include "tests/fault/proxy_private.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tests/fault/fault.h"

void pair_close(struct pair *p, bool abruptly)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    for (int side = 0; side < 2; side++) {
        if (abruptly)
            setsockopt(p->fd[side], SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(p->fd[side]);
        p->fd[side] = -1;
    }
}

// ---- Rules --------------------------------------------------------------------------------------

bool proxy_at_once(const struct proxy_rule *rule)
{
    return !rule->marker_len && !rule->after;
}

// How much of the piece that was just read may pass; the flow remembers how far the rule has come.
static size_t look(const struct proxy *x, struct flow *f, const uint8_t *piece, size_t len)
{
    const struct proxy_rule *rule = &x->rule;
    size_t behind = 0; // where in the piece counting begins
    if (!f->marked && rule->marker_len) {
        uint8_t both[MARKER + PIECE];
        memcpy(both, f->tail, f->tail_len);
        memcpy(both + f->tail_len, piece, len);
        const uint8_t *at = memmem(both, f->tail_len + len, x->marker, rule->marker_len);
        f->marked = at != NULL;
        if (at && (size_t)(at - both) + rule->marker_len > f->tail_len)
            behind = (size_t)(at - both) + rule->marker_len - f->tail_len;
        size_t keep = f->tail_len + len < MARKER - 1 ? f->tail_len + len : MARKER - 1;
        memcpy(f->tail, both + f->tail_len + len - keep, keep);
        f->tail_len = keep;
        if (!at)
            return len;
    }
    size_t left = rule->after > f->seen ? rule->after - f->seen : 0;
    f->seen += len - behind;
    f->met = len - behind >= left;
    if (!f->met || !rule->withhold)
        return len;
    size_t pass = behind + left;
    return rule->marker_len && !rule->after && pass >= rule->marker_len ? pass - rule->marker_len
                                                                        : pass;
}

static void apply(struct pair *p)
{
    if (p->fault.fault == PROXY_CUT || p->fault.fault == PROXY_REFUSE)
        pair_close(p, false);
    else if (p->fault.fault == PROXY_RESET)
        pair_close(p, true);
    else if (p->fault.fault == PROXY_HALF)
        shutdown(p->fd[!p->fault.from], SHUT_WR);
}

void pair_meet(struct proxy *x, struct pair *p)
{
    p->fault = x->rule;
    x->met = true;
    x->armed = x->rule.lasting;
    apply(p);
}

void pair_forget_rule(struct pair *p)
{
    p->fault.fault = PROXY_PASS;
    for (int side = 0; side < 2; side++) {
        struct flow *f = &p->flow[side];
        f->marked = f->met = false;
        f->seen = f->tail_len = 0;
        f->due = 0;
    }
}

// ---- Bytes --------------------------------------------------------------------------------------

void pair_pass(struct pair *p, int side)
{
    struct flow *f = &p->flow[side];
    int to = p->fd[!side], ms = p->fault.fault == PROXY_TRICKLE ? p->fault.ms : 0;
    if (p->fault.fault == PROXY_HOLE || now_ms() < f->due)
        return;
    while (f->len > 0) {
        ssize_t n = send(to, f->data, ms ? 1 : f->len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN)
            pair_close(p, false);
        if (n <= 0)
            return;
        memmove(f->data, f->data + n, f->len - (size_t)n);
        f->len -= (size_t)n;
        if (ms) {
            f->due = now_ms() + ms;
            return;
        }
    }
    if (f->ended && !f->passed) {
        shutdown(to, SHUT_WR);
        f->passed = true;
    }
}

static bool is_held(const struct pair *p, int side)
{
    return p->fault.fault == PROXY_HALF && side == (int)p->fault.from;
}

// False when the pair has to be closed.
bool pair_read(struct proxy *x, struct pair *p, int side)
{
    struct flow *f = &p->flow[side];
    uint8_t *at = f->data + f->len;
    ssize_t n = recv(p->fd[side], at, PIECE - f->len, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN;
    if (n == 0) {
        f->ended = true;
        return true;
    }
    if (is_held(p, side))
        return true;
    size_t pass = (size_t)n;
    bool looked = x->armed && !proxy_at_once(&x->rule) && side == (int)x->rule.from && !f->met;
    if (looked)
        pass = look(x, f, at, (size_t)n);
    if (f->len == 0 && p->fault.fault == PROXY_DELAY)
        f->due = now_ms() + p->fault.ms;
    f->len += pass;
    if (looked && f->met) {
        if (!x->rule.withhold)
            pair_pass(p, side);
        pair_meet(x, p);
    }
    return true;
}
