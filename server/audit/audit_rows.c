// The statements that read the audit log. It must not know who may read, nor how rows are written.
#include "server/audit/audit_rows.h"

// ---- lists ------------------------------------------------------------------------------------

// `size` keeps a page of long texts within what a reply can carry; its first row always comes.
// `asked` is how many rows there would have been without it.
#define PAGE_COLUMNS                                                                               \
    "SELECT revision, at, actor, role, agent, method, resource, before, after, hash, asked, "      \
    "reason "                                                                                      \
    "FROM (SELECT revision, at, actor, role, agent, method, resource, before::text, after::text, " \
    "        reason, "                                                                             \
    "        encode(hash, 'hex') AS hash, count(*) OVER () AS asked, row_number() OVER w AS n, "   \
    "        sum(octet_length(coalesce(before::text, '')) + "                                      \
    "            octet_length(coalesce(after::text, ''))) OVER w AS size "
#define PAGE_FILTER "AND ($2::text IS NULL OR resource = $2) AND ($3::text IS NULL OR actor = $3) "
#define PAGE_LIMIT "WHERE n = 1 OR size < 4000000 "

STATEMENT(audit_oldest, MANY, "ltti", "lzttttttttlt",
          PAGE_COLUMNS "FROM (SELECT * FROM audit WHERE revision > $1 " PAGE_FILTER
                       "      ORDER BY revision LIMIT $4::integer) AS page "
                       "WINDOW w AS (ORDER BY revision)) AS sized " PAGE_LIMIT "ORDER BY revision");

STATEMENT(audit_newest, MANY, "ltti", "lzttttttttlt",
          PAGE_COLUMNS
          "FROM (SELECT * FROM audit WHERE ($1::bigint = 0 OR revision < $1) " PAGE_FILTER
          "      ORDER BY revision DESC LIMIT $4::integer) AS page "
          "WINDOW w AS (ORDER BY revision DESC)) AS sized " PAGE_LIMIT "ORDER BY revision DESC");

void audit_ask_list(struct call *call, const struct audit_filter *filter)
{
    struct query *q = call_ask(call, filter->newest_first ? &audit_newest : &audit_oldest);
    bind_i64(q, filter->after);
    bind_text(q, filter->resource);
    bind_text(q, filter->actor);
    bind_i32(q, filter->limit + 1);
}

static Okr__AuditRow *audit_row(struct call *call, const struct rows *rows, int row)
{
    Okr__AuditRow *made = NEW(call, Okr__AuditRow, OKR__AUDIT_ROW__INIT);
    if (!made)
        return NULL;
    SET(made, revision, row_i64(rows, row, 0));
    made->at = row_time_text(rows, row, 1);
    made->actor = row_text(rows, row, 2);
    made->role = row_text(rows, row, 3);
    made->agent = row_text(rows, row, 4);
    made->method = row_text(rows, row, 5);
    made->resource = row_text(rows, row, 6);
    made->before = row_text(rows, row, 7);
    made->after = row_text(rows, row, 8);
    made->hash = row_text(rows, row, 9);
    made->reason = row_text(rows, row, 11);
    return made;
}

void audit_list(struct call *call, const struct rows *rows, int32_t limit, Okr__AuditList *list)
{
    int count = rows_count(rows);
    int64_t asked = count > 0 ? row_i64(rows, 0, 10) : 0;
    int shown = count < limit ? count : limit;
    list->rows = NEW_ARRAY(call, Okr__AuditRow *, (size_t)shown);
    for (int i = 0; list->rows && i < shown; i++)
        if ((list->rows[i] = audit_row(call, rows, i)))
            list->n_rows++;
    SET(list, more, asked > shown);
}

// ---- checking ---------------------------------------------------------------------------------

STATEMENT(
    audit_chain, MANY, "li", "lztttttttyyyylt",
    "SELECT revision, at, actor, role, agent, method, resource, before, after, request_id, "
    "  request_hash, reply_hash, hash, asked, reason "
    "FROM (SELECT revision, at, actor, role, agent, method, resource, before::text, "
    "        after::text, reason, request_id, request_hash, sha256(reply) AS reply_hash, hash, "
    "        count(*) OVER () AS asked, row_number() OVER w AS n, "
    "        sum(octet_length(coalesce(before::text, '')) + "
    "            octet_length(coalesce(after::text, ''))) OVER w AS size "
    "      FROM (SELECT * FROM audit WHERE revision > $1 "
    "            ORDER BY revision LIMIT $2::integer) AS page "
    "      WINDOW w AS (ORDER BY revision)) AS sized " PAGE_LIMIT "ORDER BY revision");

void audit_ask_chain(struct call *call, int64_t after, int32_t limit)
{
    struct query *q = call_ask(call, &audit_chain);
    bind_i64(q, after);
    bind_i32(q, limit + 1);
}

int64_t audit_chain_asked(const struct rows *rows)
{
    return rows_count(rows) > 0 ? row_i64(rows, 0, 13) : 0;
}

void audit_chain_row(const struct rows *rows, int row, struct audit_entry *ret_entry,
                     struct bytes *ret_hash)
{
    *ret_entry = (struct audit_entry){
        .revision = row_i64(rows, row, 0),
        .at = row_time(rows, row, 1),
        .actor = row_text(rows, row, 2),
        .role = row_text(rows, row, 3),
        .agent = row_text(rows, row, 4),
        .method = row_text(rows, row, 5),
        .resource = row_text(rows, row, 6),
        .before = row_text(rows, row, 7),
        .after = row_text(rows, row, 8),
        .reason = row_text(rows, row, 14),
        .request_id = row_bytes(rows, row, 9).data,
        .request_hash = row_bytes(rows, row, 10).data,
        .reply_hash = row_bytes(rows, row, 11).data,
    };
    *ret_hash = row_bytes(rows, row, 12);
}

STATEMENT(audit_read_ends, MANY, "l", "yly",
          "SELECT CASE WHEN $1::bigint = 0 THEN sha256('okrd') "
          "       ELSE (SELECT hash FROM audit WHERE revision = $1) END, revision, hash FROM head");

void audit_ask_ends(struct call *call, int64_t after)
{
    bind_i64(call_ask(call, &audit_read_ends), after);
}

struct audit_ends audit_ends(const struct rows *rows)
{
    return (struct audit_ends){
        .start_hash = row_bytes(rows, 0, 0),
        .head_revision = row_i64(rows, 0, 1),
        .head_hash = row_bytes(rows, 0, 2),
    };
}
