// A day or a week is a time first, and then the last revision that was there by then; and then the
// settings of that revision. Must not know SQL.
#include "server/call/as_of.h"

#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/past.h"
#include "server/people/settings_rows.h"

enum { REVISION_DIGITS = 18 };

static bool parse_revision(const char *text, int64_t *ret)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > REVISION_DIGITS || text[digits])
        return false;
    *ret = strtoll(text, NULL, 10);
    return true;
}

static bool refuse(struct call *call, Okr__Reason reason, const char *arg)
{
    call_violation(call, "as_of", reason, arg);
    return false;
}

bool as_of_parse(const char *text, struct as_of_when *ret)
{
    int32_t day;
    int days = date_parse(text, &day) ? 1 : week_parse(text, &day) ? 7 : 0;
    *ret = (struct as_of_when){.is_revision = days == 0};
    if (days == 0)
        return parse_revision(text, &ret->revision);
    ret->first = local_to_us(day, 0);
    ret->last = local_to_us(day + days, 0) - 1;
    return true;
}

bool as_of_take(struct call_route *r, const char *text)
{
    struct call *call = &r->call;
    struct as_of_when when;
    if (!text)
        return true;
    if (rpc_methods[call->id].effect != OKR__EFFECT__EFFECT_READ)
        return refuse(call, OKR__REASON__REASON_AS_OF_WRITES, NULL);
    if (r->handler->present)
        return refuse(call, OKR__REASON__REASON_AS_OF_PRESENT, NULL);
    if (!as_of_parse(text, &when))
        return refuse(call, OKR__REASON__REASON_BAD_VALUE, AS_OF_FORMS);
    if (!when.is_revision && when.first > call->now)
        return refuse(call, OKR__REASON__REASON_AS_OF_AHEAD, NULL);
    r->past = true;
    r->as_of_until = when.last < call->now ? when.last : call->now;
    if (when.is_revision)
        call->as_of = when.revision;
    return true;
}

// Due days, targets and the fiscal year are judged by as they were.
static void as_of_settled(struct call *call)
{
    if (rows_count(&call->rows[0]) > 0)
        call->settings = settings_read(call, asked_only(call));
    call->route->handler->start(call);
}

static void as_of_found(struct call *call)
{
    struct call_route *r = call->route;
    struct past past = past_row(&call->rows[0]);
    if (past.revision > past.end) {
        refuse(call, OKR__REASON__REASON_AS_OF_AHEAD,
               call_printf(call, "%lld", (long long)past.end));
        return;
    }
    if (past.revision < past.begin) {
        refuse(call, OKR__REASON__REASON_AS_OF_UNKNOWN,
               call_printf(call, "%lld", (long long)past.begin));
        return;
    }
    bool by_time = call->as_of < 0;
    if (by_time)
        call->now = r->as_of_until;
    else if (past.has_at)
        call->now = past.at;
    call->as_of = call->revision = r->seen_revision = past.revision;
    settings_ask(call);
    call->then = as_of_settled;
}

void as_of_start(struct call *call)
{
    past_ask(call, call->as_of, call->route->as_of_until);
    call->then = as_of_found;
}
