// A day or a week is a time first, and then the last revision that was there by then. Must not know
// SQL.
#include "server/call/as_of.h"

#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"

enum { REVISION_DIGITS = 18 };

static bool parse_revision(const char *text, int64_t *ret)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > REVISION_DIGITS || text[digits])
        return false;
    *ret = strtoll(text, NULL, 10);
    return true;
}

bool as_of_refuse(struct call *call, Okr__Reason reason, const char *arg)
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
        return as_of_refuse(call, OKR__REASON__REASON_AS_OF_WRITES, NULL);
    if (r->handler->present)
        return as_of_refuse(call, OKR__REASON__REASON_AS_OF_PRESENT, NULL);
    if (!as_of_parse(text, &when))
        return as_of_refuse(call, OKR__REASON__REASON_BAD_VALUE, AS_OF_FORMS);
    if (!when.is_revision && when.first > call->now)
        return as_of_refuse(call, OKR__REASON__REASON_AS_OF_AHEAD, NULL);
    r->past = true;
    r->as_of_until = when.last < call->now ? when.last : call->now;
    if (when.is_revision)
        call->as_of = when.revision;
    return true;
}
