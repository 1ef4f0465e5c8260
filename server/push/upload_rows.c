// The rows of an upload in SQL. A row is kept as the contract's message in JSON; whole chunks go
// down as one text. Must not know who may upload.
#include "server/push/upload_rows.h"

#include "server/call/json.h"
#include "server/plan/plan_rows.h"

// The next position is looked up at the end of each primary key: it costs the same for big uploads.
#define NEXT_POSITION(table)                                                                       \
    "coalesce((SELECT max(position) + 1 FROM " table " WHERE version_id = $1), 0)"
#define UPLOAD_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "v.id")                                                                         \
    NEXT(i64, source_id, "v.source_id")                                                            \
    NEXT(text, source, "s.name")                                                                   \
    NEXT(bool, published, "v.number IS NOT NULL")                                                  \
    NEXT(i64, begun_by, "v.begun_by")                                                              \
    NEXT(i64, base_number, "v.base_number")                                                        \
    NEXT(i64, base_id,                                                                             \
         "coalesce((SELECT b.id FROM plan_version b WHERE b.source_id = v.source_id "              \
         "  AND b.number = v.base_number), 0)")                                                    \
    NEXT(bool, forced, "v.force_reason IS NOT NULL")                                               \
    NEXT(i64, published_number,                                                                    \
         "coalesce((SELECT p.number FROM plan_version p WHERE p.id = s.published_version), 0)")    \
    NEXT(i64, next_sequence, "v.next_sequence")                                                    \
    NEXT(i64, have[PLAN_TASKS], NEXT_POSITION("plan_task"))                                        \
    NEXT(i64, have[PLAN_RESOURCES], NEXT_POSITION("plan_resource"))                                \
    NEXT(i64, have[PLAN_ASSIGNMENTS], NEXT_POSITION("plan_assignment"))                            \
    NEXT(i64, have[PLAN_CALENDARS], NEXT_POSITION("plan_calendar"))
static STRUCT_READER(upload_row_take, struct plan_upload, UPLOAD_ROW);

STATEMENT(plan_upload_get, MAYBE, "l", ROW_LETTERS(UPLOAD_ROW) "t",
          "SELECT " ROW_COLUMNS(
              UPLOAD_ROW) ", v.totals::text "
                          "FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
                          "WHERE v.id = $1 FOR UPDATE OF v");

struct asked plan_upload_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_upload_get);
    bind_i64(q, id);
    return q->asked;
}

bool plan_upload_row(struct call *call, struct asked asked, struct plan_upload *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    upload_row_take(&row, ret);
    ret->announced = take_message(call, &row, &okr__plan_totals__descriptor);
    return ret->announced != NULL;
}

// Texts and hashes go side by side: nth row, nth position, nth hash.
STATEMENT(
    plan_upload_chunk, ONE, "ltLYLYLYLYb", "l",
    "WITH chunk AS MATERIALIZED (SELECT $2::text::jsonb AS c), "
    "tasks AS (INSERT INTO plan_task (version_id, position, body, hash, key) "
    " SELECT $1, x.at, x.row - '{position,projectId,boundHere,resourceUids,hasChildren}'::text[], "
    "  x.hash, CASE WHEN $11::boolean AND x.row->>'null' IS DISTINCT FROM 'true' "
    "   AND (x.row->>'uid')::bigint >= 0 THEN (x.row->>'uid')::bigint END FROM chunk, ROWS FROM "
    "(jsonb_array_elements(c->'tasks'), "
    "  unnest($3::bigint[]), unnest($4::bytea[])) AS x(row, at, hash)), "
    "resources AS (INSERT INTO plan_resource (version_id, position, body, hash) "
    " SELECT $1, x.at, x.row - 'member', x.hash "
    " FROM chunk, ROWS FROM (jsonb_array_elements(c->'resources'), "
    "  unnest($5::bigint[]), unnest($6::bytea[])) AS x(row, at, hash)), "
    "assignments AS (INSERT INTO plan_assignment (version_id, position, body, hash) "
    " SELECT $1, x.at, x.row, x.hash "
    " FROM chunk, ROWS FROM (jsonb_array_elements(c->'assignments'), "
    "  unnest($7::bigint[]), unnest($8::bytea[])) AS x(row, at, hash)), "
    "calendars AS (INSERT INTO plan_calendar (version_id, position, body, hash) "
    " SELECT $1, x.at, x.row, x.hash "
    " FROM chunk, ROWS FROM (jsonb_array_elements(c->'calendars'), "
    "  unnest($9::bigint[]), unnest($10::bytea[])) AS x(row, at, hash)) "
    "UPDATE plan_version SET next_sequence = next_sequence + 1 WHERE id = $1 "
    "RETURNING next_sequence");

struct asked plan_upload_ask_chunk(struct call *call, const struct plan_upload *upload,
                                   const char *chunk,
                                   const struct plan_chunk_part parts[PLAN_TABLES])
{
    struct query *q = call_ask(call, &plan_upload_chunk);
    bind_i64(q, upload->id);
    bind_text(q, chunk);
    for (int i = 0; i < PLAN_TABLES; i++) {
        bind_i64_array(q, parts[i].positions, parts[i].n_rows);
        bind_bytes_array(q, parts[i].hashes, parts[i].n_rows);
    }
    bind_bool(q, upload->base_id == 0);
    return q->asked;
}

STATEMENT(plan_upload_statistics, ONE, "", "", "SELECT FROM plan_rows_are_counted()");

void plan_upload_ask_statistics(struct call *call, const struct plan_upload *upload)
{
    enum { BIG = 5000 }; // rows; below, any plan will do
    if (upload->have[PLAN_TASKS] > BIG || upload->have[PLAN_ASSIGNMENTS] > BIG)
        call_ask(call, &plan_upload_statistics);
}

// NOT IN rather than NOT EXISTS: its hash table does not depend on statistics, which know nothing
// yet of rows that have just been uploaded.
#define TOTALS_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, tasks, "t.n")                                                                       \
    NEXT(i64, resources, "(SELECT count(*) FROM plan_resource WHERE version_id = $1)")             \
    NEXT(i64, assignments, "a.n")                                                                  \
    NEXT(double, assignment_work, "a.work")                                                        \
    NEXT(double, assignment_actual_work, "a.actual_work")                                          \
    NEXT(i64, predecessors, "t.predecessors")                                                      \
    NEXT(double, leaf_task_work, "t.leaf_work")                                                    \
    NEXT(i64, calendars, "(SELECT count(*) FROM plan_calendar WHERE version_id = $1)")
static MESSAGE_READER(totals_take, Okr__PlanTotals, TOTALS_ROW);

STATEMENT(
    plan_upload_sums, ONE, "l", ROW_LETTERS(TOTALS_ROW) "b",
    "SELECT " ROW_COLUMNS(
        TOTALS_ROW) ", t.clear_tree FROM (SELECT count(*) AS n, "
                    "  coalesce(sum(jsonb_array_length(body->'predecessors')), 0)::bigint AS "
                    "predecessors, "
                    "  coalesce(sum(work) FILTER (WHERE NOT is_null AND (uid IS NULL OR "
                    "   uid NOT IN (SELECT c.parent_uid FROM plan_task c WHERE c.version_id = $1 "
                    "    AND NOT c.is_null AND c.parent_uid IS NOT NULL) AND "
                    "   uid NOT IN (SELECT w.task_uid FROM plan_assignment w WHERE w.version_id = "
                    "$1 "
                    "    AND w.task_uid IS NOT NULL))), 0) AS leaf_work, "
                    "  count(*) FILTER (WHERE NOT is_null) = "
                    "   count(DISTINCT uid) FILTER (WHERE NOT is_null) AS clear_tree "
                    " FROM plan_task WHERE version_id = $1) t, "
                    "(SELECT count(*) AS n, coalesce(sum(work), 0) AS work, "
                    "  coalesce(sum(actual_work), 0) AS actual_work "
                    " FROM plan_assignment WHERE version_id = $1) a");

struct asked plan_upload_ask_sums(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_upload_sums);
    bind_i64(q, id);
    return q->asked;
}

struct plan_sums plan_upload_sums_row(struct call *call, struct asked asked)
{
    struct plan_sums sums = {.totals = OKR__PLAN_TOTALS__INIT};
    struct row row = asked_at(call, asked, 0);
    totals_take(&row, &sums.totals);
    sums.clear_tree = take_bool(&row);
    return sums;
}
