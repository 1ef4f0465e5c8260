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

struct asked plan_base_ask_keep(struct call *call, const struct plan_upload *upload, int table,
                                const struct plan_chunk_part *part)
{
    struct query *q = call_ask(call, keeps[table]);
    bind_i64(q, upload->id);
    bind_i64(q, upload->base_id);
    bind_i64_array(q, part->from, part->n_runs);
    bind_i64_array(q, part->counts, part->n_runs);
    bind_i64_array(q, part->to, part->n_runs);
    bind_i64_array(q, part->shifts, part->n_runs);
    return q->asked;
}

// ---- what the base holds ----------------------------------------------------------------------

#define PAGE_ROW(FIRST, NEXT, offsets)                                                             \
    FIRST(text, source, "u.name")                                                                  \
    NEXT(i64, n_rows, "count(b.position)")                                                         \
    NEXT(bytes, hashes,                                                                            \
         "string_agg(coalesce(b.hash, decode(repeat('00', 16), 'hex')), '' ORDER BY b.position)")  \
    NEXT(i64s, id_offsets, offsets)
#define NO_OFFSETS(FIRST, NEXT) PAGE_ROW(FIRST, NEXT, "'{}'::bigint[]")
#define OFFSETS(FIRST, NEXT)                                                                       \
    PAGE_ROW(FIRST, NEXT,                                                                          \
             "array_agg(coalesce((b.body->>'id')::bigint - b.position, 0) ORDER BY b.position)")
static STRUCT_READER(page_take, struct plan_base_page, OFFSETS);

#define PAGE(table, list)                                                                          \
    "WITH u AS (SELECT s.name, b.id AS base_id FROM plan_version v "                               \
    " JOIN plan_source s ON s.id = v.source_id LEFT JOIN plan_version b "                          \
    "  ON b.source_id = v.source_id AND b.number = v.base_number "                                 \
    " WHERE v.id = $1 AND v.begun_by = $2 AND v.number IS NULL) "                                  \
    "SELECT " ROW_COLUMNS(                                                                         \
        list) " FROM u LEFT JOIN LATERAL (SELECT * FROM " table "  WHERE version_id = u.base_id "  \
              "  AND position >= $3 ORDER BY position LIMIT $4) b ON true GROUP BY u.name"
#define PAGE_LETTERS ROW_LETTERS(OFFSETS)
STATEMENT(plan_base_task, MAYBE, "llll", PAGE_LETTERS, PAGE("plan_task", OFFSETS));
STATEMENT(plan_base_resource, MAYBE, "llll", PAGE_LETTERS, PAGE("plan_resource", OFFSETS));
STATEMENT(plan_base_assignment, MAYBE, "llll", PAGE_LETTERS, PAGE("plan_assignment", NO_OFFSETS));
STATEMENT(plan_base_calendar, MAYBE, "llll", PAGE_LETTERS, PAGE("plan_calendar", NO_OFFSETS));

static const struct statement *const pages[PLAN_TABLES] = {
    [PLAN_TASKS] = &plan_base_task,
    [PLAN_RESOURCES] = &plan_base_resource,
    [PLAN_ASSIGNMENTS] = &plan_base_assignment,
    [PLAN_CALENDARS] = &plan_base_calendar,
};

struct asked plan_base_ask(struct call *call, int64_t upload_id, int table, int64_t position,
                           int64_t limit)
{
    struct query *q = call_ask(call, pages[table]);
    bind_i64(q, upload_id);
    bind_i64(q, call->actor.member_id);
    bind_i64(q, position);
    bind_i64(q, limit);
    return q->asked;
}

bool plan_base_row(struct call *call, struct asked asked, struct plan_base_page *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    page_take(&row, ret);
    if (ret->n_rows == 0) // the aggregate of no row is one of a row without values
        ret->n_id_offsets = 0;
    return true;
}
