#include "server/audit/event_rows.h"

// A change belongs to a project or KR when it is of that thing, or names it in what it left behind.
#define EVENT_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, revision, "revision")                                                               \
    NEXT(stamp, at, "at")                                                                          \
    NEXT(text, actor, "actor")                                                                     \
    NEXT(text, role, "role")                                                                       \
    NEXT(text, agent, "agent")                                                                     \
    NEXT(text, method, "method")                                                                   \
    NEXT(text, resource, "resource")                                                               \
    NEXT(text, reason, "reason")                                                                   \
    NEXT(json, before, "before")                                                                   \
    NEXT(json, after, "after")
static MESSAGE_READER(event_take, Okr__Event, EVENT_ROW);
MESSAGE_LIST(event_list, Okr__Event, OKR__EVENT__INIT, event_take);

STATEMENT(
    event_list_after, MANY, "lTllltlzz", ROW_LETTERS(EVENT_ROW),
    "SELECT " ROW_COLUMNS(
        EVENT_ROW) " FROM audit WHERE revision > $1 AND ($7::bigint IS NULL OR revision <= $7)"
                   " AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at "
                   "<= $9)"
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

struct asked event_ask(struct call *call, const struct event_filter *f)
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
    return q->asked;
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
