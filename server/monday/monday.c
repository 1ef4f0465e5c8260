// MondayService: the docket, the program manager's decision on each of its lines, and what becomes
// of what was decided (R33, R34). The project leads may comment.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/monday/docket.h"
#include "server/call/guard.h"
#include "server/week/week.h"
#include "server/monday/docket_rows.h"

enum { FOLLOW_UP_WEEKS_MOST = 26 };

static const char *resource_of(struct call *call, int32_t monday, const char *key)
{
    const char *week = week_text(call, monday);
    return *key ? call_printf(call, "docket/%s/%s", week, key)
                : call_printf(call, "docket/%s", week);
}

static char *now_text(struct call *call)
{
    char text[TIMESTAMP_SIZE];
    timestamp_format(call->now, text);
    return call_printf(call, "%s", text);
}

// This week's docket, or an earlier one: what is to come has not been looked at.
static bool parse_begun_week(struct call *call, const char *value, int32_t *ret_monday)
{
    *ret_monday = field_week(call, value);
    int32_t last = week_of(call_today(call));
    if (*ret_monday > last)
        call_violation(call, "week", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "<= %s", week_text(call, last)));
    return *ret_monday <= last;
}

// ---- GetDocket --------------------------------------------------------------------------------

static void get_answer(struct call *call)
{
    const struct docket *docket = call->state;
    call_reply(call, &docket->reply->base);
}

static void get_start(struct call *call, const Okr__GetDocketRequest *request)
{
    docket_load(call, field_week(call, request->week), get_answer);
}

HANDLER(monday_get_docket, get_start, .bulk = true);

// ---- DecideLine -------------------------------------------------------------------------------

static void decide_answer(struct call *call)
{
    const Okr__DocketLine *after = call->state;
    call_reply(call, &after->base);
}

// The line with the decision of the request.
static Okr__DocketLine *decided_line(struct call *call, const Okr__DocketLine *before,
                                     int32_t monday)
{
    const Okr__DecideLineRequest *request = decide_line_request(call);
    Okr__DocketLine *line = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT);
    *line = *before;
    SET(line, decision, request->decision);
    SET(line, version, before->version + 1);
    line->reason = guard_has_text(request->reason) ? request->reason : NULL;
    line->decided_by = call_printf(call, "%s", call->actor.handle);
    line->decided_at = now_text(call);
    line->follow_up = request->follow_up;
    line->follow_up_week = NULL;
    if (request->follow_up)
        line->follow_up_week =
            request->follow_up_week ? request->follow_up_week : week_text(call, monday + 7);
    return line;
}

static void decide_write(struct call *call, const struct docket *docket,
                         const Okr__DocketLine *before)
{
    const Okr__DecideLineRequest *request = decide_line_request(call);
    const char *resource = resource_of(call, docket->monday, before->key);
    if (!guard_version(call, resource, request->version, before->version, &before->base))
        return;
    if (before->follow_up_closed_at) { // what came of it is on record
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "closed");
        return;
    }
    Okr__DocketLine *after = decided_line(call, before, docket->monday);
    int32_t open_left = docket->reply->open - (*before->key && !before->has_decision);
    docket_decide_ask(call, docket->monday, after, open_left);
    call_record(call, resource, before->has_decision ? &before->base : NULL, &after->base);
    call->state = after;
    call->then = decide_answer;
}

// An empty docket is confirmed: "no change" is a decision, and is recorded.
static void confirm(struct call *call, const struct docket *docket)
{
    const Okr__DecideLineRequest *request = decide_line_request(call);
    Okr__DocketLine *none = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT);
    none->key = call_printf(call, "%s", "");
    if (docket->reply->n_lines > 0)
        guard_refuse(call, OKR__REASON__REASON_DOCKET_NOT_EMPTY,
                     call_printf(call, "%zu", docket->reply->n_lines));
    else if (request->decision != OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE)
        call_violation(call, "decision", OKR__REASON__REASON_BAD_VALUE, "no-change");
    else
        decide_write(call, docket, docket->confirmed ? docket->confirmed : none);
}

static void decide_loaded(struct call *call)
{
    const Okr__DecideLineRequest *request = decide_line_request(call);
    const struct docket *docket = call->state;
    const Okr__DocketLine *line = docket_line(docket, request->key);
    if (!*request->key)
        confirm(call, docket);
    else if (!line)
        guard_not_found(call, request->key);
    else
        decide_write(call, docket, line);
}

static void check_follow_up(struct call *call, const Okr__DecideLineRequest *request,
                            int32_t monday)
{
    if (!request->follow_up_week)
        return;
    if (!request->follow_up)
        call_violation(call, "follow_up", OKR__REASON__REASON_REQUIRED, NULL);
    int32_t week = field_week(call, request->follow_up_week);
    int32_t last = monday + 7 * FOLLOW_UP_WEEKS_MOST;
    if (week <= monday || week > last)
        call_violation(
            call, "follow_up_week", OKR__REASON__REASON_BAD_VALUE,
            call_printf(call, "%s to %s", week_text(call, monday + 7), week_text(call, last)));
}

static void decide_start(struct call *call, const Okr__DecideLineRequest *request)
{
    int32_t monday;
    bool confirms = request->key && !*request->key; // an empty docket
    if (!confirms && !guard_has_text(request->key))
        call_violation(call, "key", OKR__REASON__REASON_REQUIRED, NULL);
    if (!confirms)
        guard_reason(call, request->reason);
    if (parse_begun_week(call, request->week, &monday))
        check_follow_up(call, request, monday);
    if (!call_invalid(call))
        docket_load(call, monday, decide_loaded);
}

HANDLER(monday_decide_line, decide_start);

// ---- CloseFollowUp ----------------------------------------------------------------------------

static void close_decide(struct call *call)
{
    const Okr__CloseFollowUpRequest *request = close_follow_up_request(call);
    int32_t monday = *(int32_t *)call->state;
    struct row row;
    if (!asked_first(call, asked_only(call), &row)) {
        guard_not_found(call, request->key);
        return;
    }
    Okr__DocketLine *before = docket_decided_row(call, &row).line;
    const char *resource = resource_of(call, monday, before->key);
    if (!before->follow_up) {
        guard_not_found(call, "follow-up");
        return;
    }
    if (!guard_version(call, resource, request->version, before->version, &before->base))
        return;
    if (before->follow_up_closed_at) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "closed");
        return;
    }
    Okr__DocketLine *after = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT);
    *after = *before;
    after->outcome = request->outcome;
    after->follow_up_closed_at = now_text(call);
    SET(after, version, before->version + 1);
    docket_close_ask(call, monday, before->key, request->outcome);
    call_record(call, resource, &before->base, &after->base);
    call->state = after;
    call->then = decide_answer;
}

static void close_start(struct call *call, const Okr__CloseFollowUpRequest *request)
{
    int32_t *monday = NEW_ARRAY(call, int32_t, 1);
    *monday = field_week(call, request->week);
    call->state = monday;
    docket_decision_ask(call, *monday, request->key);
    call->then = close_decide;
}

HANDLER(monday_close_follow_up, close_start);

// ---- CommentDocket ----------------------------------------------------------------------------

static void comment_written(struct call *call)
{
    const struct docket *docket = call->state;
    Okr__DocketComment **written;
    docket_comments(call, asked_only(call), &written);
    const Okr__DocketComment *comment = written[0];
    const char *key = comment->key ? comment->key : "";
    call_record(call, resource_of(call, docket->monday, key), NULL, &comment->base);
    call_reply(call, &comment->base);
}

static void comment_loaded(struct call *call)
{
    const Okr__CommentDocketRequest *request = comment_docket_request(call);
    const struct docket *docket = call->state;
    if (request->key && !docket_line(docket, request->key)) {
        guard_not_found(call, request->key);
        return;
    }
    docket_comment_insert(call, docket->monday, request->key, request->text);
    call->then = comment_written;
}

static void comment_start(struct call *call, const Okr__CommentDocketRequest *request)
{
    int32_t monday;
    if (parse_begun_week(call, request->week, &monday))
        docket_load(call, monday, comment_loaded);
}

HANDLER(monday_comment_docket, comment_start);
