// PlanService/Publish (R28, R29): an upload becomes the source's next version in one change, with
// all that is derived from it, so that readers see the old plan or the new one. Must not know SQL.
#include <math.h>
#include "server/call/handler.h"
#include "server/identity/identify.h"
#include "server/push/push.h"
#include "server/plan/plan_rows.h"
#include "server/identity/binding_rows.h"
#include "server/identity/progress_rows.h"
#include "server/identity/question_rows.h"
#include "server/bug.h"

struct publish_state {
    struct identify identify;
    struct plan_upload *upload;
    Okr__PlanVersion *before;
    struct asked sums, current;      // of the upload; the version that is published now
    struct asked version, questions; // that was published, and how many are open
};

static void publish_done(struct call *call)
{
    struct publish_state *state = call->state;
    Okr__PlanVersion *version = plan_version_row(call, state->version);
    SET(version, open_questions, asked_i64(call, state->questions));
    call_record(call, call_printf(call, "plan/%s", state->upload->source),
                state->before ? &state->before->base : NULL, &version->base);
    call_reply(call, &version->base);
}

// Sums are added up in another order here than where they were announced.
static bool sums_differ(double announced, double found)
{
    return !(fabs(announced - found) <= 0.01 + 1e-9 * fabs(found));
}

// What the announced totals have that the rows do not come to; NULL: they agree.
static const char *difference(const Okr__PlanTotals *announced, const struct plan_sums *found)
{
    for (int i = 0; i < PLAN_TABLES; i++) {
        if (plan_count(announced, i) != plan_count(&found->totals, i))
            return plan_count_name(i);
    }
    if (announced->has_predecessors && announced->predecessors != found->totals.predecessors)
        return "predecessors";
    if (announced->has_assignment_work &&
        sums_differ(announced->assignment_work, found->totals.assignment_work))
        return "assignment_work";
    if (announced->has_assignment_actual_work &&
        sums_differ(announced->assignment_actual_work, found->totals.assignment_actual_work))
        return "assignment_actual_work";
    if (announced->has_leaf_task_work && found->clear_tree &&
        sums_differ(announced->leaf_task_work, found->totals.leaf_task_work))
        return "leaf_task_work";
    return NULL;
}

static void publish_write(struct call *call)
{
    struct publish_state *state = call->state;
    struct identify *identify = &state->identify;
    int64_t id = state->upload->id, source_id = state->upload->source_id;
    plan_version_ask_publish(call, id, source_id);
    plan_progress_ask_renew(call, source_id, id);
    plan_person_ask_match(call, source_id, id);
    identity_ask_questions(call, &identify->pair, identify->left.news, identify->keys,
                           identify->left.n_news);
    state->version = plan_version_ask_id(call, id);
    state->questions = plan_questions_ask_count(call, source_id);
    call->then = publish_done;
}

static void publish_close(struct call *call)
{
    struct publish_state *state = call->state;
    identity_ask_close(call, &state->identify.pair, state->identify.left.top_key);
    call->then = publish_write;
}

static void publish_check(struct call *call)
{
    struct publish_state *state = call->state;
    struct plan_sums sums = plan_upload_sums_row(call, state->sums);
    const char *wrong = difference(state->upload->announced, &sums);
    if (wrong && !BUG(part_of_a_plan)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_UPLOAD_INCOMPLETE,
                  wrong);
        return;
    }
    state->before = plan_version_row(call, state->current);
    state->identify.pair = (struct identity_pair){
        .source_id = state->upload->source_id,
        .upload_id = state->upload->id,
        .base_id = state->before ? state->before->id : 0,
    };
    state->identify.forced = state->upload->forced;
    state->identify.then = publish_close;
    identify_start(call);
}

static void publish_compare(struct call *call)
{
    struct publish_state *state = NEW_ARRAY(call, struct publish_state, 1);
    state->upload = upload_take(call);
    if (!state->upload)
        return;
    call->state = state;
    if (state->upload->base_number != state->upload->published_number) {
        call_fail(call, OKR__CODE__CODE_ABORTED, OKR__REASON__REASON_STALE_BASE,
                  call_printf(call, "%lld", (long long)state->upload->published_number));
        return;
    }
    plan_upload_ask_statistics(call, state->upload);
    state->sums = plan_upload_ask_sums(call, state->upload->id);
    state->current = plan_version_ask(call, state->upload->source, false, 0);
    call->then = publish_check;
}

static void publish_start(struct call *call, const Okr__PublishRequest *request)
{
    upload_ask(call, request->upload_id, publish_compare);
}

HANDLER(plan_publish, publish_start);
