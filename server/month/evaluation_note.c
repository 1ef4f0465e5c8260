// EvaluationService: what people write beside the verdicts: external factors on a KR's time line
// (R47), dated actions and what became of them (R48), comments.
#include "server/call/handler.h"
#include "server/month/evaluation.h"
#include "server/call/guard.h"
#include "server/quarter/key_result.h"
#include "server/quarter/key_result_rows.h"
#include "server/people/role_rows.h"

// ---- factors ----------------------------------------------------------------------------------

static void factor_added(struct call *call)
{
    const Okr__ExternalFactor *factor = factor_read(call, asked_only(call));
    call_record(call, call_printf(call, "factor/%lld", (long long)factor->id), NULL, &factor->base);
    call_reply(call, &factor->base);
}

static void factor_for_kr(struct call *call)
{
    const Okr__AddFactorRequest *request = add_factor_request(call);
    const int32_t *day = call->state;
    if (!key_result_read(call, asked_only(call))) {
        guard_not_found(call, key_result_name(call, request->kr_id));
        return;
    }
    factor_insert(call, request->kr_id, *day, request->text);
    call->then = factor_added;
}

static void factor_start(struct call *call, const Okr__AddFactorRequest *request)
{
    int32_t *day = NEW_ARRAY(call, int32_t, 1);
    *day = field_day(call, request->day);
    call->state = day;
    key_result_ask(call, request->kr_id);
    call->then = factor_for_kr;
}

HANDLER(evaluation_add_factor, factor_start);

// ---- actions ----------------------------------------------------------------------------------

static void action_written(struct call *call, const Okr__EvaluationAction *before)
{
    const Okr__EvaluationAction *action = action_read(call, asked_only(call));
    call_record(call, call_printf(call, "action/%lld", (long long)action->id),
                before ? &before->base : NULL, &action->base);
    call_reply(call, &action->base);
}

static void action_added(struct call *call)
{
    action_written(call, NULL);
}

static void action_for_month(struct call *call)
{
    const Okr__AddActionRequest *request = add_action_request(call);
    const struct evaluation_call *e = call->state;
    if (!evaluation_read_open(call))
        return;
    const Okr__RoleInfo *role = role_read(call, e->besides);
    if (!role || role->retired) {
        call_violation(call, "owner_role", OKR__REASON__REASON_NOT_EXISTING, request->owner_role);
        return;
    }
    action_insert(call, e->month, request->text, field_day(call, request->due),
                  request->owner_role);
    call->then = action_added;
}

static void action_start(struct call *call, const Okr__AddActionRequest *request)
{
    struct evaluation_call *e = evaluation_begin(call, request->month, action_for_month);
    e->besides = role_ask(call, request->owner_role);
}

HANDLER(evaluation_add_action, action_start);

static void action_closed(struct call *call)
{
    action_written(call, call->state);
}

static void action_close_read(struct call *call)
{
    const Okr__CloseActionRequest *request = close_action_request(call);
    const char *name = call_printf(call, "V-%lld", (long long)request->id);
    Okr__EvaluationAction *before = action_read(call, asked_only(call));
    if (!before) {
        guard_not_found(call, name);
        return;
    }
    if (!guard_version(call, call_printf(call, "action/%lld", (long long)request->id),
                       request->version, before->version, &before->base))
        return;
    call->state = before;
    action_close(call, request->id, request->outcome, request->done);
    call->then = action_closed;
}

static void action_close_start(struct call *call, const Okr__CloseActionRequest *request)
{
    action_ask(call, request->id);
    call->then = action_close_read;
}

HANDLER(evaluation_close_action, action_close_start);

// ---- comments ---------------------------------------------------------------------------------

static void comment_written(struct call *call)
{
    const struct evaluation_call *e = call->state;
    Okr__EvaluationComment **written;
    evaluation_comments(call, asked_only(call), &written);
    const Okr__EvaluationComment *comment = written[0];
    call_record(call, call_printf(call, "evaluation-comment/%s", e->name), NULL, &comment->base);
    call_reply(call, &comment->base);
}

static void comment_for_month(struct call *call)
{
    const Okr__CommentEvaluationRequest *request = comment_evaluation_request(call);
    const struct evaluation_call *e = call->state;
    if (!evaluation_read(call))
        return;
    evaluation_comment_insert(call, e->month, request->text);
    call->then = comment_written;
}

static void comment_start(struct call *call, const Okr__CommentEvaluationRequest *request)
{
    evaluation_begin(call, request->month, comment_for_month);
}

HANDLER(evaluation_comment_evaluation, comment_start);
