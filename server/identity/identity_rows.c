#include "server/identity/identity_rows.h"

#include <stdlib.h>
#include <string.h>

static struct query *ask(struct call *call, const struct statement *statement,
                         const struct identity_pair *pair)
{
    struct query *q = call_ask(call, statement);
    const int64_t ids[] = {pair->upload_id, pair->base_id, pair->source_id};
    for (size_t i = 0; statement->params[i] == 'l' && i < 3; i++)
        bind_i64(q, ids[i]);
    return q;
}

// An upload is not in the planner's statistics; nested loops over it would be quadratic.
STATEMENT(identity_by_hash, MANY, "", "t", "SELECT set_config('enable_nestloop', 'off', true)");
STATEMENT(identity_as_usual, MANY, "", "t", "SELECT set_config('enable_nestloop', 'on', true)");

// ---- the whole file ---------------------------------------------------------------------------

// Where there is no base, rows have their keys since they came, and nobody else's.
STATEMENT(identity_forget, NONE, "ll", "",
          "UPDATE plan_task SET key = NULL WHERE version_id = $1 AND key IS NOT NULL"
          " AND $2::bigint > 0");

// Of rows with the same UID the first counts. $1 the upload, $2 the base.
#define ROWS_OF(version, name)                                                                     \
    name " AS MATERIALIZED (SELECT DISTINCT ON (uid) uid, parent_uid, position, coalesce(name, "   \
         "'') AS name, "                                                                           \
         " lower(body->>'guid') AS guid FROM plan_task WHERE version_id = " version                \
         "  AND uid >= 0 AND NOT is_null ORDER BY uid, position) "

#define NEW_ROWS ROWS_OF("$1", "n")
#define OLD_ROWS ROWS_OF("$2", "o")

#define COUNT_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, old_rows, "(SELECT count(*) FROM o)")                                               \
    NEXT(i64, new_rows, "(SELECT count(*) FROM n)")                                                \
    NEXT(i64, common, "(SELECT count(*) FROM both_uids)")                                          \
    NEXT(i64, agree, "(SELECT count(*) FROM both_uids WHERE agree)")                               \
    NEXT(i64, shifted,                                                                             \
         "(SELECT count(*) FROM both_uids WHERE NOT agree AND name IN (SELECT name FROM o))")      \
    NEXT(i64, old_guids, "(SELECT count(guid) FROM o)")                                            \
    NEXT(i64, new_guids, "(SELECT count(guid) FROM n)")                                            \
    NEXT(i64, same_guids,                                                                          \
         "(SELECT count(*) FROM (SELECT guid FROM n INTERSECT SELECT guid FROM o) g"               \
         "  WHERE guid IS NOT NULL)")                                                              \
    NEXT(i64, top_agreeing,                                                                        \
         "coalesce((SELECT uid FROM both_uids WHERE agree AND stayed"                              \
         "  ORDER BY uid DESC OFFSET 1 LIMIT 1), -1)")                                             \
    NEXT(bool, positional,                                                                         \
         "coalesce((SELECT min(uid) FROM n) <= 1, true)"                                           \
         "  AND (SELECT coalesce(min(step) = max(step) AND min(step) > 0, true) FROM steps)")
static STRUCT_READER(count_take, struct identity_counts, COUNT_ROW);

STATEMENT(identity_count, ONE, "ll", ROW_LETTERS(COUNT_ROW),
          "WITH " NEW_ROWS ", " OLD_ROWS ", both_uids AS (SELECT n.name = o.name AS agree, "
          "n.name, n.uid, n.parent_uid IS NOT DISTINCT FROM o.parent_uid AS stayed FROM n"
          " JOIN o ON o.uid = n.uid),"
          " steps AS (SELECT uid - lag(uid) OVER (ORDER BY position) AS step FROM n) "
          "SELECT " ROW_COLUMNS(COUNT_ROW));

struct asked identity_ask_counts(struct call *call, const struct identity_pair *pair)
{
    call_ask(call, &identity_by_hash);
    ask(call, &identity_forget, pair);
    struct asked counts = ask(call, &identity_count, pair)->asked;
    call_ask(call, &identity_as_usual);
    return counts;
}

struct identity_counts identity_counts_row(struct call *call, struct asked asked)
{
    struct identity_counts counts = {0};
    struct row row = asked_at(call, asked, 0);
    count_take(&row, &counts);
    return counts;
}

// ---- the sure ones ----------------------------------------------------------------------------

STATEMENT(identity_first, NONE, "l", "",
          "WITH " NEW_ROWS ", wanted AS (SELECT p.position, n.uid AS key FROM plan_task p"
          "  LEFT JOIN n ON n.position = p.position WHERE p.version_id = $1)"
          " UPDATE plan_task t SET key = w.key FROM wanted w WHERE t.version_id = $1"
          " AND t.position = w.position AND t.key IS DISTINCT FROM w.key");

// $4: GUIDs count, $5: UIDs count, $6: below this one wherever the row stands. The same rules as
// server/identity/identity.c has for one row; this is for the many that nobody touched.
STATEMENT(identity_settle_uids, NONE, "lllbbl", "",
          "WITH " NEW_ROWS ", " OLD_ROWS ", same AS (SELECT n.position, t.key FROM n"
          " JOIN o ON o.uid = n.uid AND o.name = n.name"
          " JOIN plan_task t ON t.version_id = $2 AND t.position = o.position"
          "  AND $3::bigint > 0"
          " WHERE ($4::boolean AND o.guid = n.guid) OR ($5::boolean"
          "  AND NOT ($4::boolean AND o.guid IS NOT NULL AND n.guid IS NOT NULL)"
          "  AND (n.uid < $6 OR n.parent_uid IS NOT DISTINCT FROM o.parent_uid)))"
          " UPDATE plan_task t SET key = s.key FROM same s"
          " WHERE t.version_id = $1 AND t.position = s.position");

STATEMENT(identity_settle_guids, NONE, "lll", "",
          "WITH " NEW_ROWS ", " OLD_ROWS ", once AS (SELECT guid FROM n WHERE guid IS NOT NULL"
          " GROUP BY guid HAVING count(*) = 1),"
          " same AS (SELECT n.position, min(t.key) AS key FROM once"
          " JOIN n ON n.guid = once.guid"
          " JOIN o ON o.guid = n.guid AND o.name = n.name"
          " JOIN plan_task t ON t.version_id = $2 AND t.position = o.position"
          "  AND $3::bigint > 0"
          " WHERE t.key NOT IN (SELECT x.key FROM plan_task x WHERE x.version_id = $1"
          "  AND x.key IS NOT NULL)"
          " GROUP BY n.position HAVING count(*) = 1)"
          " UPDATE plan_task t SET key = s.key FROM same s"
          " WHERE t.version_id = $1 AND t.position = s.position AND t.key IS NULL");

void identity_ask_settle(struct call *call, const struct identity_pair *pair,
                         struct identity_trust trust)
{
    call_ask(call, &identity_by_hash);
    if (!pair->base_id) {
        ask(call, &identity_first, pair);
    } else {
        struct query *q = ask(call, &identity_settle_uids, pair);
        bind_bool(q, trust.guids);
        bind_bool(q, trust.uids && trust.uids_below >= 0);
        bind_i64(q, trust.uids_below);
        if (trust.guids)
            ask(call, &identity_settle_guids, pair);
    }
    call_ask(call, &identity_as_usual);
}

// ---- the rows that are left -------------------------------------------------------------------

// What a row holds, as texts to be compared: of the row t of the version v. Only the name is
// wanted after the rows were matched; the other texts stay in place.
#define CONTENT_ROW(FIRST, NEXT, v)                                                                \
    FIRST(i64, uid, "t.uid")                                                                       \
    NEXT(in_place, guid, "lower(t.body->>'guid')")                                                 \
    NEXT(text, name, "coalesce(t.name, '')")                                                       \
    NEXT(in_place, start, "coalesce(t.start, '')")                                                 \
    NEXT(in_place, finish, "coalesce(t.finish, '')")                                               \
    NEXT(double, duration, "coalesce(t.duration, 0)")                                              \
    NEXT(double, work, "coalesce(t.work, 0)")                                                      \
    NEXT(in_place, baseline,                                                                       \
         "coalesce((SELECT concat_ws('/', b->>'start', b->>'finish', b->>'work') "                 \
         " FROM jsonb_array_elements(t.body->'baselines') b WHERE b->>'number' = '0' LIMIT 1), "   \
         "'')")                                                                                    \
    NEXT(in_place, resources,                                                                      \
         "coalesce((SELECT string_agg(r.name, ';' ORDER BY r.name) FROM plan_assignment a "        \
         " JOIN plan_resource r ON r.version_id = a.version_id AND r.uid = a.resource_uid "        \
         " WHERE a.version_id = " v " AND a.task_uid = t.uid), '')")                               \
    NEXT(in_place, predecessors,                                                                   \
         "coalesce((SELECT string_agg(p.name, ';' ORDER BY p.name) "                               \
         " FROM jsonb_array_elements(t.body->'predecessors') b JOIN plan_task p "                  \
         " ON p.version_id = " v " AND p.uid = (b->>'uid')::bigint AND NOT p.is_null), '')")       \
    NEXT(i64, parent_key,                                                                          \
         "CASE WHEN t.parent_uid IS NULL OR t.parent_uid = 0 THEN -1 ELSE coalesce("               \
         " (SELECT p.key FROM plan_task p WHERE p.version_id = " v " AND p.uid = t.parent_uid "    \
         "  AND NOT p.is_null AND p.key IS NOT NULL LIMIT 1), -2) END")
#define NEW_ROW(FIRST, NEXT) CONTENT_ROW(FIRST, NEXT, "$1")
static STRUCT_READER(new_take, struct identity_row, NEW_ROW);
#define OLD_ROW(FIRST, NEXT)                                                                       \
    CONTENT_ROW(FIRST, NEXT, "old.version_id")                                                     \
    NEXT(i64, key, "old.key")                                                                      \
    NEXT(bool, gone, "old.gone")
static STRUCT_READER(old_take, struct identity_row, OLD_ROW);

STATEMENT(
    identity_left_news, MANY, "ll", ROW_LETTERS(NEW_ROW) "llb",
    "SELECT " ROW_COLUMNS(
        NEW_ROW) ", t.position, t.parent_uid,"
                 " EXISTS (SELECT FROM plan_known_task k WHERE k.source_id = $2 AND k.key = t.uid)"
                 " FROM plan_task t"
                 " WHERE t.version_id = $1 AND t.key IS NULL AND t.uid >= 0"
                 " AND NOT t.is_null AND NOT EXISTS (SELECT FROM plan_task e WHERE e.version_id = "
                 "$1"
                 "  AND e.uid = t.uid AND NOT e.is_null AND e.position < t.position)"
                 " ORDER BY t.position");

// Of those that had gone before only what shares a name, a UID or a GUID with a row that is left.
STATEMENT(
    identity_left_olds, MANY, "lll", ROW_LETTERS(OLD_ROW),
    "WITH mine AS MATERIALIZED (SELECT key FROM plan_task WHERE version_id = $1"
    " AND key IS NOT NULL),"
    " free AS MATERIALIZED (SELECT uid, name, lower(body->>'guid') AS guid"
    " FROM plan_task"
    " WHERE version_id = $1 AND key IS NULL AND NOT is_null),"
    " old AS (SELECT version_id, position, key, false AS gone FROM plan_task"
    " WHERE version_id = $2 AND key IS NOT NULL AND key NOT IN (SELECT key FROM mine)"
    " UNION ALL SELECT g.version_id, g.position, g.key, true FROM plan_task_gone g"
    " JOIN plan_task t ON t.version_id = g.version_id AND t.position = g.position"
    " WHERE g.source_id = $3 AND g.key NOT IN (SELECT key FROM mine)"
    "  AND (t.name IN (SELECT name FROM free) OR t.uid IN (SELECT uid FROM free)"
    "   OR lower(t.body->>'guid') IN (SELECT guid FROM free WHERE guid IS NOT NULL))) "
    "SELECT " ROW_COLUMNS(
        OLD_ROW) " FROM old"
                 " JOIN plan_task t ON t.version_id = old.version_id AND t.position = old.position"
                 " ORDER BY old.gone, t.position, old.key");

STATEMENT(identity_top, ONE, "ll", "l",
          "SELECT greatest(s.top_key, coalesce((SELECT max(uid) FROM plan_task "
          " WHERE version_id = $2), 0)) FROM plan_source s WHERE s.id = $1");

struct identity_left_asked identity_ask_left(struct call *call, const struct identity_pair *pair)
{
    struct query *news = call_ask(call, &identity_left_news);
    bind_i64(news, pair->upload_id);
    bind_i64(news, pair->source_id);
    struct asked olds = ask(call, &identity_left_olds, pair)->asked;
    struct query *top = call_ask(call, &identity_top);
    bind_i64(top, pair->source_id);
    bind_i64(top, pair->upload_id);
    return (struct identity_left_asked){news->asked, olds, top->asked};
}

struct by_uid {
    int64_t uid;
    struct identity_row *row;
};

static int compare_uids(const void *a, const void *b)
{
    const struct by_uid *x = a, *y = b;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

// A parent that is among the rows that are left is known as a row. `parents`: their UIDs.
static void find_parents(struct call *call, const int64_t *parents, struct identity_left *left)
{
    struct by_uid *sorted = NEW_ARRAY(call, struct by_uid, left->n_news);
    for (size_t i = 0; i < left->n_news; i++)
        sorted[i] = (struct by_uid){left->news[i].uid, &left->news[i]};
    qsort(sorted, left->n_news, sizeof *sorted, compare_uids);
    for (size_t i = 0; i < left->n_news; i++) {
        if (left->news[i].parent_key != IDENTITY_UNKNOWN)
            continue;
        struct by_uid wanted = {parents[i], NULL};
        struct by_uid *found = bsearch(&wanted, sorted, left->n_news, sizeof *sorted, compare_uids);
        left->news[i].parent = found && found->row != &left->news[i] ? found->row : NULL;
    }
}

static void take_news(struct call *call, struct asked asked, struct identity_left *ret)
{
    int64_t *parents = NEW_ARRAY(call, int64_t, ret->n_news);
    struct row row = asked_begin(call, asked);
    for (size_t i = 0; row_next(&row); i++) {
        new_take(&row, &ret->news[i]);
        ret->positions[i] = take_i64(&row);
        parents[i] = take_i64(&row);
        ret->taken[i] = take_bool(&row);
    }
    find_parents(call, parents, ret);
}

static void take_olds(struct call *call, struct asked asked, struct identity_left *ret)
{
    struct row row = asked_begin(call, asked);
    for (size_t i = 0; row_next(&row); i++) {
        old_take(&row, &ret->olds[i]);
        ret->n_vanished += !ret->olds[i].gone;
    }
}

bool identity_left_rows(struct call *call, const struct identity_left_asked *asked,
                        struct identity_left *ret)
{
    *ret = (struct identity_left){.n_news = (size_t)asked_count(call, asked->news),
                                  .n_olds = (size_t)asked_count(call, asked->olds),
                                  .top_key = asked_i64(call, asked->top)};
    ret->news = NEW_ARRAY(call, struct identity_row, ret->n_news);
    ret->olds = NEW_ARRAY(call, struct identity_row, ret->n_olds);
    ret->positions = NEW_ARRAY(call, int64_t, ret->n_news);
    ret->taken = NEW_ARRAY(call, bool, ret->n_news);
    take_news(call, asked->news, ret);
    take_olds(call, asked->olds, ret);
    if (!arena_exhausted(call->arena))
        return true;
    call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
    return false;
}

// ---- what comes of it -------------------------------------------------------------------------

STATEMENT(identity_keys, NONE, "lLL", "",
          "UPDATE plan_task t SET key = k.key "
          "FROM unnest($2::bigint[], $3::bigint[]) k(position, key) "
          "WHERE t.version_id = $1 AND t.position = k.position");

void identity_ask_keys(struct call *call, int64_t upload_id, const int64_t *positions,
                       const int64_t *keys, size_t n)
{
    struct query *q = call_ask(call, &identity_keys);
    bind_i64(q, upload_id);
    bind_i64_array(q, positions, n);
    bind_i64_array(q, keys, n);
}

STATEMENT(identity_went, NONE, "lll", "",
          "INSERT INTO plan_task_gone (source_id, key, version_id, position) "
          "SELECT $3, o.key, o.version_id, o.position FROM plan_task o "
          "WHERE o.version_id = $2 AND o.key IS NOT NULL AND o.key NOT IN "
          " (SELECT n.key FROM plan_task n WHERE n.version_id = $1 AND n.key IS NOT NULL) "
          "ON CONFLICT (source_id, key) DO UPDATE SET version_id = excluded.version_id, "
          " position = excluded.position");
STATEMENT(identity_came, NONE, "lll", "",
          "DELETE FROM plan_task_gone WHERE source_id = $3 AND $2::bigint >= 0 AND key IN "
          "(SELECT key FROM plan_task WHERE version_id = $1 AND key IS NOT NULL)");
STATEMENT(identity_top_set, NONE, "ll", "",
          "UPDATE plan_source SET top_key = $2 WHERE id = $1 AND top_key < $2");

void identity_ask_close(struct call *call, const struct identity_pair *pair, int64_t top_key)
{
    call_ask(call, &identity_by_hash);
    ask(call, &identity_went, pair);
    ask(call, &identity_came, pair);
    call_ask(call, &identity_as_usual);
    struct query *q = call_ask(call, &identity_top_set);
    bind_i64(q, pair->source_id);
    bind_i64(q, top_key);
}

STATEMENT(identity_question, NONE, "llLLLI", "",
          "INSERT INTO plan_question (source_id, key, number, candidates, evidence) "
          "SELECT $1, q.key, v.number, array_agg(q.candidate ORDER BY q.i), "
          " array_agg(q.evidence ORDER BY q.i) "
          "FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::integer[]) "
          "  q(i, key, candidate, evidence), plan_version v WHERE v.id = $2 "
          "GROUP BY q.key, v.number");

void identity_ask_questions(struct call *call, const struct identity_pair *pair,
                            const struct identity_row *rows, const int64_t *keys, size_t n)
{
    int64_t *order = NEW_ARRAY(call, int64_t, n * IDENTITY_CANDIDATES);
    int64_t *key = NEW_ARRAY(call, int64_t, n * IDENTITY_CANDIDATES);
    int64_t *candidate = NEW_ARRAY(call, int64_t, n * IDENTITY_CANDIDATES);
    int32_t *evidence = NEW_ARRAY(call, int32_t, n * IDENTITY_CANDIDATES);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; !rows[i].same && k < rows[i].n_candidates; k++, count++) {
            order[count] = (int64_t)k;
            key[count] = keys[i];
            candidate[count] = rows[i].candidates[k].row->key;
            evidence[count] = rows[i].candidates[k].evidence;
        }
    }
    if (count == 0)
        return;
    struct query *q = call_ask(call, &identity_question);
    bind_i64(q, pair->source_id);
    bind_i64(q, pair->upload_id);
    bind_i64_array(q, order, count);
    bind_i64_array(q, key, count);
    bind_i64_array(q, candidate, count);
    bind_i32_array(q, evidence, count);
}
