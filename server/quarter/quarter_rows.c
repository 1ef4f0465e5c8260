// Quarters: statements and rows. It knows tables, not rules.
#include "server/quarter/quarter_rows.h"
#include "okr/sql.h"

static MESSAGE_READER(quarter_take, Okr__Quarter, QUARTER_ROW);

Okr__Quarter *quarter_row(struct call *call, struct row *row)
{
    Okr__Quarter *quarter = NEW(call, Okr__Quarter, OKR__QUARTER__INIT);
    quarter_take(row, quarter);
    return quarter;
}

Okr__Quarter *quarter_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? quarter_row(call, &row) : NULL;
}

STATEMENT(quarter_get, MAYBE, "t", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q WHERE q.name = $1");

struct asked quarter_ask(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_get);
    bind_text(q, name);
    return q->asked;
}

STATEMENT(project_quarter, MAYBE, "l", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM project p JOIN quarter q ON q.name = p.quarter"
          " WHERE p.id = $1");

struct asked project_quarter_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &project_quarter);
    bind_i64(q, project_id);
    return q->asked;
}

STATEMENT(quarter_list_all, MANY, "", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q ORDER BY q.first_day DESC, q.name DESC");

struct asked quarter_list_ask(struct call *call)
{
    return call_ask(call, &quarter_list_all)->asked;
}

MESSAGE_LIST(quarter_list, Okr__Quarter, OKR__QUARTER__INIT, quarter_take);

#define QUARTER_RANGE_ROW(FIRST, NEXT)                                                             \
    FIRST(date, first_day, "q.first_day")                                                          \
    NEXT(date, last_day, "q.last_day")                                                             \
    NEXT(opt_time, opened_at, "q.opened_at")                                                       \
    NEXT(opt_time, closed_at, "q.closed_at")
static STRUCT_READER(quarter_range_take, struct quarter_range, QUARTER_RANGE_ROW);

STATEMENT(quarter_range_get, MAYBE, "t", ROW_LETTERS(QUARTER_RANGE_ROW),
          "SELECT " ROW_COLUMNS(QUARTER_RANGE_ROW) " FROM quarter q WHERE q.name = $1");

struct asked quarter_range_ask(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_range_get);
    bind_text(q, name);
    return q->asked;
}

bool quarter_range_row(struct call *call, struct asked asked, struct quarter_range *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    quarter_range_take(&row, ret);
    return true;
}

#define QUARTER_CONTEXT_ROW(FIRST, NEXT)                                                           \
    FIRST(bool, has_kr,                                                                            \
          "EXISTS (SELECT FROM objective o JOIN key_result k ON k.objective_id = o.id"             \
          " WHERE o.quarter = q.name AND NOT o.dropped AND NOT k.dropped)")                        \
    NEXT(i64s, order,                                                                              \
         "ARRAY(SELECT o.id FROM objective o WHERE o.quarter = q.name AND NOT o.dropped"           \
         " ORDER BY o.rank, o.id)")
static STRUCT_READER(quarter_context_take, struct quarter_context, QUARTER_CONTEXT_ROW);

STATEMENT(quarter_get_for_change, MAYBE, "t", QUARTER_LETTERS ROW_LETTERS(QUARTER_CONTEXT_ROW),
          "SELECT " QUARTER_COLUMNS
          ", " ROW_COLUMNS(QUARTER_CONTEXT_ROW) " FROM quarter q WHERE q.name = $1");

struct asked quarter_change_ask(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_get_for_change);
    bind_text(q, name);
    return q->asked;
}

bool quarter_context_row(struct call *call, struct asked asked, struct quarter_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->quarter = quarter_row(call, &row);
    quarter_context_take(&row, ret);
    return true;
}

STATEMENT(quarter_add, NONE, "taa", "",
          "INSERT INTO quarter (name, first_day, last_day) VALUES ($1, $2, $3)");

STATEMENT(quarter_set_open, NONE, "tz", "",
          "UPDATE quarter SET state = " SQL_QUARTER_STATE_OPEN
          ", opened_at = $2, version = version + 1 WHERE name = $1");

STATEMENT(quarter_set_closed, NONE, "tz", "",
          "UPDATE quarter SET state = " SQL_QUARTER_STATE_CLOSED
          ", closed_at = $2, version = version + 1 WHERE name = $1");

void quarter_insert(struct call *call, const char *name, int32_t first_day, int32_t last_day)
{
    struct query *q = call_ask(call, &quarter_add);
    bind_text(q, name);
    bind_date(q, first_day);
    bind_date(q, last_day);
}

void quarter_open(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_set_open);
    bind_text(q, name);
    bind_time(q, call->now);
}

void quarter_close(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_set_closed);
    bind_text(q, name);
    bind_time(q, call->now);
}
