// QuarterService: objectives, written by the PdM while the quarter is a draft or open (R13), in an
// explicit order (R1). Dropped ones stay visible and keep no place.
#include "server/call/guard.h"
#include "server/call/handler.h"
#include "server/quarter/objective_rows.h"
#include "server/quarter/quarter_rows.h"

// A change of one objective, over its rounds.
struct objective_change {
    int64_t id;
    const char *quarter;
    Okr__Objective *before;
    int64_t *order; // of the quarter's objectives
    size_t n_order;
    struct asked asked; // the objective or its quarter; afterwards the objective as it is then
    size_t n_krs;
    int64_t *krs; // its key results that are not dropped
};

static const char *objective_resource(struct call *call, int64_t id)
{
    return call_printf(call, "objective/%lld", (long long)id);
}

static void objective_changed(struct call *call)
{
    const struct objective_change *change = call->state;
    const Okr__Objective *after = objective_read(call, change->asked);
    call_record(call, objective_resource(call, after->id),
                change->before ? &change->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

static void read_back(struct call *call, int64_t id)
{
    struct objective_change *change = call->state;
    change->asked = objective_ask(call, id);
    call->then = objective_changed;
}

// --- Add

static void objective_added(struct call *call)
{
    const struct objective_change *change = call->state;
    read_back(call, asked_i64(call, change->asked));
}

static void objective_add_to_quarter(struct call *call)
{
    const Okr__AddObjectiveRequest *request = add_objective_request(call);
    struct objective_change *change = call->state;
    struct quarter_context quarter;
    if (!quarter_context_row(call, change->asked, &quarter)) {
        call_violation(call, "quarter", OKR__REASON__REASON_NOT_EXISTING, change->quarter);
        return;
    }
    if (!guard_not_closed(call, (int32_t)quarter.quarter->state))
        return;
    int64_t *order;
    size_t n = order_with(call, quarter.order, quarter.n_order, 0, request->rank, &order);
    Okr__Objective *objective = NEW(call, Okr__Objective, OKR__OBJECTIVE__INIT);
    objective->quarter = call_printf(call, "%s", change->quarter);
    objective->product = request->product;
    objective->text = request->text;
    objective->rank = order_place(order, n, 0);
    change->asked = objective_insert(call, objective);
    objective_order_write(call, order, n);
    call->then = objective_added;
}

static void objective_add_start(struct call *call, const Okr__AddObjectiveRequest *request)
{
    struct objective_change *change = NEW_ARRAY(call, struct objective_change, 1);
    change->quarter = field_quarter(call, request->quarter);
    call->state = change;
    change->asked = quarter_change_ask(call, change->quarter);
    call->then = objective_add_to_quarter;
}

HANDLER(quarter_add_objective, objective_add_start);

// --- Update, drop

// Whether the objective of the first round may be changed by someone who saw this version.
static bool objective_changeable(struct call *call, int64_t version)
{
    struct objective_change *change = call->state;
    struct objective_context context;
    if (!objective_context_row(call, change->asked, &context)) {
        guard_not_found(call, call_printf(call, "O-%lld", (long long)change->id));
        return false;
    }
    change->before = context.objective;
    change->order = context.order;
    change->n_order = context.n_order;
    change->krs = context.kr_order;
    change->n_krs = context.n_kr_order;
    if (!guard_version(call, objective_resource(call, change->id), version, change->before->version,
                       &change->before->base) ||
        !guard_not_closed(call, context.quarter_state))
        return false;
    if (!change->before->dropped)
        return true;
    guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
    return false;
}

static void objective_load(struct call *call, int64_t id, void (*then)(struct call *))
{
    struct objective_change *change = NEW_ARRAY(call, struct objective_change, 1);
    change->id = id;
    call->state = change;
    change->asked = objective_change_ask(call, id);
    call->then = then;
}

static void objective_apply_update(struct call *call)
{
    const Okr__UpdateObjectiveRequest *request = update_objective_request(call);
    const struct objective_change *change = call->state;
    if (!objective_changeable(call, request->version))
        return;
    Okr__Objective *objective = NEW(call, Okr__Objective, OKR__OBJECTIVE__INIT);
    objective->id = change->id;
    objective->product = request->product ? request->product : change->before->product;
    objective->text = request->text ? request->text : change->before->text;
    objective_update(call, objective);
    if (request->has_rank) {
        int64_t *order;
        size_t n =
            order_with(call, change->order, change->n_order, change->id, request->rank, &order);
        objective_order_write(call, order, n);
    }
    read_back(call, change->id);
}

static void objective_update_start(struct call *call, const Okr__UpdateObjectiveRequest *request)
{
    if (guard_changes(call, &request->base))
        objective_load(call, request->id, objective_apply_update);
}

static void objective_apply_drop(struct call *call)
{
    const Okr__DropObjectiveRequest *request = drop_objective_request(call);
    const struct objective_change *change = call->state;
    if (!objective_changeable(call, request->version))
        return;
    if (change->n_krs > 0) {
        guard_refuse(call, OKR__REASON__REASON_STILL_USED,
                     call_printf(call, "KR-%lld", (long long)change->krs[0]));
        return;
    }
    int64_t *order;
    size_t n = order_without(call, change->order, change->n_order, change->id, &order);
    objective_drop(call, change->id, request->reason);
    objective_order_write(call, order, n);
    read_back(call, change->id);
}

static void objective_drop_start(struct call *call, const Okr__DropObjectiveRequest *request)
{
    objective_load(call, request->id, objective_apply_drop);
}

HANDLER(quarter_update_objective, objective_update_start);
HANDLER(quarter_drop_objective, objective_drop_start);
