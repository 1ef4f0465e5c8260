// Statements of holidays, each above the function that binds it.
#include "server/worktime/holiday_rows.h"

#define HOLIDAY_ROW(FIRST, NEXT) FIRST(day, day, "day") NEXT(text, name, "name")
static MESSAGE_READER(holiday_take, Okr__Holiday, HOLIDAY_ROW);
static MESSAGE_LIST(holiday_list, Okr__Holiday, OKR__HOLIDAY__INIT, holiday_take);

STATEMENT(
    holidays, MANY, "aa", ROW_LETTERS(HOLIDAY_ROW),
    "SELECT " ROW_COLUMNS(HOLIDAY_ROW) " FROM holiday WHERE day BETWEEN $1 AND $2 ORDER BY day");

struct asked holidays_ask(struct call *call, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &holidays);
    bind_date(q, from);
    bind_date(q, to);
    return q->asked;
}

Okr__HolidayList *holidays_list(struct call *call, struct asked asked)
{
    Okr__HolidayList *list = NEW(call, Okr__HolidayList, OKR__HOLIDAY_LIST__INIT);
    list->n_holidays = holiday_list(call, asked, &list->holidays);
    return list;
}

int32_t *holidays_days(struct call *call, struct asked asked, size_t *ret_n)
{
    int32_t *days = NEW_ARRAY(call, int32_t, (size_t)asked_count(call, asked));
    *ret_n = 0;
    for (struct row row = asked_begin(call, asked); row_next(&row); row_skip(&row))
        days[(*ret_n)++] = take_date(&row);
    return days;
}

STATEMENT(holidays_remove, NONE, "aa", "", "DELETE FROM holiday WHERE day BETWEEN $1 AND $2");

// Days as days since 1970-01-01.
STATEMENT(holidays_add, NONE, "LT", "",
          "INSERT INTO holiday (day, name) SELECT date '1970-01-01' + n.day::integer, n.name"
          " FROM unnest($1::bigint[], $2::text[]) AS n (day, name)");

void holidays_ask_replace(struct call *call, int32_t from, int32_t to, const int32_t *days,
                          char *const *names, size_t n)
{
    int64_t *wide = NEW_ARRAY(call, int64_t, n);
    for (size_t i = 0; i < n; i++)
        wide[i] = days[i];
    struct query *q = call_ask(call, &holidays_remove);
    bind_date(q, from);
    bind_date(q, to);
    q = call_ask(call, &holidays_add);
    bind_i64_array(q, wide, n);
    bind_text_array(q, names, n);
}
