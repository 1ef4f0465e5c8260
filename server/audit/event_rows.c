#include "server/audit/event_rows.h"

// A change belongs to a project or KR when it is of that thing, or names it in what it left behind.
STATEMENT(event_list_after, MANY, "lTllltlzz", "lzttttjjtt",
          "SELECT revision, at, actor, role, method, resource, before, after, agent, reason"
          " FROM audit WHERE revision > $1 AND ($7::bigint IS NULL OR revision <= $7)"
          " AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at <= $9)"
          " AND ($6::text IS NULL OR actor = $6)"
          " AND (cardinality($2::text[]) = 0 OR split_part(resource, '/', 1) = ANY ($2))"
          " AND ($3::bigint IS NULL OR resource = 'project/' || $3"
          "  OR resource LIKE 'week/' || $3 || '/%'"
          "  OR coalesce(after, before)->>'projectId' = $3::text)"
          " AND ($4::bigint IS NULL OR resource = 'kr/' || $4"
          "  OR coalesce(after, before)->>'krId' = $4::text"
          "  OR (coalesce(after, before)::jsonb)->'krIds' ? $4::text)"
          " ORDER BY revision LIMIT $5");

static void bind_instant(struct query *q, bool has, int64_t us)
{
    if (has)
        bind_time(q, us);
    else
        bind_null(q);
}

void event_ask(struct call *call, const struct event_filter *f)
{
    struct query *q = call_ask(call, &event_list_after);
    bind_i64(q, f->after);
    bind_text_array(q, f->kinds, f->n_kinds);
    bind_opt_i64(q, f->has_project, f->project_id);
    bind_opt_i64(q, f->has_kr, f->kr_id);
    bind_i64(q, f->limit);
    bind_text(q, f->actor);
    bind_opt_i64(q, f->has_up_to, f->up_to);
    bind_instant(q, f->has_from, f->from);
    bind_instant(q, f->has_until, f->until);
}

Okr__Event *event_row(struct call *call, const struct rows *rows, int row, bool full)
{
    Okr__Event *e = NEW(call, Okr__Event, OKR__EVENT__INIT);
    SET(e, revision, row_i64(rows, row, 0));
    e->at = row_time_text(rows, row, 1);
    e->actor = row_text(rows, row, 2);
    e->role = row_text(rows, row, 3);
    e->method = row_text(rows, row, 4);
    e->resource = row_text(rows, row, 5);
    e->agent = row_text(rows, row, 8);
    e->reason = row_text(rows, row, 9);
    if (full) {
        e->before = row_text(rows, row, 6);
        e->after = row_text(rows, row, 7);
    }
    return e;
}

void event_list(struct call *call, const struct rows *rows, bool full, Okr__WatchReply *reply)
{
    size_t n = (size_t)rows_count(rows);
    reply->events = NEW_ARRAY(call, Okr__Event *, n);
    for (size_t i = 0; i < n; i++)
        reply->events[reply->n_events++] = event_row(call, rows, (int)i, full);
}

STATEMENT(event_hash, MAYBE, "l", "t", "SELECT encode(hash, 'hex') FROM audit WHERE revision = $1");

struct asked event_ask_history(struct call *call, int64_t revision)
{
    struct query *q = call_ask(call, &event_hash);
    bind_i64(q, revision);
    return q->asked;
}

char *event_history(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? take_text(&row) : NULL;
}
