// EvaluationService: preparing a month, overriding a verdict, signing (R43, R45, R49). What was
// signed does not change any more.
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "common/json.h"
#include "server/call/handler.h"
#include "server/month/evaluate.h"
#include "server/month/evaluation.h"
#include "server/call/guard.h"

// ---- Prepare ----------------------------------------------------------------------------------

// The message as JSON in the arena.
static char *json_of(struct call *call, const ProtobufCMessage *message)
{
    char *json = json_from_message(message, false);
    char *kept = json ? NEW_ARRAY(call, char, strlen(json) + 1) : NULL;
    if (kept)
        strcpy(kept, json);
    else
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
    free(json);
    return kept;
}

static void prepare_from(struct call *call, Okr__EvaluationSnapshot *snapshot)
{
    const struct evaluation_call *e = call->state;
    char *input = json_of(call, &snapshot->base);
    char *verdicts = json_of(call, &evaluate(call, snapshot)->base);
    if (!input || !verdicts)
        return;
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)input, strlen(input));
    struct new_snapshot prepared = {
        .month = e->month,
        .number = e->kept.number + 1,
        .quarter = e->quarter->name,
        .revision = snapshot->revision,
        .input = input,
        .verdicts = verdicts,
        .hash = memcpy(NEW_ARRAY(call, uint8_t, sizeof hash), hash, sizeof hash),
    };
    evaluation_prepare(call, &prepared);
    evaluation_reply_changed(call);
}

// A month can be prepared from its last day on, in a quarter that was opened.
static bool may_be_prepared(struct call *call, const struct evaluation_call *e, int64_t version)
{
    if (e->kept.is_signed)
        guard_refuse(call, OKR__REASON__REASON_EVALUATION_SIGNED, e->name);
    else if (month_of(e->month, 1) - 1 > call_today(call))
        guard_refuse(call, OKR__REASON__REASON_MONTH_NOT_OVER, e->name);
    else if (e->quarter->state == OKR__QUARTER_STATE__QUARTER_STATE_DRAFT)
        guard_refuse(call, OKR__REASON__REASON_QUARTER_NOT_OPEN, NULL);
    else
        return guard_version(call, call_printf(call, "evaluation/%s", e->name), version,
                             e->kept.version, &e->message->base);
    return false;
}

static void prepare_read(struct call *call)
{
    const Okr__PrepareEvaluationRequest *request = prepare_evaluation_request(call);
    if (evaluation_read(call) && may_be_prepared(call, call->state, request->version))
        evaluation_gather(call, call->state, prepare_from);
}

static void prepare_start(struct call *call, const Okr__PrepareEvaluationRequest *request)
{
    evaluation_begin(call, request->month, prepare_read);
}

HANDLER(evaluation_prepare_evaluation, prepare_start);

// ---- Override ---------------------------------------------------------------------------------

static bool evaluates(const Okr__Evaluation *message, int64_t kr_id)
{
    for (size_t i = 0; i < message->n_krs; i++)
        if (message->krs[i]->kr_id == kr_id)
            return true;
    return false;
}

static void override_read(struct call *call)
{
    const Okr__OverrideVerdictRequest *request = override_verdict_request(call);
    const struct evaluation_call *e = call->state;
    if (!evaluation_read_version(call, request->version))
        return;
    if (!evaluates(e->message, request->kr_id)) {
        call_violation(call, "kr_id", OKR__REASON__REASON_NOT_EXISTING,
                       call_printf(call, "KR-%lld", (long long)request->kr_id));
        return;
    }
    evaluation_override(call, e->month, request->kr_id, request->verdict, request->reason);
    evaluation_reply_changed(call);
}

static void override_start(struct call *call, const Okr__OverrideVerdictRequest *request)
{
    bool overrides = request->verdict != OKR__VERDICT__VERDICT_UNSPECIFIED;
    if (!overrides || guard_reason(call, request->reason))
        evaluation_begin(call, request->month, override_read);
}

HANDLER(evaluation_override_verdict, override_start);

// ---- Sign -------------------------------------------------------------------------------------

static void sign_read(struct call *call)
{
    const Okr__SignEvaluationRequest *request = sign_evaluation_request(call);
    const struct evaluation_call *e = call->state;
    if (!evaluation_read_version(call, request->version))
        return;
    evaluation_sign(call, e->month);
    evaluation_reply_changed(call);
}

static void sign_start(struct call *call, const Okr__SignEvaluationRequest *request)
{
    evaluation_begin(call, request->month, sign_read);
}

HANDLER(evaluation_sign_evaluation, sign_start);
