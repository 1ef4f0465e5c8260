// A time is the last revision that was there by then; and then come the settings of that revision.
// Must not know SQL.
#include "server/rpc/look_back.h"
#include "server/call/as_of.h"
#include "server/call/past.h"
#include "server/people/settings_rows.h"

// Without it the session would read what the call before it looked back to.
static bool look_from(struct call *call)
{
    call->route->job.preface = past_query(call);
    if (!call->route->job.preface)
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
    return call->route->job.preface != NULL;
}

// Due days, targets and the fiscal year are judged by as they were.
static void settled(struct call *call)
{
    const Okr__Settings *settings = settings_read(call, asked_only(call));
    if (settings)
        call->settings = settings;
    call->route->handler->start(call);
}

static void found(struct call *call)
{
    struct call_route *r = call->route;
    struct past past = past_row(call, asked_only(call));
    if (past.revision > past.end) {
        as_of_refuse(call, OKR__REASON__REASON_AS_OF_AHEAD,
                     call_printf(call, "%lld", (long long)past.end));
        return;
    }
    if (past.revision < past.begin) {
        as_of_refuse(call, OKR__REASON__REASON_AS_OF_UNKNOWN,
                     call_printf(call, "%lld", (long long)past.begin));
        return;
    }
    bool by_time = call->as_of < 0;
    if (by_time)
        call->now = r->as_of_until;
    else if (past.has_at)
        call->now = past.at;
    call->as_of = call->revision = r->seen_revision = past.revision;
    if (!look_from(call))
        return;
    settings_ask(call);
    call->then = settled;
}

void look_back(struct call *call)
{
    if (!look_from(call))
        return;
    past_ask(call, call->as_of, call->route->as_of_until);
    call->then = found;
}
