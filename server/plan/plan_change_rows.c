// See the header.
#include "server/plan/plan_change_rows.h"

STATEMENT(
    plan_pair, MANY, "tll", "lllll",
    "SELECT s.id, o.id, o.number, v.id, v.number "
    "FROM plan_source s JOIN plan_version v ON v.source_id = s.id "
    " AND CASE WHEN $3::bigint IS NULL THEN v.id = s.published_version ELSE v.number = $3 END "
    "LEFT JOIN LATERAL (SELECT p.id, p.number FROM plan_version p WHERE p.source_id = s.id "
    "  AND CASE WHEN $2::bigint IS NULL THEN p.number < v.number ELSE p.number = $2 END "
    "  ORDER BY p.number DESC LIMIT 1) o ON true "
    "WHERE $1::text IS NULL OR s.name = $1 LIMIT 2");

void plan_pair_ask(struct call *call, const char *source, bool has_from, int64_t from, bool has_to,
                   int64_t to)
{
    struct query *q = call_ask(call, &plan_pair);
    bind_text(q, source);
    bind_opt_i64(q, has_from, from);
    bind_opt_i64(q, has_to, to);
}

struct plan_pair plan_pair_row(const struct rows *rows, int row)
{
    return (struct plan_pair){
        .source_id = row_i64(rows, row, 0),
        .older_id = row_i64(rows, row, 1),
        .older_number = row_i64(rows, row, 2),
        .newer_id = row_i64(rows, row, 3),
        .newer_number = row_i64(rows, row, 4),
    };
}

STATEMENT(plan_reasons, MANY, "lll", "litt",
          "SELECT r.task_uid, r.kind, r.reason, m.handle FROM plan_change_reason r "
          "JOIN member m ON m.id = r.given_by "
          "WHERE r.source_id = $1 AND r.number > $2 AND r.number <= $3 "
          "ORDER BY r.number, r.task_uid, r.kind");

void plan_reasons_ask(struct call *call, int64_t source_id, int64_t from, int64_t to)
{
    struct query *q = call_ask(call, &plan_reasons);
    bind_i64(q, source_id);
    bind_i64(q, from);
    bind_i64(q, to);
}

struct plan_reason plan_reason_row(const struct rows *rows, int row)
{
    return (struct plan_reason){
        .task_uid = row_i64(rows, row, 0),
        .kind = row_i32(rows, row, 1),
        .reason = row_text(rows, row, 2),
        .by = row_text(rows, row, 3),
    };
}

STATEMENT(plan_reason_set, NONE, "lllitzl", "",
          "INSERT INTO plan_change_reason (source_id, number, task_uid, kind, reason, given_at, "
          " given_by) VALUES ($1, $2, $3, $4, $5, $6, $7) "
          "ON CONFLICT (source_id, number, task_uid, kind) DO UPDATE SET "
          " reason = excluded.reason, given_at = excluded.given_at, given_by = excluded.given_by");

void plan_reason_write(struct call *call, int64_t source_id, int64_t number, int64_t task_uid,
                       int32_t kind, const char *reason)
{
    struct query *q = call_ask(call, &plan_reason_set);
    bind_i64(q, source_id);
    bind_i64(q, number);
    bind_i64(q, task_uid);
    bind_i32(q, kind);
    bind_text(q, reason);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

STATEMENT(
    plan_baseline, MANY, "tl", "lbbl",
    "SELECT s.id, EXISTS (SELECT FROM plan_task t JOIN plan_version v ON v.id = t.version_id, "
    "  jsonb_array_elements(t.body->'baselines') b WHERE t.version_id = s.published_version "
    "  AND NOT t.is_null AND b ? 'start' AND b ? 'finish' "
    "  AND b->>'number' = coalesce(v.header->>'baselineForEv', '0')), "
    " EXISTS (SELECT FROM plan_version v WHERE v.source_id = s.id AND v.number = $2), "
    " b.number "
    "FROM plan_source s LEFT JOIN plan_baseline_choice b ON b.source_id = s.id "
    "WHERE s.name = $1 AND s.published_version IS NOT NULL");

void plan_baseline_ask(struct call *call, const char *source, int64_t number)
{
    struct query *q = call_ask(call, &plan_baseline);
    bind_text(q, source);
    bind_i64(q, number);
}

struct plan_baseline plan_baseline_row(const struct rows *rows, int row)
{
    return (struct plan_baseline){
        .source_id = row_i64(rows, row, 0),
        .has_own = row_bool(rows, row, 1),
        .has_number = row_bool(rows, row, 2),
        .chosen = row_i64(rows, row, 3),
    };
}

STATEMENT(plan_baseline_set, NONE, "llzl", "",
          "INSERT INTO plan_baseline_choice (source_id, number, chosen_at, chosen_by) "
          "VALUES ($1, $2, $3, $4) ON CONFLICT (source_id) DO UPDATE SET "
          " number = excluded.number, chosen_at = excluded.chosen_at, "
          " chosen_by = excluded.chosen_by");

void plan_baseline_write(struct call *call, int64_t source_id, int64_t number)
{
    struct query *q = call_ask(call, &plan_baseline_set);
    bind_i64(q, source_id);
    bind_opt_i64(q, number != 0, number);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}
