// The rows of an upload in SQL. A row is kept as the contract's message in JSON; whole chunks go
// down as one text. Must not know who may upload.
#include "server/push/upload_rows.h"

#include "server/plan/plan_rows.h"

// The next position is looked up at the end of each primary key: it costs the same for big uploads.
STATEMENT(plan_upload_get, MANY, "l", "lltblllllllltlb",
          "SELECT v.id, v.source_id, s.name, v.number IS NOT NULL, v.begun_by, v.base_number, "
          " coalesce((SELECT p.number FROM plan_version p WHERE p.id = s.published_version), 0), "
          " v.next_sequence, "
          " coalesce((SELECT max(position) + 1 FROM plan_task WHERE version_id = $1), 0), "
          " coalesce((SELECT max(position) + 1 FROM plan_resource WHERE version_id = $1), 0), "
          " coalesce((SELECT max(position) + 1 FROM plan_assignment WHERE version_id = $1), 0), "
          " coalesce((SELECT max(position) + 1 FROM plan_calendar WHERE version_id = $1), 0), "
          " v.totals::text, "
          " coalesce((SELECT b.id FROM plan_version b WHERE b.source_id = v.source_id "
          "  AND b.number = v.base_number), 0), v.force_reason IS NOT NULL "
          "FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
          "WHERE v.id = $1 FOR UPDATE OF v");

void plan_upload_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &plan_upload_get), id);
}

bool plan_upload_row(struct call *call, const struct rows *rows, struct plan_upload *ret)
{
    if (rows_count(rows) == 0)
        return false;
    *ret = (struct plan_upload){
        .id = row_i64(rows, 0, 0),
        .source_id = row_i64(rows, 0, 1),
        .source = row_text(rows, 0, 2),
        .published = row_bool(rows, 0, 3),
        .begun_by = row_i64(rows, 0, 4),
        .base_number = row_i64(rows, 0, 5),
        .published_number = row_i64(rows, 0, 6),
        .next_sequence = row_i64(rows, 0, 7),
        .announced = plan_message(call, &okr__plan_totals__descriptor, rows, 0, 12),
        .base_id = row_i64(rows, 0, 13),
        .forced = row_bool(rows, 0, 14),
    };
    for (int i = 0; i < PLAN_TABLES; i++)
        ret->have[i] = row_i64(rows, 0, 8 + i);
    return ret->announced != NULL;
}

// Texts and hashes go side by side: nth row, nth position, nth hash.
STATEMENT(
    plan_upload_chunk, MANY, "ltLYLYLYLYb", "l",
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

void plan_upload_ask_chunk(struct call *call, const struct plan_upload *upload, const char *chunk,
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
STATEMENT(plan_upload_sums, MANY, "l", "lllddldlb",
          "SELECT t.n, "
          " (SELECT count(*) FROM plan_resource WHERE version_id = $1), "
          " a.n, a.work, a.actual_work, t.predecessors, t.leaf_work, "
          " (SELECT count(*) FROM plan_calendar WHERE version_id = $1), t.clear_tree "
          "FROM (SELECT count(*) AS n, "
          "  coalesce(sum(jsonb_array_length(body->'predecessors')), 0)::bigint AS predecessors, "
          "  coalesce(sum(work) FILTER (WHERE NOT is_null AND (uid IS NULL OR "
          "   uid NOT IN (SELECT c.parent_uid FROM plan_task c WHERE c.version_id = $1 "
          "    AND NOT c.is_null AND c.parent_uid IS NOT NULL) AND "
          "   uid NOT IN (SELECT w.task_uid FROM plan_assignment w WHERE w.version_id = $1 "
          "    AND w.task_uid IS NOT NULL))), 0) AS leaf_work, "
          "  count(*) FILTER (WHERE NOT is_null) = "
          "   count(DISTINCT uid) FILTER (WHERE NOT is_null) AS clear_tree "
          " FROM plan_task WHERE version_id = $1) t, "
          "(SELECT count(*) AS n, coalesce(sum(work), 0) AS work, "
          "  coalesce(sum(actual_work), 0) AS actual_work "
          " FROM plan_assignment WHERE version_id = $1) a");

void plan_upload_ask_sums(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &plan_upload_sums), id);
}

struct plan_sums plan_upload_sums_row(const struct rows *rows)
{
    struct plan_sums sums = {.totals = OKR__PLAN_TOTALS__INIT};
    SET(&sums.totals, tasks, row_i64(rows, 0, 0));
    SET(&sums.totals, resources, row_i64(rows, 0, 1));
    SET(&sums.totals, assignments, row_i64(rows, 0, 2));
    SET(&sums.totals, assignment_work, row_double(rows, 0, 3));
    SET(&sums.totals, assignment_actual_work, row_double(rows, 0, 4));
    SET(&sums.totals, predecessors, row_i64(rows, 0, 5));
    SET(&sums.totals, leaf_task_work, row_double(rows, 0, 6));
    SET(&sums.totals, calendars, row_i64(rows, 0, 7));
    sums.clear_tree = row_bool(rows, 0, 8);
    return sums;
}
