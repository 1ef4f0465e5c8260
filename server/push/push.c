// PlanService, uploading a plan (R28, R29): an upload is begun, filled chunk by chunk
// (chunk.c), and published (publish.c) or aborted. Nobody can read it meanwhile. Must not
// know SQL.
#include <string.h>
#include "server/call/json.h"
#include "server/call/handler.h"
#include "server/push/push.h"
#include "server/plan/plan_rows.h"

static const struct {
    const char *field;
    size_t value; // of Okr__PlanTotals
} counts[PLAN_TABLES] = {
#define COUNT(name)                                                                                \
    {                                                                                              \
#name, offsetof(Okr__PlanTotals, name)                                                     \
    }
    [PLAN_TASKS] = COUNT(tasks),
    [PLAN_RESOURCES] = COUNT(resources),
    [PLAN_ASSIGNMENTS] = COUNT(assignments),
    [PLAN_CALENDARS] = COUNT(calendars),
#undef COUNT
};

int64_t plan_count(const Okr__PlanTotals *totals, int table)
{
    int64_t n;
    memcpy(&n, (const char *)totals + counts[table].value, sizeof(n));
    return n;
}

const char *plan_count_name(int table)
{
    return counts[table].field;
}

// ---- BeginPush --------------------------------------------------------------------------------

struct begin_state {
    Okr__BeginPushReply *reply;
    struct asked current, same; // what is published, and what had this content
    struct asked upload;        // the new one's id
};

static void begin_done(struct call *call)
{
    struct begin_state *state = call->state;
    SET(state->reply, upload_id, asked_i64(call, state->upload));
    call_reply(call, &state->reply->base);
}

static void begin_upload(struct call *call)
{
    const Okr__BeginPushRequest *request = begin_push_request(call);
    struct begin_state *state = call->state;
    Okr__PlanHeader empty = OKR__PLAN_HEADER__INIT;
    struct plan_begin begin = {
        .source = request->source,
        .file_name = request->file_name,
        .content_hash = request->content_hash,
        .header = call_json(call, request->header ? &request->header->base : &empty.base),
        .totals = call_json(call, &request->totals->base),
        .force_reason = request->force_reason,
        .losses = request->losses ? call_json(call, &request->losses->base) : NULL,
    };
    if (call_invalid(call))
        return;
    plan_upload_ask_sweep(call, request->source);
    plan_source_ask_add(call, request->source);
    state->upload = plan_upload_ask_add(call, &begin);
    call->then = begin_done;
}

// Days and times of one form, which sort as time does; NULL where it is not known.
static const char *last_saved(const Okr__PlanHeader *header)
{
    return header ? header->last_saved : NULL;
}

// A file that is older than what is published would bring back what people have changed since. One
// that was saved later is meant, even if it says what an older version said (somebody has undone
// something).
static bool is_stale(struct call *call, const Okr__BeginPushRequest *request,
                     const Okr__PlanVersion *current)
{
    const char *ours = last_saved(request->header);
    const char *theirs = last_saved(current->header);
    int order = ours && theirs ? strcmp(ours, theirs) : 0;
    if (order < 0) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_PLAN_SAVED_EARLIER,
                  call_printf(call, "%s < %s", ours, theirs));
        return true;
    }
    const struct begin_state *state = call->state;
    const Okr__PlanVersion *same = order > 0 ? NULL : plan_version_row(call, state->same);
    if (!same)
        return false;
    call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_PLAN_CAME_BACK,
              call_printf(call, "%lld", (long long)same->number));
    return true;
}

static void begin_compare(struct call *call)
{
    const Okr__BeginPushRequest *request = begin_push_request(call);
    struct begin_state *state = call->state;
    Okr__PlanVersion *current = plan_version_row(call, state->current);
    state->reply = NEW(call, Okr__BeginPushReply, OKR__BEGIN_PUSH_REPLY__INIT);
    state->reply->current = current;
    if (current) {
        if (current->content_hash && strcmp(current->content_hash, request->content_hash) == 0) {
            SET(state->reply, unchanged, true);
            call_reply(call, &state->reply->base);
            return;
        }
        if (!request->force_reason && is_stale(call, request, current))
            return;
    }
    begin_upload(call);
}

// To publish over what speaks against it is a decision, and decisions are people's: an agent has
// the right to publish and no other (R29).
static bool may_force(struct call *call, const Okr__BeginPushRequest *request)
{
    if (!request->force_reason || !call->actor.agent)
        return true;
    call_fail(call, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_FORCE_IS_PERSONAL, NULL);
    return false;
}

static void begin_start(struct call *call, const Okr__BeginPushRequest *request)
{
    if (!call_may_use_source(call, request->source) || !may_force(call, request))
        return;
    struct begin_state *state = NEW_ARRAY(call, struct begin_state, 1);
    call->state = state;
    state->current = plan_version_ask(call, request->source, false, 0);
    state->same = plan_version_ask_content(call, request->source, request->content_hash);
    call->then = begin_compare;
}

HANDLER(plan_begin_push, begin_start, .bulk = true);

// ---- an upload that is under way --------------------------------------------------------------

void upload_ask(struct call *call, int64_t id, void (*then)(struct call *call))
{
    plan_upload_ask(call, id);
    call->then = then;
}

// Somebody else's upload is not told from one that is gone.
struct plan_upload *upload_take(struct call *call)
{
    struct plan_upload *upload = NEW_ARRAY(call, struct plan_upload, 1);
    if (!plan_upload_row(call, asked_only(call), upload) || upload->published ||
        upload->begun_by != call->actor.member_id) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_UPLOAD_GONE, NULL);
        return NULL;
    }
    return call_may_use_source(call, upload->source) ? upload : NULL;
}

// ---- AbortPush --------------------------------------------------------------------------------

static void abort_done(struct call *call)
{
    Okr__AbortPushReply *reply = NEW(call, Okr__AbortPushReply, OKR__ABORT_PUSH_REPLY__INIT);
    call_reply(call, &reply->base);
}

static void abort_drop(struct call *call)
{
    const struct plan_upload *upload = upload_take(call);
    if (!upload)
        return;
    plan_upload_ask_drop(call, upload->id);
    call->then = abort_done;
}

static void abort_start(struct call *call, const Okr__AbortPushRequest *request)
{
    upload_ask(call, request->upload_id, abort_drop);
}

HANDLER(plan_abort_push, abort_start, .bulk = true);
