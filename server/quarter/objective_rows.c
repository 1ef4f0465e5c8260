// Objectives: statements and rows. It knows tables, not rules.
#include "server/quarter/objective_rows.h"

STATEMENT(objective_get, MANY, "l", OBJECTIVE_LETTERS,
          "SELECT " OBJECTIVE_COLUMNS " FROM objective o WHERE o.id = $1");

STATEMENT(objective_list, MANY, "tb", OBJECTIVE_LETTERS,
          "SELECT " OBJECTIVE_COLUMNS " FROM objective o"
          " WHERE o.quarter = $1 AND ($2 OR NOT o.dropped) ORDER BY o.dropped, o.rank, o.id");

STATEMENT(objective_get_for_change, MANY, "l", OBJECTIVE_LETTERS "iLL",
          "SELECT " OBJECTIVE_COLUMNS ", q.state,"
          " ARRAY(SELECT b.id FROM objective b WHERE b.quarter = o.quarter AND NOT b.dropped"
          "       ORDER BY b.rank, b.id),"
          " ARRAY(SELECT k.id FROM key_result k WHERE k.objective_id = o.id AND NOT k.dropped"
          "       ORDER BY k.rank, k.id)"
          " FROM objective o JOIN quarter q ON q.name = o.quarter WHERE o.id = $1");

STATEMENT(
    objective_add, MANY, "ttti", "l",
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

Okr__Objective *objective_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Objective *objective = NEW(call, Okr__Objective, OKR__OBJECTIVE__INIT);
    SET(objective, id, row_i64(rows, row, 0));
    objective->quarter = row_text(rows, row, 1);
    objective->product = row_text(rows, row, 2);
    objective->text = row_text(rows, row, 3);
    if (row_bool(rows, row, 5))
        SET(objective, dropped, true);
    else
        SET(objective, rank, row_i32(rows, row, 4));
    SET(objective, version, row_i64(rows, row, 6));
    return objective;
}

void objective_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &objective_get), id);
}

void objective_list_ask(struct call *call, const char *quarter, bool with_dropped)
{
    struct query *q = call_ask(call, &objective_list);
    bind_text(q, quarter);
    bind_bool(q, with_dropped);
}

void objective_change_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &objective_get_for_change), id);
}

void objective_insert(struct call *call, const Okr__Objective *objective)
{
    struct query *q = call_ask(call, &objective_add);
    bind_text(q, objective->quarter);
    bind_text(q, objective->product);
    bind_text(q, objective->text);
    bind_i32(q, objective->rank);
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
