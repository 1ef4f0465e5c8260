// Key results: statements and rows. It knows tables, not rules.
#include "server/quarter/key_result_rows.h"

#include "server/quarter/attainment.h"

static MESSAGE_READER(kr_take, Okr__KeyResult, KEY_RESULT_ROW);
static MESSAGE_READER(latest_take, Okr__Measurement, KEY_RESULT_LATEST_ROW);
static MESSAGE_READER(declared_take, Okr__Sufficiency, KEY_RESULT_DECLARED_ROW);

static Okr__Measurement *latest_row(struct call *call, struct row *row, int64_t kr_id)
{
    Okr__Measurement *latest = NEW(call, Okr__Measurement, OKR__MEASUREMENT__INIT);
    latest_take(row, latest);
    SET(latest, kr_id, kr_id);
    return latest->has_id ? latest : NULL;
}

static Okr__Sufficiency *declared_row(struct call *call, struct row *row, int64_t kr_id)
{
    Okr__Sufficiency *declared = NEW(call, Okr__Sufficiency, OKR__SUFFICIENCY__INIT);
    declared_take(row, declared);
    SET(declared, kr_id, kr_id);
    SET(declared, stale, take_bool(row));
    return declared->has_number ? declared : NULL;
}

static void set_attainment(Okr__KeyResult *kr)
{
    double percent;
    if (kr->latest != NULL &&
        attainment_percent(kr->kind, kr->start, kr->target, kr->latest->value, &percent))
        SET(kr, attainment_percent, percent);
}

Okr__KeyResult *key_result_row(struct call *call, struct row *row)
{
    Okr__KeyResult *kr = NEW(call, Okr__KeyResult, OKR__KEY_RESULT__INIT);
    kr_take(row, kr);
    kr->latest = latest_row(call, row, kr->id);
    set_attainment(kr);
    kr->n_project_ids = take_i64s(row, &kr->project_ids);
    kr->sufficiency = declared_row(call, row, kr->id);
    return kr;
}

Okr__KeyResult *key_result_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? key_result_row(call, &row) : NULL;
}

STATEMENT(key_result_get, MAYBE, "l", KEY_RESULT_LETTERS,
          "SELECT " KEY_RESULT_COLUMNS " FROM " KEY_RESULT_FROM " WHERE k.id = $1");

struct asked key_result_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &key_result_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(key_result_list_of, MANY, "tb", KEY_RESULT_LETTERS,
          "SELECT " KEY_RESULT_LIST_COLUMNS " FROM " KEY_RESULT_LIST_FROM
          " WHERE o.quarter = $1 AND ($2 OR NOT k.dropped)"
          " ORDER BY o.dropped, o.rank, o.id, k.dropped, k.rank, k.id");

struct asked key_result_list_ask(struct call *call, const char *quarter, bool with_dropped)
{
    struct query *q = call_ask(call, &key_result_list_of);
    bind_text(q, quarter);
    bind_bool(q, with_dropped);
    return q->asked;
}

size_t key_result_list(struct call *call, struct asked asked, Okr__KeyResult ***ret)
{
    size_t n = 0;
    *ret = NEW_ARRAY(call, Okr__KeyResult *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);)
        (*ret)[n++] = key_result_row(call, &row);
    return n;
}

#define CONTEXT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i32, quarter_state, "q.state")                                                           \
    NEXT(i64s, order,                                                                              \
         "ARRAY(SELECT b.id FROM key_result b WHERE b.objective_id = k.objective_id"               \
         " AND NOT b.dropped ORDER BY b.rank, b.id)")                                              \
    NEXT(opt_i64, needed_by,                                                                       \
         "(SELECT min(p.id) FROM project_kr x JOIN project p ON p.id = x.project_id"               \
         " WHERE x.kr_id = k.id AND p.state <= " SQL_PROJECT_STATE_COMPLETED                       \
         " AND NOT EXISTS (SELECT FROM project_kr y JOIN key_result other ON other.id = y.kr_id"   \
         "  WHERE y.project_id = p.id AND other.id <> k.id AND NOT other.dropped))")
static STRUCT_READER(context_take, struct key_result_context, CONTEXT_ROW);

STATEMENT(key_result_get_for_change, MAYBE, "l", KEY_RESULT_LETTERS ROW_LETTERS(CONTEXT_ROW),
          "SELECT " KEY_RESULT_COLUMNS
          ", " ROW_COLUMNS(CONTEXT_ROW) " FROM " KEY_RESULT_FROM
                                        " JOIN quarter q ON q.name = o.quarter WHERE k.id = $1");

struct asked key_result_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &key_result_get_for_change);
    bind_i64(q, id);
    return q->asked;
}

bool key_result_context_row(struct call *call, struct asked asked, struct key_result_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->kr = key_result_row(call, &row);
    context_take(&row, ret);
    return true;
}

STATEMENT(key_result_live, ONE, "tL", "L",
          "SELECT ARRAY(SELECT k.id FROM key_result k JOIN objective o ON o.id = k.objective_id"
          " WHERE k.id = ANY($2::bigint[]) AND o.quarter = $1 AND NOT k.dropped)");

struct asked key_result_live_ask(struct call *call, const char *quarter, const int64_t *ids,
                                 size_t n)
{
    struct query *q = call_ask(call, &key_result_live);
    bind_text(q, quarter);
    bind_i64_array(q, ids, n);
    return q->asked;
}

STATEMENT(key_result_add, ONE, "lttiddiTd", "l",
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

struct asked key_result_insert(struct call *call, const Okr__KeyResult *kr)
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
    return q->asked;
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
