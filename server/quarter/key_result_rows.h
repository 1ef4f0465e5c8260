// Key results in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_KEY_RESULT_ROWS_H
#define OKR_SERVER_QUARTER_KEY_RESULT_ROWS_H

#include "okr/sql.h"
#include "server/call/call.h"

// One key result as key_result_row() reads it: with its latest measurement (by day, then id;
// corrected ones do not count), the projects that serve it (proposed, accepted or completed; by
// rank), its latest sufficiency declaration and whether the set of accepted and completed projects
// has changed since (R18). In scope are k (key_result), o (objective), latest (measurement) and
// declared (sufficiency).
#define KEY_RESULT_ROW(FIRST, NEXT)                                                                \
    FIRST(i64, id, "k.id")                                                                         \
    NEXT(i64, objective_id, "k.objective_id")                                                      \
    NEXT(text, text, "k.text")                                                                     \
    NEXT(text, unit, "k.unit")                                                                     \
    NEXT(i32, kind, "k.kind")                                                                      \
    NEXT(double, start, "k.start_value")                                                           \
    NEXT(double, target, "k.target_value")                                                         \
    NEXT(i32, rank, "CASE WHEN NOT k.dropped THEN k.rank END")                                     \
    NEXT(texts, departments, "k.departments")                                                      \
    NEXT(double, noise_percent, "k.noise_percent")                                                 \
    NEXT(flag, dropped, "k.dropped")                                                               \
    NEXT(i64, version, "k.version")                                                                \
    NEXT(text, quarter, "o.quarter")
#define KEY_RESULT_LATEST_ROW(FIRST, NEXT)                                                         \
    FIRST(i64, id, "latest.id")                                                                    \
    NEXT(day, day, "latest.day")                                                                   \
    NEXT(double, value, "latest.value")                                                            \
    NEXT(text, note, "latest.note")                                                                \
    NEXT(i64, corrects, "latest.corrects")                                                         \
    NEXT(text, reason, "latest.reason")                                                            \
    NEXT(stamp, recorded_at, "latest.recorded_at")                                                 \
    NEXT(text, recorded_by, "latest.handle")
#define KEY_RESULT_DECLARED_ROW(FIRST, NEXT)                                                       \
    FIRST(i32, number, "declared.number")                                                          \
    NEXT(i64s, project_ids, "declared.project_ids")                                                \
    NEXT(text, note, "declared.note")                                                              \
    NEXT(stamp, declared_at, "declared.declared_at")                                               \
    NEXT(text, declared_by, "declared.handle")
#define KEY_RESULT_LETTERS                                                                         \
    ROW_LETTERS(KEY_RESULT_ROW)                                                                    \
    ROW_LETTERS(KEY_RESULT_LATEST_ROW) "L" ROW_LETTERS(KEY_RESULT_DECLARED_ROW) "b"
#define KEY_RESULT_COLUMNS                                                                         \
    KEY_RESULT_COLUMNS_OF(                                                                         \
        "ARRAY(SELECT kp.id FROM project_kr kx JOIN project kp ON kp.id = kx.project_id"           \
        "      WHERE kx.kr_id = k.id AND kp.state <= " SQL_PROJECT_STATE_COMPLETED                 \
        " ORDER BY kp.rank, kp.id)",                                                               \
        KEY_RESULT_PROJECT_SET)
#define KEY_RESULT_FROM                                                                            \
    "key_result k JOIN objective o ON o.id = k.objective_id"                                       \
    " LEFT JOIN LATERAL (SELECT " KEY_RESULT_LATEST                                                \
    "     FROM measurement m JOIN member mb ON mb.id = m.recorded_by"                              \
    "     WHERE m.kr_id = k.id"                                                                    \
    "     AND NOT EXISTS (SELECT FROM measurement mc WHERE mc.corrects = m.id)"                    \
    "     ORDER BY m.day DESC, m.id DESC LIMIT 1) latest ON true"                                  \
    " LEFT JOIN LATERAL (SELECT " KEY_RESULT_DECLARED                                              \
    "     FROM sufficiency s JOIN member sb ON sb.id = s.declared_by"                              \
    "     WHERE s.kr_id = k.id ORDER BY s.number DESC LIMIT 1) declared ON true"

// The same columns for the key results of one quarter, $1: each table is read once for all of them,
// which costs a quarter of forty times the look-ups. A project serves key results of its own
// quarter only.
#define KEY_RESULT_LIST_COLUMNS                                                                    \
    KEY_RESULT_COLUMNS_OF("coalesce(served.ranked, '{}')", "coalesce(served.project_set, '{}')")
#define KEY_RESULT_LIST_FROM                                                                       \
    "objective o JOIN key_result k ON k.objective_id = o.id"                                       \
    " LEFT JOIN (SELECT x.kr_id, array_agg(xp.id ORDER BY xp.rank, xp.id) AS ranked,"              \
    "     array_agg(xp.id ORDER BY xp.id) FILTER (WHERE xp.state IN (" SQL_PROJECT_STATE_ACCEPTED  \
    ", " SQL_PROJECT_STATE_COMPLETED ")) AS project_set"                                           \
    "     FROM project xp JOIN project_kr x ON x.project_id = xp.id"                               \
    "     WHERE xp.quarter = $1 AND xp.state <= " SQL_PROJECT_STATE_COMPLETED                      \
    " GROUP BY x.kr_id) served ON served.kr_id = k.id"                                             \
    " LEFT JOIN (SELECT DISTINCT ON (m.kr_id) m.kr_id, " KEY_RESULT_LATEST                         \
    "     FROM objective xo JOIN key_result xk ON xk.objective_id = xo.id"                         \
    "     JOIN measurement m ON m.kr_id = xk.id JOIN member mb ON mb.id = m.recorded_by"           \
    "     WHERE xo.quarter = $1"                                                                   \
    "     AND NOT EXISTS (SELECT FROM measurement mc WHERE mc.corrects = m.id)"                    \
    "     ORDER BY m.kr_id, m.day DESC, m.id DESC) latest ON latest.kr_id = k.id"                  \
    " LEFT JOIN (SELECT DISTINCT ON (s.kr_id) s.kr_id, " KEY_RESULT_DECLARED                       \
    "     FROM objective xo JOIN key_result xk ON xk.objective_id = xo.id"                         \
    "     JOIN sufficiency s ON s.kr_id = xk.id JOIN member sb ON sb.id = s.declared_by"           \
    "     WHERE xo.quarter = $1 ORDER BY s.kr_id, s.number DESC) declared ON declared.kr_id = "    \
    "k.id"

// What both are made of.
#define KEY_RESULT_COLUMNS_OF(projects, project_set)                                               \
    ROW_COLUMNS(KEY_RESULT_ROW)                                                                    \
    ", " ROW_COLUMNS(KEY_RESULT_LATEST_ROW) ", " projects ", " ROW_COLUMNS(                        \
        KEY_RESULT_DECLARED_ROW) ", declared.project_ids <> " project_set
#define KEY_RESULT_LATEST                                                                          \
    "m.id, m.day, m.value, m.note, m.corrects, m.reason, m.recorded_at, mb.handle"
#define KEY_RESULT_DECLARED "s.number, s.project_ids, s.note, s.declared_at, sb.handle"

// What a sufficiency declaration is about (R18): ids of the accepted and completed projects that
// serve k.
#define KEY_RESULT_PROJECT_SET                                                                     \
    "ARRAY(SELECT sp.id FROM project_kr sx JOIN project sp ON sp.id = sx.project_id"               \
    " WHERE sx.kr_id = k.id AND sp.state IN (" SQL_PROJECT_STATE_ACCEPTED                          \
    ", " SQL_PROJECT_STATE_COMPLETED ") ORDER BY sp.id)"

// The key result of a row, in the arena, with its attainment where it has been measured.
Okr__KeyResult *key_result_row(struct call *call, struct row *row);

struct asked key_result_ask(struct call *call, int64_t id);
// NULL: there is none.
Okr__KeyResult *key_result_read(struct call *call, struct asked asked);
// Those of a quarter by objective's rank, then rank; dropped ones last, when wanted.
struct asked key_result_list_ask(struct call *call, const char *quarter, bool with_dropped);
size_t key_result_list(struct call *call, struct asked asked, Okr__KeyResult ***ret);

// What a change of it has to know.
struct asked key_result_change_ask(struct call *call, int64_t id);
struct key_result_context {
    Okr__KeyResult *kr;
    int32_t quarter_state;
    int64_t *order; // the objective's key results that are not dropped, by rank
    size_t n_order;
    bool has_needed_by;
    int64_t needed_by; // the first project that serves no other one which is not dropped
};
// False: there is no such key result.
bool key_result_context_row(struct call *call, struct asked asked, struct key_result_context *ret);
// Of these ids those of key results of the quarter that are not dropped: asked_i64s().
struct asked key_result_live_ask(struct call *call, const char *quarter, const int64_t *ids,
                                 size_t n);

// Inserts objective_id, text, unit, kind, start, target, rank, departments and noise_percent (5
// when absent); asked_i64() is the id.
struct asked key_result_insert(struct call *call, const Okr__KeyResult *kr);
// Writes text, unit, kind, start, target, departments and noise_percent; counts the version up.
void key_result_update(struct call *call, const Okr__KeyResult *kr);
void key_result_drop(struct call *call, int64_t id, const char *reason);
// Ranks 1 to n in the order of the ids; 0 stands for one that is about to be inserted.
void key_result_order_write(struct call *call, const int64_t *ids, size_t n);

#endif
