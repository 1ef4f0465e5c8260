// See the header.
#include "server/plan/plan_change_rows.h"

#define PAIR_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(i64, older_id, "o.id")                                                                    \
    NEXT(i64, older_number, "o.number")                                                            \
    NEXT(i64, newer_id, "v.id")                                                                    \
    NEXT(i64, newer_number, "v.number")
STRUCT_READER(plan_pair_take, struct plan_pair, PAIR_ROW);

STATEMENT(
    plan_pair, MANY, "tll", ROW_LETTERS(PAIR_ROW),
    "SELECT " ROW_COLUMNS(PAIR_ROW) " FROM plan_source s JOIN plan_version v ON v.source_id = s.id "
                                    " AND CASE WHEN $3::bigint IS NULL THEN v.id = "
                                    "s.published_version ELSE v.number = $3 END "
                                    "LEFT JOIN LATERAL (SELECT p.id, p.number FROM plan_version p "
                                    "WHERE p.source_id = s.id "
                                    "  AND CASE WHEN $2::bigint IS NULL THEN p.number < v.number "
                                    "ELSE p.number = $2 END "
                                    "  ORDER BY p.number DESC LIMIT 1) o ON true "
                                    "WHERE $1::text IS NULL OR s.name = $1 LIMIT 2");

struct asked plan_pair_ask(struct call *call, const char *source, bool has_from, int64_t from,
                           bool has_to, int64_t to)
{
    struct query *q = call_ask(call, &plan_pair);
    bind_text(q, source);
    bind_opt_i64(q, has_from, from);
    bind_opt_i64(q, has_to, to);
    return q->asked;
}

#define REASON_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, task_uid, "r.task_uid")                                                             \
    NEXT(i32, kind, "r.kind")                                                                      \
    NEXT(text, reason, "r.reason")                                                                 \
    NEXT(text, by, "m.handle")
STRUCT_READER(plan_reason_take, struct plan_reason, REASON_ROW);

STATEMENT(
    plan_reasons, MANY, "lll", ROW_LETTERS(REASON_ROW),
    "SELECT " ROW_COLUMNS(REASON_ROW) " FROM plan_change_reason r "
                                      "JOIN member m ON m.id = r.given_by "
                                      "WHERE r.source_id = $1 AND r.number > $2 AND r.number <= $3 "
                                      "ORDER BY r.number, r.task_uid, r.kind");

struct asked plan_reasons_ask(struct call *call, int64_t source_id, int64_t from, int64_t to)
{
    struct query *q = call_ask(call, &plan_reasons);
    bind_i64(q, source_id);
    bind_i64(q, from);
    bind_i64(q, to);
    return q->asked;
}

STATEMENT(plan_reason_set, NONE, "lllitzl", "",
          "INSERT INTO plan_change_reason (source_id, number, task_uid, kind, reason, given_at, "
          " given_by) VALUES ($1, $2, $3, $4, $5, $6, $7) "
          "ON CONFLICT (source_id, number, task_uid, kind) DO UPDATE SET "
          " reason = excluded.reason, given_at = excluded.given_at, given_by = excluded.given_by");

void plan_reason_ask_set(struct call *call, int64_t source_id, int64_t number, int64_t task_uid,
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

#define HAS_OWN_BASELINE                                                                           \
    "EXISTS (SELECT FROM plan_task t JOIN plan_version v ON v.id = t.version_id, "                 \
    "  jsonb_array_elements(t.body->'baselines') b WHERE t.version_id = s.published_version "      \
    "  AND NOT t.is_null AND b ? 'start' AND b ? 'finish' "                                        \
    "  AND b->>'number' = coalesce(v.header->>'baselineForEv', '0'))"
#define BASELINE_ROW(FIRST, NEXT)                                                                  \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(bool, has_own, HAS_OWN_BASELINE)                                                          \
    NEXT(bool, has_number,                                                                         \
         "EXISTS (SELECT FROM plan_version v WHERE v.source_id = s.id AND v.number = $2)")         \
    NEXT(i64, chosen, "b.number")
static STRUCT_READER(baseline_take, struct plan_baseline, BASELINE_ROW);

STATEMENT(
    plan_baseline, MAYBE, "tl", ROW_LETTERS(BASELINE_ROW),
    "SELECT " ROW_COLUMNS(
        BASELINE_ROW) " FROM plan_source s LEFT JOIN plan_baseline_choice b ON b.source_id = s.id "
                      "WHERE s.name = $1 AND s.published_version IS NOT NULL");

struct asked plan_baseline_ask(struct call *call, const char *source, int64_t number)
{
    struct query *q = call_ask(call, &plan_baseline);
    bind_text(q, source);
    bind_i64(q, number);
    return q->asked;
}

bool plan_baseline_row(struct call *call, struct asked asked, struct plan_baseline *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    baseline_take(&row, ret);
    return true;
}

STATEMENT(plan_baseline_set, NONE, "llzl", "",
          "INSERT INTO plan_baseline_choice (source_id, number, chosen_at, chosen_by) "
          "VALUES ($1, $2, $3, $4) ON CONFLICT (source_id) DO UPDATE SET "
          " number = excluded.number, chosen_at = excluded.chosen_at, "
          " chosen_by = excluded.chosen_by");

void plan_baseline_ask_set(struct call *call, int64_t source_id, int64_t number)
{
    struct query *q = call_ask(call, &plan_baseline_set);
    bind_i64(q, source_id);
    bind_opt_i64(q, number != 0, number);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}
