// The statements that read the audit log. It must not know who may read, nor how rows are written.
#include "server/audit/audit_rows.h"

// ---- lists ------------------------------------------------------------------------------------

// `size` keeps a page of long texts within what a reply can carry; its first row always comes.
// `asked` is how many rows there would have been without it.
#define AUDIT_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, revision, "revision")                                                               \
    NEXT(stamp, at, "at")                                                                          \
    NEXT(text, actor, "actor")                                                                     \
    NEXT(text, role, "role")                                                                       \
    NEXT(text, agent, "agent")                                                                     \
    NEXT(text, method, "method")                                                                   \
    NEXT(text, resource, "resource")                                                               \
    NEXT(text, before, "before")                                                                   \
    NEXT(text, after, "after")                                                                     \
    NEXT(text, hash, "hash")                                                                       \
    NEXT(text, reason, "reason")
static MESSAGE_READER(audit_take, Okr__AuditRow, AUDIT_ROW);

#define PAGE_LETTERS ROW_LETTERS(AUDIT_ROW) "l"
#define PAGE_COLUMNS                                                                               \
    "SELECT " ROW_COLUMNS(                                                                         \
        AUDIT_ROW) ", asked "                                                                      \
                   "FROM (SELECT revision, at, actor, role, agent, method, resource, "             \
                   "before::text, after::text, "                                                   \
                   "        reason, "                                                              \
                   "        encode(hash, 'hex') AS hash, count(*) OVER () AS asked, row_number() " \
                   "OVER w AS n, "                                                                 \
                   "        sum(octet_length(coalesce(before::text, '')) + "                       \
                   "            octet_length(coalesce(after::text, ''))) OVER w AS size "
#define PAGE_FILTER "AND ($2::text IS NULL OR resource = $2) AND ($3::text IS NULL OR actor = $3) "
#define PAGE_LIMIT "WHERE n = 1 OR size < 4000000 "

STATEMENT(audit_oldest, MANY, "ltti", PAGE_LETTERS,
          PAGE_COLUMNS "FROM (SELECT * FROM audit WHERE revision > $1 " PAGE_FILTER
                       "      ORDER BY revision LIMIT $4::integer) AS page "
                       "WINDOW w AS (ORDER BY revision)) AS sized " PAGE_LIMIT "ORDER BY revision");

STATEMENT(audit_newest, MANY, "ltti", PAGE_LETTERS,
          PAGE_COLUMNS
          "FROM (SELECT * FROM audit WHERE ($1::bigint = 0 OR revision < $1) " PAGE_FILTER
          "      ORDER BY revision DESC LIMIT $4::integer) AS page "
          "WINDOW w AS (ORDER BY revision DESC)) AS sized " PAGE_LIMIT "ORDER BY revision DESC");

struct asked audit_ask_list(struct call *call, const struct audit_filter *filter)
{
    struct query *q = call_ask(call, filter->newest_first ? &audit_newest : &audit_oldest);
    bind_i64(q, filter->after);
    bind_text(q, filter->resource);
    bind_text(q, filter->actor);
    bind_i32(q, filter->limit + 1);
    return q->asked;
}

void audit_list(struct call *call, struct asked asked, int32_t limit, Okr__AuditList *list)
{
    int64_t there = 0;
    struct row row = asked_begin(call, asked);
    list->rows = NEW_ARRAY(call, Okr__AuditRow *, (size_t)asked_count(call, asked));
    while (row_next(&row) && row.index < limit) {
        Okr__AuditRow *made = NEW(call, Okr__AuditRow, OKR__AUDIT_ROW__INIT);
        audit_take(&row, made);
        there = take_i64(&row);
        list->rows[list->n_rows++] = made;
    }
    SET(list, more, there > (int64_t)list->n_rows);
}

// ---- checking ---------------------------------------------------------------------------------

struct link_texts {
    int64_t revision, at;
    char *actor, *role, *agent, *method, *resource, *before, *after, *reason;
    struct bytes request_id, request_hash, reply_hash, hash;
    int64_t asked;
};
#define LINK_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, revision, "revision")                                                               \
    NEXT(time, at, "at")                                                                           \
    NEXT(text, actor, "actor")                                                                     \
    NEXT(text, role, "role")                                                                       \
    NEXT(text, agent, "agent")                                                                     \
    NEXT(text, method, "method")                                                                   \
    NEXT(text, resource, "resource")                                                               \
    NEXT(text, before, "before")                                                                   \
    NEXT(text, after, "after")                                                                     \
    NEXT(text, reason, "reason")                                                                   \
    NEXT(bytes, request_id, "request_id")                                                          \
    NEXT(bytes, request_hash, "request_hash")                                                      \
    NEXT(bytes, reply_hash, "reply_hash")                                                          \
    NEXT(bytes, hash, "hash")                                                                      \
    NEXT(i64, asked, "asked")
static STRUCT_READER(link_take, struct link_texts, LINK_ROW);

STATEMENT(
    audit_chain, MANY, "li", ROW_LETTERS(LINK_ROW),
    "SELECT " ROW_COLUMNS(
        LINK_ROW) " "
                  "FROM (SELECT revision, at, actor, role, agent, method, resource, before::text, "
                  "        after::text, reason, request_id, request_hash, sha256(reply) AS "
                  "reply_hash, hash, "
                  "        count(*) OVER () AS asked, row_number() OVER w AS n, "
                  "        sum(octet_length(coalesce(before::text, '')) + "
                  "            octet_length(coalesce(after::text, ''))) OVER w AS size "
                  "      FROM (SELECT * FROM audit WHERE revision > $1 "
                  "            ORDER BY revision LIMIT $2::integer) AS page "
                  "      WINDOW w AS (ORDER BY revision)) AS sized " PAGE_LIMIT
                  "ORDER BY revision");

struct asked audit_ask_chain(struct call *call, int64_t after, int32_t limit)
{
    struct query *q = call_ask(call, &audit_chain);
    bind_i64(q, after);
    bind_i32(q, limit + 1);
    return q->asked;
}

void audit_link_row(struct row *row, struct audit_link *ret)
{
    struct link_texts link;
    link_take(row, &link);
    ret->entry = (struct audit_entry){
        .revision = link.revision,
        .at = link.at,
        .actor = link.actor,
        .role = link.role,
        .agent = link.agent,
        .method = link.method,
        .resource = link.resource,
        .before = link.before,
        .after = link.after,
        .reason = link.reason,
        .request_id = link.request_id.data,
        .request_hash = link.request_hash.data,
        .reply_hash = link.reply_hash.data,
    };
    ret->hash = link.hash;
    ret->asked = link.asked;
}

#define ENDS_ROW(FIRST, NEXT)                                                                      \
    FIRST(bytes, start_hash,                                                                       \
          "CASE WHEN $1::bigint = 0 THEN sha256('okrd')"                                           \
          " ELSE (SELECT hash FROM audit WHERE revision = $1) END")                                \
    NEXT(i64, head_revision, "revision")                                                           \
    NEXT(bytes, head_hash, "hash")
static STRUCT_READER(ends_take, struct audit_ends, ENDS_ROW);

STATEMENT(audit_read_ends, ONE, "l", ROW_LETTERS(ENDS_ROW),
          "SELECT " ROW_COLUMNS(ENDS_ROW) " FROM head");

struct asked audit_ask_ends(struct call *call, int64_t after)
{
    struct query *q = call_ask(call, &audit_read_ends);
    bind_i64(q, after);
    return q->asked;
}

struct audit_ends audit_ends(struct call *call, struct asked asked)
{
    struct audit_ends ends;
    struct row row = asked_at(call, asked, 0);
    ends_take(&row, &ends);
    return ends;
}
