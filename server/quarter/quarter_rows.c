// Quarters: statements and rows. It knows tables, not rules.
#include "server/quarter/quarter_rows.h"

STATEMENT(quarter_get, MANY, "t", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q WHERE q.name = $1");

#define QUARTER_RANGE_ROW(FIRST, NEXT)                                                             \
    FIRST(date, first_day, "q.first_day")                                                          \
    NEXT(date, last_day, "q.last_day")
static STRUCT_READER(quarter_range_take, struct quarter_range, QUARTER_RANGE_ROW)

    STATEMENT(quarter_range, MAYBE, "t", ROW_LETTERS(QUARTER_RANGE_ROW),
              "SELECT " ROW_COLUMNS(QUARTER_RANGE_ROW) " FROM quarter q WHERE q.name = $1");

struct asked quarter_range_ask(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &quarter_range);
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

STATEMENT(project_quarter, MANY, "l", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM project p JOIN quarter q ON q.name = p.quarter"
          " WHERE p.id = $1");

STATEMENT(quarter_list, MANY, "", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q ORDER BY q.first_day DESC, q.name DESC");

STATEMENT(quarter_get_for_change, MANY, "t", QUARTER_LETTERS "bL",
          "SELECT " QUARTER_COLUMNS ","
          " EXISTS (SELECT FROM objective o JOIN key_result k ON k.objective_id = o.id"
          "         WHERE o.quarter = q.name AND NOT o.dropped AND NOT k.dropped),"
          " ARRAY(SELECT o.id FROM objective o WHERE o.quarter = q.name AND NOT o.dropped"
          "       ORDER BY o.rank, o.id)"
          " FROM quarter q WHERE q.name = $1");

STATEMENT(quarter_add, NONE, "taa", "",
          "INSERT INTO quarter (name, first_day, last_day) VALUES ($1, $2, $3)");

STATEMENT(quarter_set_open, NONE, "tz", "",
          "UPDATE quarter SET state = 2, opened_at = $2, version = version + 1 WHERE name = $1");

STATEMENT(quarter_set_closed, NONE, "tz", "",
          "UPDATE quarter SET state = 3, closed_at = $2, version = version + 1 WHERE name = $1");

Okr__Quarter *quarter_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Quarter *quarter = NEW(call, Okr__Quarter, OKR__QUARTER__INIT);
    quarter->name = row_text(rows, row, 0);
    quarter->first_day = row_date_text(rows, row, 1);
    quarter->last_day = row_date_text(rows, row, 2);
    SET(quarter, state, (Okr__QuarterState)row_i32(rows, row, 3));
    SET(quarter, version, row_i64(rows, row, 4));
    quarter->opened_at = row_time_text(rows, row, 5);
    quarter->closed_at = row_time_text(rows, row, 6);
    return quarter;
}

void quarter_ask(struct call *call, const char *name)
{
    bind_text(call_ask(call, &quarter_get), name);
}

void project_quarter_ask(struct call *call, int64_t project_id)
{
    bind_i64(call_ask(call, &project_quarter), project_id);
}

void quarter_list_ask(struct call *call)
{
    call_ask(call, &quarter_list);
}

void quarter_change_ask(struct call *call, const char *name)
{
    bind_text(call_ask(call, &quarter_get_for_change), name);
}

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
