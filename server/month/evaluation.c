// EvaluationService: a month as it is kept or, before it is prepared, as it would come out; and
// whether what was signed is still what the snapshot says.
#include "server/month/evaluation.h"

#include <sodium.h>
#include <string.h>
#include "common/calendar.h"
#include "common/json.h"
#include "server/call/handler.h"
#include "server/month/evaluate.h"
#include "server/call/guard.h"

// ---- the month --------------------------------------------------------------------------------

struct evaluation_call *evaluation_begin(struct call *call, const char *month,
                                         void (*then)(struct call *))
{
    struct evaluation_call *e = NEW_ARRAY(call, struct evaluation_call, 1);
    e->month = month ? field_month(call, month) : month_of(call_today(call), -1);
    month_format(e->month, e->name);
    call->state = e;
    e->asked = evaluation_ask(call, e->month);
    call->then = then;
    return e;
}

bool evaluation_read(struct call *call)
{
    struct evaluation_call *e = call->state;
    e->quarter = evaluation_quarter(call, &e->asked);
    if (!e->quarter) {
        guard_not_found(call, e->name);
        return false;
    }
    e->kept = evaluation_rows(call, &e->asked, e->month, &e->message);
    return !e->kept.prepared || evaluation_complete(call, e->message, &e->kept);
}

bool evaluation_read_open(struct call *call)
{
    const struct evaluation_call *e = call->state;
    if (!evaluation_read(call))
        return false;
    if (e->kept.prepared && !e->kept.is_signed)
        return true;
    guard_refuse(call,
                 e->kept.is_signed ? OKR__REASON__REASON_EVALUATION_SIGNED
                                   : OKR__REASON__REASON_EVALUATION_NOT_PREPARED,
                 e->name);
    return false;
}

bool evaluation_read_version(struct call *call, int64_t version)
{
    const struct evaluation_call *e = call->state;
    return evaluation_read_open(call) &&
           guard_version(call, call_printf(call, "evaluation/%s", e->name), version,
                         e->kept.version, &e->message->base);
}

// ---- the message ------------------------------------------------------------------------------

Okr__EvaluationSnapshot *evaluation_snapshot_of(struct call *call, const char *json)
{
    return (Okr__EvaluationSnapshot *)json_to_message(&okr__evaluation_snapshot__descriptor, json,
                                                      arena_allocator(call->arena), NULL, 0);
}

Okr__EvaluationVerdicts *evaluation_verdicts_of(struct call *call, const char *json)
{
    return (Okr__EvaluationVerdicts *)json_to_message(&okr__evaluation_verdicts__descriptor, json,
                                                      arena_allocator(call->arena), NULL, 0);
}

static size_t count_factors(const Okr__EvaluationSnapshot *snapshot)
{
    size_t n = 0;
    for (size_t i = 0; i < snapshot->n_lines; i++)
        n += snapshot->lines[i]->n_factors;
    return n;
}

void evaluation_show(struct call *call, Okr__Evaluation *message,
                     const Okr__EvaluationSnapshot *snapshot,
                     const Okr__EvaluationVerdicts *verdicts)
{
    message->quarter = snapshot->quarter;
    SET(message, review_months, snapshot->review_months);
    message->n_krs = verdicts->n_krs;
    message->krs = verdicts->krs;
    message->factors = NEW_ARRAY(call, Okr__ExternalFactor *, count_factors(snapshot));
    message->n_factors = 0;
    for (size_t i = 0; i < snapshot->n_lines; i++)
        for (size_t k = 0; k < snapshot->lines[i]->n_factors; k++)
            message->factors[message->n_factors++] = snapshot->lines[i]->factors[k];
}

bool evaluation_complete(struct call *call, Okr__Evaluation *message,
                         const struct kept_evaluation *kept)
{
    const struct evaluation_call *e = call->state;
    const Okr__EvaluationSnapshot *snapshot = evaluation_snapshot_of(call, kept->input);
    const Okr__EvaluationVerdicts *verdicts = evaluation_verdicts_of(call, kept->verdicts);
    if (!snapshot || !verdicts) {
        call_fail(call, OKR__CODE__CODE_DATA_LOSS, OKR__REASON__REASON_INTERNAL, NULL);
        return false;
    }
    evaluation_show(call, message, snapshot, verdicts);
    evaluation_overrides(call, &e->asked, message);
    return true;
}

static void evaluation_changed(struct call *call)
{
    struct evaluation_call *e = call->state;
    Okr__Evaluation *before = e->kept.prepared ? e->message : NULL;
    if (!evaluation_read(call))
        return;
    call_record(call, call_printf(call, "evaluation/%s", e->name), before ? &before->base : NULL,
                &e->message->base);
    call_reply(call, &e->message->base);
}

void evaluation_reply_changed(struct call *call)
{
    struct evaluation_call *e = call->state;
    e->asked = evaluation_ask(call, e->month);
    call->then = evaluation_changed;
}

// ---- Get --------------------------------------------------------------------------------------

static void get_preview(struct call *call, Okr__EvaluationSnapshot *snapshot)
{
    const struct evaluation_call *e = call->state;
    evaluation_show(call, e->message, snapshot, evaluate(call, snapshot));
    call_reply(call, &e->message->base);
}

static void get_kept(struct call *call)
{
    const struct evaluation_call *e = call->state;
    if (!evaluation_read(call))
        return;
    if (e->kept.prepared)
        call_reply(call, &e->message->base);
    else
        evaluation_gather(call, e, get_preview);
}

static void get_start(struct call *call, const Okr__GetEvaluationRequest *request)
{
    evaluation_begin(call, request->month, get_kept);
}

HANDLER(evaluation_get_evaluation, get_start, .bulk = true);

// ---- Verify -----------------------------------------------------------------------------------

static bool same_kr(struct call *call, const Okr__KrEvaluation *a, const Okr__KrEvaluation *b)
{
    size_t size = protobuf_c_message_get_packed_size(&a->base);
    if (size != protobuf_c_message_get_packed_size(&b->base))
        return false;
    uint8_t *one = NEW_ARRAY(call, uint8_t, size), *other = NEW_ARRAY(call, uint8_t, size);
    protobuf_c_message_pack(&a->base, one);
    protobuf_c_message_pack(&b->base, other);
    return memcmp(one, other, size) == 0;
}

static const Okr__KrEvaluation *find_kr(const Okr__EvaluationVerdicts *verdicts, int64_t kr_id)
{
    for (size_t i = 0; verdicts && i < verdicts->n_krs; i++)
        if (verdicts->krs[i]->kr_id == kr_id)
            return verdicts->krs[i];
    return NULL;
}

// Those of `a` that `b` has not, or has otherwise; `only_missing`: only the first.
static void add_differing(struct call *call, Okr__EvaluationVerification *answer,
                          const Okr__EvaluationVerdicts *a, const Okr__EvaluationVerdicts *b,
                          bool only_missing)
{
    for (size_t i = 0; a && i < a->n_krs; i++) {
        const Okr__KrEvaluation *other = find_kr(b, a->krs[i]->kr_id);
        if (!other || (!only_missing && !same_kr(call, a->krs[i], other)))
            answer->differing_krs[answer->n_differing_krs++] = a->krs[i]->kr_id;
    }
}

static void compare_verdicts(struct call *call, Okr__EvaluationVerification *answer,
                             const struct kept_evaluation *kept)
{
    const Okr__EvaluationSnapshot *snapshot = evaluation_snapshot_of(call, kept->input);
    const Okr__EvaluationVerdicts *verdicts = evaluation_verdicts_of(call, kept->verdicts);
    const Okr__EvaluationVerdicts *again = snapshot ? evaluate(call, snapshot) : NULL;
    answer->differing_krs =
        NEW_ARRAY(call, int64_t, (verdicts ? verdicts->n_krs : 0) + (again ? again->n_krs : 0));
    add_differing(call, answer, verdicts, again, false);
    add_differing(call, answer, again, verdicts, true);
    SET(answer, same, verdicts && again && answer->n_differing_krs == 0);
}

static char *hash_text(struct call *call, const char *text)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    char *hex = NEW_ARRAY(call, char, 2 * sizeof hash + 1);
    return sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
}

static void verify_kept(struct call *call)
{
    struct evaluation_call *e = call->state;
    e->kept = evaluation_rows(call, &e->asked, e->month, &e->message);
    if (!e->kept.prepared) {
        guard_refuse(call, OKR__REASON__REASON_EVALUATION_NOT_PREPARED, e->name);
        return;
    }
    Okr__EvaluationVerification *answer =
        NEW(call, Okr__EvaluationVerification, OKR__EVALUATION_VERIFICATION__INIT);
    answer->month = e->name;
    answer->snapshot_hash = hash_text(call, e->kept.input);
    answer->recorded_hash = evaluation_recorded(call, e->besides);
    SET(answer, snapshot_intact,
        strcmp(answer->snapshot_hash, e->message->snapshot_hash) == 0 && answer->recorded_hash &&
            strcmp(answer->snapshot_hash, answer->recorded_hash) == 0);
    compare_verdicts(call, answer, &e->kept);
    call_reply(call, &answer->base);
}

static void verify_start(struct call *call, const Okr__VerifyEvaluationRequest *request)
{
    struct evaluation_call *e = evaluation_begin(call, request->month, verify_kept);
    e->besides = evaluation_recorded_ask(call, e->month);
}

HANDLER(evaluation_verify_evaluation, verify_start, .bulk = true);
