// Plan sources and versions in SQL. Must not know rules: who may do what, and when, is decided in
// server/push/push.c.
#include "server/plan/plan_rows.h"
#include "server/call/json.h"

enum {
    KEPT_UPLOADS = 3,  // of one actor and source, besides the new one
    SWEPT_AT_ONCE = 4, // an upload can have many rows, and sweeping makes somebody wait
};
static const int64_t UPLOAD_LIFE_US = INT64_C(86400) * 1000000;

// A version: its key, the fields of its message, then its header and totals as JSON.
#define KEY_ROW(FIRST, NEXT)                                                                       \
    FIRST(i64, id, "v.id")                                                                         \
    NEXT(i64, source_id, "v.source_id")                                                            \
    NEXT(bool, published, "v.id IS NOT DISTINCT FROM s.published_version")
static STRUCT_READER(key_take, struct plan_version_key, KEY_ROW);

#define VERSION_ROW(FIRST, NEXT)                                                                   \
    FIRST(text, source, "s.name")                                                                  \
    NEXT(i64, number, "v.number")                                                                  \
    NEXT(stamp, published_at, "v.published_at")                                                    \
    NEXT(text, published_by, "m.handle")                                                           \
    NEXT(text, agent, "v.agent")                                                                   \
    NEXT(text, file_name, "v.file_name")                                                           \
    NEXT(text, content_hash, "v.content_hash")                                                     \
    NEXT(i64, revision, "v.revision")                                                              \
    NEXT(text, force_reason, "v.force_reason")
static MESSAGE_READER(version_take, Okr__PlanVersion, VERSION_ROW);

#define VERSION_LETTERS ROW_LETTERS(KEY_ROW) ROW_LETTERS(VERSION_ROW) "tt"
#define VERSION_COLUMNS                                                                            \
    ROW_COLUMNS(KEY_ROW) ", " ROW_COLUMNS(VERSION_ROW) ", v.header::text, v.totals::text"

Okr__PlanVersion *plan_version_take(struct call *call, struct row *row,
                                    struct plan_version_key *ret_key)
{
    Okr__PlanVersion *version = NEW(call, Okr__PlanVersion, OKR__PLAN_VERSION__INIT);
    struct plan_version_key key;
    key_take(row, &key);
    SET(version, id, key.id);
    version_take(row, version);
    version->header = take_message(call, row, &okr__plan_header__descriptor);
    version->totals = take_message(call, row, &okr__plan_totals__descriptor);
    if (ret_key)
        *ret_key = key;
    return version;
}

Okr__PlanVersion *plan_version_row(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? plan_version_take(call, &row, NULL) : NULL;
}

bool plan_version_key_row(struct call *call, struct asked asked, struct plan_version_key *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    key_take(&row, ret);
    return true;
}

// ---- reading versions -------------------------------------------------------------------------

STATEMENT(plan_version_get, MAYBE, "tl", VERSION_LETTERS,
          "SELECT " VERSION_COLUMNS " FROM plan_source s "
          "JOIN plan_version v ON v.source_id = s.id AND v.number = coalesce($2, "
          " (SELECT p.number FROM plan_version p WHERE p.id = s.published_version)) "
          "LEFT JOIN member m ON m.id = v.published_by WHERE s.name = $1");

struct asked plan_version_ask(struct call *call, const char *source, bool has_number,
                              int64_t number)
{
    struct query *q = call_ask(call, &plan_version_get);
    bind_text(q, source);
    bind_opt_i64(q, has_number, number);
    return q->asked;
}

STATEMENT(plan_version_get_content, MAYBE, "tt", VERSION_LETTERS,
          "SELECT " VERSION_COLUMNS " FROM plan_source s JOIN plan_version v ON v.source_id = s.id "
          "LEFT JOIN member m ON m.id = v.published_by "
          "WHERE s.name = $1 AND v.content_hash = $2 AND v.number IS NOT NULL "
          "ORDER BY v.number DESC LIMIT 1");

struct asked plan_version_ask_content(struct call *call, const char *source,
                                      const char *content_hash)
{
    struct query *q = call_ask(call, &plan_version_get_content);
    bind_text(q, source);
    bind_text(q, content_hash);
    return q->asked;
}

STATEMENT(plan_version_get_id, MAYBE, "l", VERSION_LETTERS,
          "SELECT " VERSION_COLUMNS " FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
          "LEFT JOIN member m ON m.id = v.published_by WHERE v.id = $1");

struct asked plan_version_ask_id(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_version_get_id);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(plan_version_get_ids, MANY, "L", VERSION_LETTERS,
          "SELECT " VERSION_COLUMNS " FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
          "LEFT JOIN member m ON m.id = v.published_by WHERE v.id = ANY($1) "
          "ORDER BY array_position($1, v.id)");

struct asked plan_version_ask_ids(struct call *call, const int64_t *ids, size_t n)
{
    struct query *q = call_ask(call, &plan_version_get_ids);
    bind_i64_array(q, ids, n);
    return q->asked;
}

STATEMENT(plan_version_list, MANY, "t", VERSION_LETTERS,
          "SELECT " VERSION_COLUMNS " FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
          "LEFT JOIN member m ON m.id = v.published_by "
          "WHERE v.number IS NOT NULL AND ($1::text IS NULL OR s.name = $1) "
          "ORDER BY s.name, v.number DESC LIMIT 5000");

struct asked plan_versions_ask(struct call *call, const char *source)
{
    struct query *q = call_ask(call, &plan_version_list);
    bind_text(q, source);
    return q->asked;
}

// ---- uploads ----------------------------------------------------------------------------------

STATEMENT(plan_source_add, NONE, "t", "",
          "INSERT INTO plan_source (name) VALUES ($1) ON CONFLICT (name) DO NOTHING");

void plan_source_ask_add(struct call *call, const char *source)
{
    bind_text(call_ask(call, &plan_source_add), source);
}

STATEMENT(plan_losses_get, MAYBE, "l", "t", "SELECT losses::text FROM plan_version WHERE id = $1");

struct asked plan_losses_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_losses_get);
    bind_i64(q, id);
    return q->asked;
}

Okr__PlanLossList *plan_losses_row(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row)
               ? take_message(call, &row, &okr__plan_loss_list__descriptor)
               : NULL;
}

STATEMENT(
    plan_upload_add, ONE, "tzlttttttt", "l",
    "INSERT INTO plan_version (source_id, begun_at, begun_by, base_number, agent, file_name, "
    " content_hash, header, totals, force_reason, losses) "
    "SELECT s.id, $2, $3, coalesce((SELECT p.number FROM plan_version p "
    " WHERE p.id = s.published_version), 0), $4, $5, $6, $7::text::jsonb, $8::text::jsonb, $9, "
    " $10::text::jsonb "
    "FROM plan_source s WHERE s.name = $1 RETURNING id");

struct asked plan_upload_ask_add(struct call *call, const struct plan_begin *begin)
{
    struct query *q = call_ask(call, &plan_upload_add);
    bind_text(q, begin->source);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_text(q, call->actor.agent);
    bind_text(q, begin->file_name);
    bind_text(q, begin->content_hash);
    bind_text(q, begin->header);
    bind_text(q, begin->totals);
    bind_text(q, begin->force_reason);
    bind_text(q, begin->losses);
    return q->asked;
}

STATEMENT(plan_upload_sweep, NONE, "tlzll", "",
          "WITH mine AS (SELECT v.id, v.begun_at, row_number() OVER (ORDER BY v.id DESC) AS age "
          " FROM plan_version v JOIN plan_source s ON s.id = v.source_id "
          " WHERE s.name = $1 AND v.begun_by = $2 AND v.number IS NULL) "
          "DELETE FROM plan_version WHERE id IN (SELECT id FROM mine "
          " WHERE begun_at < $3 OR age > $4 ORDER BY id LIMIT $5) AND number IS NULL");

void plan_upload_ask_sweep(struct call *call, const char *source)
{
    struct query *q = call_ask(call, &plan_upload_sweep);
    bind_text(q, source);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now - UPLOAD_LIFE_US);
    bind_i64(q, KEPT_UPLOADS);
    bind_i64(q, SWEPT_AT_ONCE);
}

STATEMENT(plan_upload_drop, NONE, "l", "",
          "DELETE FROM plan_version WHERE id = $1 AND number IS NULL");

void plan_upload_ask_drop(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &plan_upload_drop), id);
}

// ---- publishing -------------------------------------------------------------------------------

// The change's revision is the one after the head's: the writer counts it up when the change is
// done.
STATEMENT(plan_version_publish, NONE, "lzlt", "",
          "UPDATE plan_version v SET published_at = $2, published_by = $3, agent = $4, "
          " number = 1 + (SELECT coalesce(max(o.number), 0) FROM plan_version o "
          "  WHERE o.source_id = v.source_id), "
          " revision = (SELECT h.revision + 1 FROM head h) "
          "WHERE v.id = $1 AND v.number IS NULL");

STATEMENT(plan_source_publish, NONE, "ll", "",
          "UPDATE plan_source SET published_version = $2 WHERE id = $1");

void plan_version_ask_publish(struct call *call, int64_t id, int64_t source_id)
{
    struct query *q = call_ask(call, &plan_version_publish);
    bind_i64(q, id);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_text(q, call->actor.agent);
    q = call_ask(call, &plan_source_publish);
    bind_i64(q, source_id);
    bind_i64(q, id);
}
