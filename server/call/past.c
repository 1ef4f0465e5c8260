#include "server/call/past.h"

const char past_session[] = "SELECT set_config('search_path', 'as_of, public', false)";

// By its number, or by the time; 0 is before the first change.
#define PAST_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, revision, "CASE WHEN $1::bigint >= 0 THEN $1 ELSE coalesce(a.revision, 0) END")     \
    NEXT(opt_time, at, "a.at")                                                                     \
    NEXT(i64, begin, "b.revision")                                                                 \
    NEXT(i64, end, "h.revision")
static STRUCT_READER(past_take, struct past, PAST_ROW);

STATEMENT(
    past_revision, ONE, "lz", ROW_LETTERS(PAST_ROW),
    "SELECT " ROW_COLUMNS(PAST_ROW) " FROM public.history_begin b CROSS JOIN public.head h "
                                    "LEFT JOIN LATERAL ((SELECT revision, at FROM public.audit "
                                    "  WHERE revision = $1::bigint) "
                                    " UNION ALL (SELECT revision, at FROM public.audit WHERE "
                                    "$1::bigint < 0 AND at <= $2 "
                                    "  ORDER BY at DESC, revision DESC LIMIT 1)) a ON true");

struct asked past_ask(struct call *call, int64_t revision, int64_t until)
{
    struct query *q = call_ask(call, &past_revision);
    bind_i64(q, revision);
    bind_time(q, until);
    return q->asked;
}

struct past past_row(struct call *call, struct asked asked)
{
    struct past past;
    struct row row = asked_at(call, asked, 0);
    past_take(&row, &past);
    return past;
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
