// Key results: statements and rows. It knows tables, not rules.
#include "server/quarter/key_result_rows.h"

#include "server/quarter/attainment.h"

STATEMENT(key_result_get, MANY, "l", KEY_RESULT_LETTERS,
          "SELECT " KEY_RESULT_COLUMNS " FROM " KEY_RESULT_FROM " WHERE k.id = $1");

STATEMENT(key_result_list, MANY, "tb", KEY_RESULT_LETTERS,
          "SELECT " KEY_RESULT_LIST_COLUMNS " FROM " KEY_RESULT_LIST_FROM
          " WHERE o.quarter = $1 AND ($2 OR NOT k.dropped)"
          " ORDER BY o.dropped, o.rank, o.id, k.dropped, k.rank, k.id");

STATEMENT(key_result_get_for_change, MANY, "l", KEY_RESULT_LETTERS "iLl",
          "SELECT " KEY_RESULT_COLUMNS ", q.state,"
          " ARRAY(SELECT b.id FROM key_result b WHERE b.objective_id = k.objective_id"
          "       AND NOT b.dropped ORDER BY b.rank, b.id),"
          " (SELECT min(p.id) FROM project_kr x JOIN project p ON p.id = x.project_id"
          "  WHERE x.kr_id = k.id AND p.state <= 3"
          "  AND NOT EXISTS (SELECT FROM project_kr y JOIN key_result other ON other.id = y.kr_id"
          "                  WHERE y.project_id = p.id AND other.id <> k.id AND NOT other.dropped))"
          " FROM " KEY_RESULT_FROM " JOIN quarter q ON q.name = o.quarter WHERE k.id = $1");

STATEMENT(key_result_live, MANY, "tL", "L",
          "SELECT ARRAY(SELECT k.id FROM key_result k JOIN objective o ON o.id = k.objective_id"
          " WHERE k.id = ANY($2::bigint[]) AND o.quarter = $1 AND NOT k.dropped)");

STATEMENT(key_result_add, MANY, "lttiddiTd", "l",
          "INSERT INTO key_result (objective_id, text, unit, kind, start_value, target_value, rank,"
          " departments, noise_percent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
          "coalesce($9::double precision, 5))"
          " RETURNING id");

STATEMENT(key_result_set, NONE, "lttiddTd", "",
          "UPDATE key_result SET text = $2, unit = $3, kind = $4, start_value = $5,"
          " target_value = $6, departments = $7, noise_percent = $8, version = version + 1"
          " WHERE id = $1");

STATEMENT(key_result_set_dropped, NONE, "lt", "",
          "UPDATE key_result SET dropped = true, drop_reason = $2, version = version + 1"
          " WHERE id = $1");

STATEMENT(key_result_set_order, NONE, "L", "",
          "UPDATE key_result k SET rank = x.place::integer"
          " FROM unnest($1::bigint[]) WITH ORDINALITY AS x(id, place)"
          " WHERE k.id = x.id AND k.rank <> x.place");

static Okr__Measurement *latest_row(struct call *call, const struct rows *rows, int row)
{
    if (row_null(rows, row, 13))
        return NULL;
    Okr__Measurement *latest = NEW(call, Okr__Measurement, OKR__MEASUREMENT__INIT);
    SET(latest, id, row_i64(rows, row, 13));
    SET(latest, kr_id, row_i64(rows, row, 0));
    latest->day = row_date_text(rows, row, 14);
    SET(latest, value, row_double(rows, row, 15));
    latest->note = row_text(rows, row, 16);
    if (!row_null(rows, row, 17))
        SET(latest, corrects, row_i64(rows, row, 17));
    latest->reason = row_text(rows, row, 18);
    latest->recorded_at = row_time_text(rows, row, 19);
    latest->recorded_by = row_text(rows, row, 20);
    return latest;
}

static Okr__Sufficiency *declared_row(struct call *call, const struct rows *rows, int row)
{
    if (row_null(rows, row, 22))
        return NULL;
    Okr__Sufficiency *declared = NEW(call, Okr__Sufficiency, OKR__SUFFICIENCY__INIT);
    SET(declared, kr_id, row_i64(rows, row, 0));
    SET(declared, number, row_i32(rows, row, 22));
    declared->n_project_ids = row_i64_array(rows, row, 23, &declared->project_ids);
    declared->note = row_text(rows, row, 24);
    declared->declared_at = row_time_text(rows, row, 25);
    declared->declared_by = row_text(rows, row, 26);
    SET(declared, stale, row_bool(rows, row, 27));
    return declared;
}

static void set_attainment(Okr__KeyResult *kr)
{
    double percent;
    if (kr->latest != NULL &&
        attainment_percent(kr->kind, kr->start, kr->target, kr->latest->value, &percent))
        SET(kr, attainment_percent, percent);
}

Okr__KeyResult *key_result_row(struct call *call, const struct rows *rows, int row)
{
    Okr__KeyResult *kr = NEW(call, Okr__KeyResult, OKR__KEY_RESULT__INIT);
    SET(kr, id, row_i64(rows, row, 0));
    SET(kr, objective_id, row_i64(rows, row, 1));
    kr->text = row_text(rows, row, 2);
    kr->unit = row_text(rows, row, 3);
    SET(kr, kind, (Okr__KrKind)row_i32(rows, row, 4));
    SET(kr, start, row_double(rows, row, 5));
    SET(kr, target, row_double(rows, row, 6));
    if (row_bool(rows, row, 10))
        SET(kr, dropped, true);
    else
        SET(kr, rank, row_i32(rows, row, 7));
    kr->n_departments = row_text_array(rows, row, 8, &kr->departments);
    SET(kr, noise_percent, row_double(rows, row, 9));
    SET(kr, version, row_i64(rows, row, 11));
    kr->quarter = row_text(rows, row, 12);
    kr->latest = latest_row(call, rows, row);
    set_attainment(kr);
    kr->n_project_ids = row_i64_array(rows, row, 21, &kr->project_ids);
    kr->sufficiency = declared_row(call, rows, row);
    return kr;
}

void key_result_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &key_result_get), id);
}

void key_result_list_ask(struct call *call, const char *quarter, bool with_dropped)
{
    struct query *q = call_ask(call, &key_result_list);
    bind_text(q, quarter);
    bind_bool(q, with_dropped);
}

void key_result_change_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &key_result_get_for_change), id);
}

void key_result_live_ask(struct call *call, const char *quarter, const int64_t *ids, size_t n)
{
    struct query *q = call_ask(call, &key_result_live);
    bind_text(q, quarter);
    bind_i64_array(q, ids, n);
}

void key_result_insert(struct call *call, const Okr__KeyResult *kr)
{
    struct query *q = call_ask(call, &key_result_add);
    bind_i64(q, kr->objective_id);
    bind_text(q, kr->text);
    bind_text(q, kr->unit);
    bind_i32(q, (int32_t)kr->kind);
    bind_double(q, kr->start);
    bind_double(q, kr->target);
    bind_i32(q, kr->rank);
    bind_text_array(q, kr->departments, kr->n_departments);
    bind_opt_double(q, kr->has_noise_percent, kr->noise_percent);
}

void key_result_update(struct call *call, const Okr__KeyResult *kr)
{
    struct query *q = call_ask(call, &key_result_set);
    bind_i64(q, kr->id);
    bind_text(q, kr->text);
    bind_text(q, kr->unit);
    bind_i32(q, (int32_t)kr->kind);
    bind_double(q, kr->start);
    bind_double(q, kr->target);
    bind_text_array(q, kr->departments, kr->n_departments);
    bind_double(q, kr->noise_percent);
}

void key_result_drop(struct call *call, int64_t id, const char *reason)
{
    struct query *q = call_ask(call, &key_result_set_dropped);
    bind_i64(q, id);
    bind_text(q, reason);
}

void key_result_order_write(struct call *call, const int64_t *ids, size_t n)
{
    bind_i64_array(call_ask(call, &key_result_set_order), ids, n);
}
