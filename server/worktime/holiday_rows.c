// Statements of holidays, each above the function that binds it.
#include "server/worktime/holiday_rows.h"

STATEMENT(holidays, MANY, "aa", "at",
          "SELECT day, name FROM holiday WHERE day BETWEEN $1 AND $2 ORDER BY day");

void holidays_ask(struct call *call, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &holidays);
    bind_date(q, from);
    bind_date(q, to);
}

Okr__HolidayList *holidays_rows(struct call *call, const struct rows *rows)
{
    size_t n = (size_t)rows_count(rows);
    Okr__HolidayList *list = NEW(call, Okr__HolidayList, OKR__HOLIDAY_LIST__INIT);
    list->holidays = NEW_ARRAY(call, Okr__Holiday *, n);
    list->n_holidays = n;
    for (size_t i = 0; i < n; i++) {
        Okr__Holiday *holiday = NEW(call, Okr__Holiday, OKR__HOLIDAY__INIT);
        holiday->day = row_date_text(rows, (int)i, 0);
        holiday->name = row_text(rows, (int)i, 1);
        list->holidays[i] = holiday;
    }
    return list;
}

int32_t *holidays_days(struct call *call, const struct rows *rows, size_t *ret_n)
{
    *ret_n = (size_t)rows_count(rows);
    int32_t *days = NEW_ARRAY(call, int32_t, *ret_n);
    for (size_t i = 0; i < *ret_n; i++)
        days[i] = row_date(rows, (int)i, 0);
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
