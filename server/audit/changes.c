// AuditService/ListChanges: what changed between two times, by whom, why. Made from the audit log:
// the fields of a thing that are others after the change than before it.
#include <string.h>
#include "server/call/as_of.h"
#include "server/call/handler.h"
#include "server/audit/change_fields.h"
#include "server/people/member.h"
#include "server/audit/event_rows.h"

enum { LIMIT_DEFAULT = 200 };
enum { PAGE_BYTES = 8 << 20 }; // of things before and after, that a page is made from

static int32_t limit_of(const Okr__ListChangesRequest *request)
{
    return request->has_limit ? request->limit : LIMIT_DEFAULT;
}

static Okr__Change *change_new(struct call *call, const Okr__Event *event)
{
    Okr__Change *change = NEW(call, Okr__Change, OKR__CHANGE__INIT);
    SET(change, revision, event->revision);
    change->at = event->at;
    change->actor = event->actor;
    change->role = event->role;
    change->agent = event->agent;
    change->method = event->method;
    change->resource = event->resource;
    change->reason = event->reason;
    change_fields(call, event->before, event->after, change);
    return change;
}

static size_t weight(const Okr__Event *event)
{
    return (event->before ? strlen(event->before) : 0) + (event->after ? strlen(event->after) : 0);
}

// A page ends early where the things are big; its first change always comes.
static void changes_answer(struct call *call)
{
    const Okr__ListChangesRequest *request = list_changes_request(call);
    Okr__Event **events;
    size_t count = event_list(call, asked_only(call), &events);
    size_t limit = (size_t)limit_of(request);
    Okr__ChangeList *list = NEW(call, Okr__ChangeList, OKR__CHANGE_LIST__INIT);
    list->changes = NEW_ARRAY(call, Okr__Change *, count);
    for (size_t i = 0, size = 0; i < count && i < limit; i++) {
        size += weight(events[i]);
        if (i > 0 && size > PAGE_BYTES)
            break;
        list->changes[list->n_changes++] = change_new(call, events[i]);
    }
    SET(list, more, count > list->n_changes);
    call_reply(call, &list->base);
}

static bool take_when(struct call *call, const char *field, const char *text,
                      struct as_of_when *ret)
{
    if (!text || as_of_parse(text, ret))
        return text != NULL;
    call_violation(call, field, OKR__REASON__REASON_BAD_VALUE, AS_OF_FORMS);
    return false;
}

static void take_times(struct call *call, const Okr__ListChangesRequest *request,
                       struct event_filter *filter)
{
    struct as_of_when when;
    if (take_when(call, "since", request->since, &when)) {
        filter->has_from = !when.is_revision;
        filter->from = when.first;
        filter->after = when.is_revision ? when.revision : 0;
    }
    if (take_when(call, "until", request->until, &when)) {
        filter->has_until = !when.is_revision;
        filter->until = when.last;
        filter->has_up_to = when.is_revision;
        filter->up_to = when.revision;
    }
    if (request->has_after_revision && request->after_revision > filter->after)
        filter->after = request->after_revision;
}

static void changes_start(struct call *call, const Okr__ListChangesRequest *request)
{
    struct event_filter filter = {
        .limit = limit_of(request) + 1,
        .kinds = request->kinds,
        .n_kinds = request->n_kinds,
        .has_project = request->has_project_id,
        .project_id = request->project_id,
        .has_kr = request->has_kr_id,
        .kr_id = request->kr_id,
        .actor = request->actor,
    };
    take_times(call, request, &filter);
    if (call_invalid(call))
        return;
    event_ask(call, &filter);
    call->then = changes_answer;
}

HANDLER(audit_list_changes, changes_start, .bulk = true);
