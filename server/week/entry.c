// Entries: what the members of a project write on its open week (R35). The PL closes the week; an
// entry is its author's.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/week/week.h"
#include "server/week/entry_rows.h"

static char *entry_resource(struct call *call, int64_t id)
{
    return call_printf(call, "entry/%lld", (long long)id);
}

static void write_entry_answer(struct call *call)
{
    Okr__Entry *entry = entry_added(call, asked_only(call));
    call_record(call, entry_resource(call, entry->id), NULL, &entry->base);
    call_reply(call, &entry->base);
}

struct writing {
    int32_t monday;
    struct asked context, goal;
};

static bool may_write(struct call *call, const struct week_context *context, int32_t monday)
{
    if (!context->belongs) {
        guard_not_own(call, "project");
        return false;
    }
    if (!week_under_way(call, context))
        return false;
    if (context->closed) {
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, week_text(call, monday));
        return false;
    }
    return true;
}

static void write_entry_decide(struct call *call)
{
    const Okr__WriteEntryRequest *request = write_entry_request(call);
    struct writing *writing = call->state;
    struct week_context context;
    if (!week_context_row(call, writing->context, &context)) {
        guard_not_found(call, thing_label(call, "P", request->project_id));
        return;
    }
    if (!may_write(call, &context, writing->monday))
        return;
    if (request->has_goal_id && !entry_goal_row(call, writing->goal)) {
        call_violation(call, "goal_id", OKR__REASON__REASON_NOT_EXISTING, "goal");
        return;
    }
    entry_ask_add(call, request->project_id, writing->monday,
                  request->has_goal_id ? request->goal_id : 0, request->text);
    call->then = write_entry_answer;
}

static void write_entry(struct call *call, const Okr__WriteEntryRequest *request)
{
    struct writing *writing = NEW_ARRAY(call, struct writing, 1);
    if (!parse_week_ahead(call, request->week, &writing->monday))
        return;
    call->state = writing;
    writing->context = week_context_ask(call, request->project_id, writing->monday);
    if (request->has_goal_id)
        writing->goal =
            entry_ask_goal(call, request->goal_id, request->project_id, writing->monday);
    call->then = write_entry_decide;
}

HANDLER(week_write_entry, write_entry);

static void edit_entry_answer(struct call *call)
{
    const Okr__EditEntryRequest *request = edit_entry_request(call);
    struct entry_change change;
    if (!entry_change_row(call, asked_only(call), &change)) {
        guard_not_found(call, thing_label(call, "E", request->id));
        return;
    }
    Okr__Entry *before = change.before;
    const char *resource = entry_resource(call, before->id);
    if (change.changed) {
        Okr__Entry *after = NEW(call, Okr__Entry, OKR__ENTRY__INIT);
        *after = *before;
        after->text = request->text;
        after->version++;
        call_record(call, resource, &before->base, &after->base);
        call_reply(call, &after->base);
    } else if (!change.own) {
        guard_not_own(call, "entry");
    } else if (change.closed) {
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, before->week);
    } else {
        call_conflict(call, resource, request->version, before->version, &before->base);
    }
}

static void edit_entry(struct call *call, const Okr__EditEntryRequest *request)
{
    entry_ask_edit(call, request->id, request->version, request->text);
    call->then = edit_entry_answer;
}

HANDLER(week_edit_entry, edit_entry, .grouped = true);
