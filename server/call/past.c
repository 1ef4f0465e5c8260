#include "server/call/past.h"

const char past_session[] = "SELECT set_config('search_path', 'as_of, public', false)";

// By its number, or by the time; 0 is before the first change.
STATEMENT(past_revision, MANY, "lz", "lzll",
          "SELECT CASE WHEN $1::bigint >= 0 THEN $1 ELSE coalesce(a.revision, 0) END, a.at, "
          " b.revision, h.revision FROM public.history_begin b CROSS JOIN public.head h "
          "LEFT JOIN LATERAL ((SELECT revision, at FROM public.audit "
          "  WHERE revision = $1::bigint) "
          " UNION ALL (SELECT revision, at FROM public.audit WHERE $1::bigint < 0 AND at <= $2 "
          "  ORDER BY at DESC, revision DESC LIMIT 1)) a ON true");

void past_ask(struct call *call, int64_t revision, int64_t until)
{
    struct query *q = call_ask(call, &past_revision);
    bind_i64(q, revision);
    bind_time(q, until);
}

struct past past_row(const struct rows *rows)
{
    return (struct past){
        .revision = row_i64(rows, 0, 0),
        .has_at = !row_null(rows, 0, 1),
        .at = row_time(rows, 0, 1),
        .begin = row_i64(rows, 0, 2),
        .end = row_i64(rows, 0, 3),
    };
}

STATEMENT(past_set, MANY, "t", "t", "SELECT set_config('okr.as_of', $1, false)");

struct query *past_query(const struct call *call)
{
    struct query *q = query_new(call->arena, &past_set);
    char *text = arena_printf(call->arena, "%lld", (long long)(call->as_of < 0 ? 0 : call->as_of));
    if (!q || !text)
        return NULL;
    bind_text(q, text);
    return q;
}
