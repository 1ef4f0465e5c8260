// PlanAnalysisService/PreviewPush: what publishing an upload would change, and what it would ask,
// without publishing it. The upload's rows get their keys as they would; nobody else sees them.
#include "server/call/handler.h"
#include "server/plan/plan_compare.h"
#include "server/identity/identify.h"
#include "server/push/push.h"
#include "server/plan/plan_rows.h"

struct preview_state {
    struct identify identify;
    struct plan_upload *upload;
    struct diff_state diff;
    struct asked base; // the published version
};

static Okr__PlanCandidate *candidate_new(struct call *call,
                                         const struct identity_candidate *candidate)
{
    Okr__PlanCandidate *reply = NEW(call, Okr__PlanCandidate, OKR__PLAN_CANDIDATE__INIT);
    SET(reply, key, candidate->row->key);
    SET(reply, task_uid, candidate->row->uid);
    reply->task_name = call_printf(call, "%s", candidate->row->name);
    reply->evidence = NEW_ARRAY(call, Okr__PlanEvidence, 5);
    for (int i = 0; i < 5; i++)
        if (candidate->evidence & 1 << i)
            reply->evidence[reply->n_evidence++] = (Okr__PlanEvidence)(i + 1);
    return reply;
}

static Okr__PlanQuestion *question_new(struct call *call, char *source,
                                       const struct identity_row *row)
{
    Okr__PlanQuestion *question = NEW(call, Okr__PlanQuestion, OKR__PLAN_QUESTION__INIT);
    question->source = source;
    SET(question, task_uid, row->uid);
    question->task_name = call_printf(call, "%s", row->name);
    question->candidates = NEW_ARRAY(call, Okr__PlanCandidate *, row->n_candidates);
    for (size_t i = 0; i < row->n_candidates; i++)
        question->candidates[question->n_candidates++] = candidate_new(call, &row->candidates[i]);
    return question;
}

static void preview_answer(struct call *call)
{
    struct preview_state *state = call->state;
    const struct identity_left *left = &state->identify.left;
    Okr__PushPreview *preview = NEW(call, Okr__PushPreview, OKR__PUSH_PREVIEW__INIT);
    preview->diff = diff_take(call, &state->diff);
    if (!preview->diff)
        return;
    SET(preview->diff, to_number, state->upload->published_number + 1);
    preview->questions = NEW_ARRAY(call, Okr__PlanQuestion *, state->identify.n_questions);
    for (size_t i = 0; i < left->n_news; i++)
        if (!left->news[i].same && left->news[i].n_candidates > 0)
            preview->questions[preview->n_questions++] =
                question_new(call, state->upload->source, &left->news[i]);
    call_reply(call, &preview->base);
}

static void preview_read(struct call *call)
{
    struct preview_state *state = call->state;
    diff_ask(call, &state->diff, 0);
    call->then = preview_answer;
}

static void preview_identify(struct call *call)
{
    struct preview_state *state = call->state;
    struct plan_version_key key;
    int64_t base = plan_version_key_row(call, state->base, &key) ? key.id : 0;
    state->identify.pair =
        (struct identity_pair){state->upload->source_id, state->upload->id, base};
    state->identify.forced = state->upload->forced;
    state->identify.then = preview_read;
    state->diff.pair.newer_id = state->upload->id;
    state->diff.pair.older_id = base ? base : state->upload->id;
    state->diff.pair.older_number = state->upload->published_number;
    identify_start(call);
}

static void preview_compare(struct call *call)
{
    struct preview_state *state = NEW_ARRAY(call, struct preview_state, 1);
    call->state = state;
    state->upload = upload_take(call);
    if (!state->upload)
        return;
    state->base = plan_version_ask(call, state->upload->source, false, 0);
    plan_upload_ask_statistics(call, state->upload);
    call->then = preview_identify;
}

static void preview_start(struct call *call, const Okr__PreviewPushRequest *request)
{
    upload_ask(call, request->upload_id, preview_compare);
}

HANDLER(plan_analysis_preview_push, preview_start, .bulk = true);
