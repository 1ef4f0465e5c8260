// QuarterService: key results, written by the PdM while the quarter is a draft or open (R13),
// ranked within their objective (R1). One that a project cannot do without is not dropped (R20).
#include "server/quarter/key_result.h"

#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/objective_rows.h"

// A change of one key result, over its rounds.
struct key_result_change {
    int64_t id;
    Okr__KeyResult *before;
    int64_t *order; // of the objective's key results
    size_t n_order;
    struct asked asked; // the key result or its objective; afterwards the key result as it is then
    bool has_needed_by;
    int64_t needed_by; // a project that serves no other one
};

static void key_result_changed(struct call *call)
{
    const struct key_result_change *change = call->state;
    const Okr__KeyResult *after = key_result_read(call, change->asked);
    call_record(call, key_result_resource(call, after->id),
                change->before ? &change->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

static void read_back(struct call *call, int64_t id)
{
    struct key_result_change *change = call->state;
    change->asked = key_result_ask(call, id);
    call->then = key_result_changed;
}

// --- Add

static void key_result_added(struct call *call)
{
    const struct key_result_change *change = call->state;
    read_back(call, asked_i64(call, change->asked));
}

static void key_result_add_to_objective(struct call *call)
{
    const Okr__KeyResult *wanted = add_key_result_request(call)->kr;
    struct key_result_change *change = call->state;
    struct objective_context context;
    if (!objective_context_row(call, change->asked, &context)) {
        call_violation(call, "kr.objective_id", OKR__REASON__REASON_NOT_EXISTING,
                       call_printf(call, "O-%lld", (long long)wanted->objective_id));
        return;
    }
    if (!guard_not_closed(call, context.quarter_state))
        return;
    if (context.objective->dropped) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
        return;
    }
    int64_t *order;
    size_t n = order_with(call, context.kr_order, context.n_kr_order, 0, wanted->rank, &order);
    Okr__KeyResult kr = *wanted;
    kr.rank = order_place(order, n, 0);
    change->asked = key_result_insert(call, &kr);
    key_result_order_write(call, order, n);
    call->then = key_result_added;
}

static void key_result_add_start(struct call *call, const Okr__AddKeyResultRequest *request)
{
    const Okr__KeyResult *kr = request->kr;
    if (!key_result_check(call, kr))
        return;
    struct key_result_change *change = NEW_ARRAY(call, struct key_result_change, 1);
    call->state = change;
    change->asked = objective_change_ask(call, kr->objective_id);
    call->then = key_result_add_to_objective;
}

HANDLER(quarter_add_key_result, key_result_add_start);

// --- Update, drop

// Whether the key result of the first round may be changed by someone who saw this version.
static bool key_result_changeable(struct call *call, int64_t version)
{
    struct key_result_change *change = call->state;
    struct key_result_context context;
    if (!key_result_context_row(call, change->asked, &context)) {
        guard_not_found(call, key_result_name(call, change->id));
        return false;
    }
    change->before = context.kr;
    change->order = context.order;
    change->n_order = context.n_order;
    change->has_needed_by = context.has_needed_by;
    change->needed_by = context.needed_by;
    if (!guard_version(call, key_result_resource(call, change->id), version,
                       change->before->version, &change->before->base) ||
        !guard_not_closed(call, context.quarter_state))
        return false;
    if (!change->before->dropped)
        return true;
    guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
    return false;
}

static void key_result_load(struct call *call, int64_t id, void (*then)(struct call *))
{
    struct key_result_change *change = NEW_ARRAY(call, struct key_result_change, 1);
    change->id = id;
    call->state = change;
    change->asked = key_result_change_ask(call, id);
    call->then = then;
}

// The key result as it would be: absent fields stay.
static Okr__KeyResult key_result_merge(const Okr__KeyResult *before,
                                       const Okr__UpdateKeyResultRequest *request)
{
    const Okr__KeyResult *wanted = request->kr;
    Okr__KeyResult kr = *before;
    if (wanted->text)
        kr.text = wanted->text;
    if (wanted->unit)
        kr.unit = wanted->unit;
    if (wanted->has_kind)
        kr.kind = wanted->kind;
    if (wanted->has_start)
        kr.start = wanted->start;
    if (wanted->has_target)
        kr.target = wanted->target;
    if (wanted->has_rank)
        kr.rank = wanted->rank;
    if (wanted->has_noise_percent)
        kr.noise_percent = wanted->noise_percent;
    if (request->replace_departments) {
        kr.departments = wanted->departments;
        kr.n_departments = wanted->n_departments;
    }
    return kr;
}

static void key_result_apply_update(struct call *call)
{
    const Okr__UpdateKeyResultRequest *request = update_key_result_request(call);
    const struct key_result_change *change = call->state;
    if (!key_result_changeable(call, request->kr->version))
        return;
    if (request->kr->has_objective_id &&
        request->kr->objective_id != change->before->objective_id) {
        call_violation(call, "kr.objective_id", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "O-%lld", (long long)change->before->objective_id));
        return;
    }
    Okr__KeyResult kr = key_result_merge(change->before, request);
    if (!key_result_check(call, &kr))
        return;
    key_result_update(call, &kr);
    if (request->kr->has_rank) {
        int64_t *order;
        size_t n = order_with(call, change->order, change->n_order, change->id, kr.rank, &order);
        key_result_order_write(call, order, n);
    }
    read_back(call, change->id);
}

static void key_result_update_start(struct call *call, const Okr__UpdateKeyResultRequest *request)
{
    const Okr__KeyResult *kr = request->kr;
    if (kr->n_departments > 0 && !request->replace_departments)
        call_violation(call, "replace_departments", OKR__REASON__REASON_REQUIRED, NULL);
    if (!call_invalid(call) && (request->replace_departments || guard_changes(call, &kr->base)))
        key_result_load(call, kr->id, key_result_apply_update);
}

static void key_result_apply_drop(struct call *call)
{
    const Okr__DropKeyResultRequest *request = drop_key_result_request(call);
    const struct key_result_change *change = call->state;
    if (!key_result_changeable(call, request->version))
        return;
    if (change->has_needed_by) {
        guard_refuse(call, OKR__REASON__REASON_STILL_USED,
                     call_printf(call, "P-%lld", (long long)change->needed_by));
        return;
    }
    int64_t *order;
    size_t n = order_without(call, change->order, change->n_order, change->id, &order);
    key_result_drop(call, change->id, request->reason);
    key_result_order_write(call, order, n);
    read_back(call, change->id);
}

static void key_result_drop_start(struct call *call, const Okr__DropKeyResultRequest *request)
{
    key_result_load(call, request->id, key_result_apply_drop);
}

HANDLER(quarter_update_key_result, key_result_update_start);
HANDLER(quarter_drop_key_result, key_result_drop_start);

// --- Read

static void key_result_answer(struct call *call)
{
    const Okr__GetKeyResultRequest *request = get_key_result_request(call);
    Okr__KeyResult *kr = key_result_read(call, asked_only(call));
    if (kr)
        call_reply(call, &kr->base);
    else
        guard_not_found(call, key_result_name(call, request->id));
}

static void key_result_get_start(struct call *call, const Okr__GetKeyResultRequest *request)
{
    key_result_ask(call, request->id);
    call->then = key_result_answer;
}

HANDLER(quarter_get_key_result, key_result_get_start, .shared = true);
