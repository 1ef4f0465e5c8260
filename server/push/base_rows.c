// Rows are copied inside the database. LATERAL and OFFSET keep each run a walk along the primary
// key, whatever the planner believes about a version that is new to its statistics.
#include "server/push/base_rows.h"

// A task's or resource's id is the number of its row: protobuf's JSON writes int64 as a text.
#define SHIFTED                                                                                    \
    "CASE WHEN r.shift = 0 OR NOT b.body ? 'id' THEN b.body ELSE jsonb_set(b.body, '{id}', "       \
    " to_jsonb(((b.body->>'id')::bigint + r.shift)::text)) END"
#define KEEP(table, body)                                                                          \
    "INSERT INTO " table " (version_id, position, body, hash) "                                    \
    "SELECT $1, b.position - r.base + r.at, " body ", b.hash "                                     \
    "FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) "                         \
    " AS r(base, n, at, shift) CROSS JOIN LATERAL (SELECT position, body, hash FROM " table        \
    "  WHERE version_id = $2 AND position >= r.base AND position < r.base + r.n OFFSET 0) b"

STATEMENT(plan_base_keep_task, NONE, "llLLLL", "", KEEP("plan_task", SHIFTED));
STATEMENT(plan_base_keep_resource, NONE, "llLLLL", "", KEEP("plan_resource", SHIFTED));
STATEMENT(plan_base_keep_assignment, NONE, "llLLLL", "", KEEP("plan_assignment", "b.body"));
STATEMENT(plan_base_keep_calendar, NONE, "llLLLL", "", KEEP("plan_calendar", "b.body"));

static const struct statement *const keeps[PLAN_TABLES] = {
    [PLAN_TASKS] = &plan_base_keep_task,
    [PLAN_RESOURCES] = &plan_base_keep_resource,
    [PLAN_ASSIGNMENTS] = &plan_base_keep_assignment,
    [PLAN_CALENDARS] = &plan_base_keep_calendar,
};

void plan_base_ask_keep(struct call *call, const struct plan_upload *upload, int table,
                        const struct plan_chunk_part *part)
{
    struct query *q = call_ask(call, keeps[table]);
    bind_i64(q, upload->id);
    bind_i64(q, upload->base_id);
    bind_i64_array(q, part->from, part->n_runs);
    bind_i64_array(q, part->counts, part->n_runs);
    bind_i64_array(q, part->to, part->n_runs);
    bind_i64_array(q, part->shifts, part->n_runs);
}

// ---- what the base holds ----------------------------------------------------------------------

#define OFFSETS "array_agg(coalesce((b.body->>'id')::bigint - b.position, 0) ORDER BY b.position)"
#define PAGE(table, offsets)                                                                       \
    "WITH u AS (SELECT s.name, b.id AS base_id FROM plan_version v "                               \
    " JOIN plan_source s ON s.id = v.source_id LEFT JOIN plan_version b "                          \
    "  ON b.source_id = v.source_id AND b.number = v.base_number "                                 \
    " WHERE v.id = $1 AND v.begun_by = $2 AND v.number IS NULL) "                                  \
    "SELECT u.name, count(b.position), string_agg("                                                \
    " coalesce(b.hash, decode(repeat('00', 16), 'hex')), '' ORDER BY b.position), " offsets        \
    " FROM u LEFT JOIN LATERAL (SELECT * FROM " table " WHERE version_id = u.base_id "             \
    "  AND position >= $3 ORDER BY position LIMIT $4) b ON true GROUP BY u.name"
STATEMENT(plan_base_task, MANY, "llll", "tlyL", PAGE("plan_task", OFFSETS));
STATEMENT(plan_base_resource, MANY, "llll", "tlyL", PAGE("plan_resource", OFFSETS));
STATEMENT(plan_base_assignment, MANY, "llll", "tlyL", PAGE("plan_assignment", "'{}'::bigint[]"));
STATEMENT(plan_base_calendar, MANY, "llll", "tlyL", PAGE("plan_calendar", "'{}'::bigint[]"));

static const struct statement *const pages[PLAN_TABLES] = {
    [PLAN_TASKS] = &plan_base_task,
    [PLAN_RESOURCES] = &plan_base_resource,
    [PLAN_ASSIGNMENTS] = &plan_base_assignment,
    [PLAN_CALENDARS] = &plan_base_calendar,
};

void plan_base_ask(struct call *call, int64_t upload_id, int table, int64_t position, int64_t limit)
{
    struct query *q = call_ask(call, pages[table]);
    bind_i64(q, upload_id);
    bind_i64(q, call->actor.member_id);
    bind_i64(q, position);
    bind_i64(q, limit);
}

struct plan_base_page plan_base_row(const struct rows *rows)
{
    struct plan_base_page page = {
        .source = row_text(rows, 0, 0),
        .n_rows = row_i64(rows, 0, 1),
        .hashes = row_bytes(rows, 0, 2),
    };
    if (page.n_rows > 0)
        page.n_id_offsets = row_i64_array(rows, 0, 3, &page.id_offsets);
    return page;
}
