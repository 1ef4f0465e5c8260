// Objectives: statements and rows. It knows tables, not rules.
#include "server/quarter/objective_rows.h"

#define COLUMNS ROW_COLUMNS(OBJECTIVE_ROW)
#define LETTERS ROW_LETTERS(OBJECTIVE_ROW)
static MESSAGE_READER(objective_take, Okr__Objective, OBJECTIVE_ROW);

Okr__Objective *objective_row(struct call *call, struct row *row)
{
    Okr__Objective *objective = NEW(call, Okr__Objective, OKR__OBJECTIVE__INIT);
    objective_take(row, objective);
    return objective;
}

Okr__Objective *objective_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? objective_row(call, &row) : NULL;
}

STATEMENT(objective_get, MAYBE, "l", LETTERS,
          "SELECT " COLUMNS " FROM objective o WHERE o.id = $1");

struct asked objective_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &objective_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(objective_list_of, MANY, "tb", LETTERS,
          "SELECT " COLUMNS " FROM objective o"
          " WHERE o.quarter = $1 AND ($2 OR NOT o.dropped) ORDER BY o.dropped, o.rank, o.id");

struct asked objective_list_ask(struct call *call, const char *quarter, bool with_dropped)
{
    struct query *q = call_ask(call, &objective_list_of);
    bind_text(q, quarter);
    bind_bool(q, with_dropped);
    return q->asked;
}

MESSAGE_LIST(objective_list, Okr__Objective, OKR__OBJECTIVE__INIT, objective_take);

#define CONTEXT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i32, quarter_state, "q.state")                                                           \
    NEXT(i64s, order,                                                                              \
         "ARRAY(SELECT b.id FROM objective b WHERE b.quarter = o.quarter AND NOT b.dropped"        \
         " ORDER BY b.rank, b.id)")                                                                \
    NEXT(i64s, kr_order,                                                                           \
         "ARRAY(SELECT k.id FROM key_result k WHERE k.objective_id = o.id AND NOT k.dropped"       \
         " ORDER BY k.rank, k.id)")
static STRUCT_READER(context_take, struct objective_context, CONTEXT_ROW);

STATEMENT(
    objective_get_for_change, MAYBE, "l", LETTERS ROW_LETTERS(CONTEXT_ROW),
    "SELECT " COLUMNS ", " ROW_COLUMNS(
        CONTEXT_ROW) " FROM objective o JOIN quarter q ON q.name = o.quarter WHERE o.id = $1");

struct asked objective_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &objective_get_for_change);
    bind_i64(q, id);
    return q->asked;
}

bool objective_context_row(struct call *call, struct asked asked, struct objective_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->objective = objective_row(call, &row);
    context_take(&row, ret);
    return true;
}

STATEMENT(
    objective_add, ONE, "ttti", "l",
    "INSERT INTO objective (quarter, product, text, rank) VALUES ($1, $2, $3, $4) RETURNING id");

STATEMENT(objective_set, NONE, "ltt", "",
          "UPDATE objective SET product = $2, text = $3, version = version + 1 WHERE id = $1");

STATEMENT(objective_set_dropped, NONE, "lt", "",
          "UPDATE objective SET dropped = true, drop_reason = $2, version = version + 1"
          " WHERE id = $1");

STATEMENT(objective_set_order, NONE, "L", "",
          "UPDATE objective o SET rank = x.place::integer"
          " FROM unnest($1::bigint[]) WITH ORDINALITY AS x(id, place)"
          " WHERE o.id = x.id AND o.rank <> x.place");

struct asked objective_insert(struct call *call, const Okr__Objective *objective)
{
    struct query *q = call_ask(call, &objective_add);
    bind_text(q, objective->quarter);
    bind_text(q, objective->product);
    bind_text(q, objective->text);
    bind_i32(q, objective->rank);
    return q->asked;
}

void objective_update(struct call *call, const Okr__Objective *objective)
{
    struct query *q = call_ask(call, &objective_set);
    bind_i64(q, objective->id);
    bind_text(q, objective->product);
    bind_text(q, objective->text);
}

void objective_drop(struct call *call, int64_t id, const char *reason)
{
    struct query *q = call_ask(call, &objective_set_dropped);
    bind_i64(q, id);
    bind_text(q, reason);
}

void objective_order_write(struct call *call, const int64_t *ids, size_t n)
{
    bind_i64_array(call_ask(call, &objective_set_order), ids, n);
}
