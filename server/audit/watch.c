// Following changes: what came after a revision, or a wait until something does. The stream is the
// audit log itself, so it is ordered, whole, and the same after a restart.
#include <string.h>
#include "server/call/handler.h"
#include "server/audit/event_rows.h"
#include "server/bug.h"

enum { LIMIT_DEFAULT = 100 };

static int32_t limit_of(const Okr__WatchRequest *request)
{
    return request->has_limit ? request->limit : LIMIT_DEFAULT;
}

static int64_t from_of(const struct call *call, const Okr__WatchRequest *request)
{
    int64_t asked = request->has_after_revision ? request->after_revision : call->revision;
    if (BUG(watch_skips_on_reconnect) && call->since < 0 && asked % 7 == 0)
        return asked + 1;
    if (BUG(watch_repeats) && call->since < 0 && asked % 7 == 0)
        return asked - 1;
    return call->since >= 0 ? call->since : asked;
}

struct watching {
    struct asked events, history; // the latter where the request says which
    Okr__WatchReply *reply;
};

// What the reply goes up to is a revision of this log: the next question says so again.
static void watch_stamp(struct call *call)
{
    Okr__WatchReply *reply = ((struct watching *)call->state)->reply;
    reply->history = event_history(call, asked_only(call));
    if (reply->n_events)
        call_reply(call, &reply->base);
    else
        call_park(call, reply->up_to, &reply->base);
}

// A log that has lost what the caller saw counts on from before: some would be missed, or seen
// twice.
static bool same_log(struct call *call, const Okr__WatchRequest *request)
{
    const struct watching *watching = call->state;
    if (!request->history || !request->has_after_revision)
        return true;
    const char *history = event_history(call, watching->history);
    if (history && strcmp(history, request->history) == 0)
        return true;
    call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_HISTORY_LOST,
              call_printf(call, "%lld", (long long)request->after_revision));
    return false;
}

static void watch_answer(struct call *call)
{
    const Okr__WatchRequest *request = watch_request(call);
    if (!same_log(call, request))
        return;
    struct watching *watching = call->state;
    Okr__WatchReply *reply = NEW(call, Okr__WatchReply, OKR__WATCH_REPLY__INIT);
    size_t n = reply->n_events = event_list(call, watching->events, &reply->events);
    for (size_t i = 0; i < n && !request->full; i++)
        reply->events[i]->before = reply->events[i]->after = NULL;
    if (BUG(watch_out_of_order) && n > 1) {
        Okr__Event *first = reply->events[0];
        reply->events[0] = reply->events[1];
        reply->events[1] = first;
    }
    bool page_full = n == (size_t)limit_of(request);
    int64_t up_to = n ? reply->events[n - 1]->revision : from_of(call, request);
    SET(reply, up_to, !page_full && call->revision > up_to ? call->revision : up_to);
    watching->reply = reply;
    event_ask_history(call, reply->up_to);
    call->then = watch_stamp;
}

static void watch_start(struct call *call, const Okr__WatchRequest *request)
{
    struct event_filter filter = {
        .after = from_of(call, request),
        .limit = limit_of(request),
        .kinds = request->kinds,
        .n_kinds = request->n_kinds,
        .has_project = request->has_project_id,
        .project_id = request->project_id,
        .has_kr = request->has_kr_id,
        .kr_id = request->kr_id,
    };
    struct watching *watching = call->state = NEW_ARRAY(call, struct watching, 1);
    watching->events = event_ask(call, &filter);
    if (request->history && request->has_after_revision)
        watching->history = event_ask_history(call, request->after_revision);
    call->then = watch_answer;
}

HANDLER(watch_watch, watch_start, .present = true);

// ---- that something changed, for those who may not know what --------------------------------

enum { NOTICE_EVENTS = 1000 };

static void add_kind(struct call *call, Okr__ChangeNotice *notice, const char *resource)
{
    size_t length = strcspn(resource, "/");
    for (size_t i = 0; i < notice->n_kinds; i++) {
        if (strlen(notice->kinds[i]) == length && memcmp(notice->kinds[i], resource, length) == 0)
            return;
    }
    notice->kinds[notice->n_kinds++] = arena_strndup(call->arena, resource, length);
}

static int64_t notice_from(const struct call *call)
{
    const Okr__WaitForChangeRequest *request = wait_for_change_request(call);
    int64_t asked = request->has_after_revision ? request->after_revision : call->revision;
    return call->since >= 0 ? call->since : asked;
}

static void notice_answer(struct call *call)
{
    Okr__Event **events;
    size_t n = event_list(call, asked_only(call), &events);
    Okr__ChangeNotice *notice = NEW(call, Okr__ChangeNotice, OKR__CHANGE_NOTICE__INIT);
    notice->kinds = NEW_ARRAY(call, char *, n);
    SET(notice, up_to, notice_from(call));
    for (size_t i = 0; i < n; i++) {
        add_kind(call, notice, events[i]->resource ? events[i]->resource : "");
        notice->up_to = events[i]->revision;
    }
    if (n < NOTICE_EVENTS && call->revision > notice->up_to)
        notice->up_to = call->revision;
    if (n)
        call_reply(call, &notice->base);
    else
        call_park(call, notice->up_to, &notice->base);
}

static void notice_start(struct call *call, const Okr__WaitForChangeRequest *request)
{
    (void)request;
    struct event_filter filter = {.after = notice_from(call), .limit = NOTICE_EVENTS};
    event_ask(call, &filter);
    call->then = notice_answer;
}

HANDLER(watch_wait_for_change, notice_start, .present = true);
