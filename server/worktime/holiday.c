// MondayService: public holidays, which move the due day of a Monday review (R34). The admin
// replaces a year's as a whole.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/worktime/holiday_rows.h"

struct year {
    int32_t first, last; // days
    int32_t *days;
    char **names;
    size_t n;
    Okr__HolidayList *before;
};

// 2000 to 2100: what is beyond is a mistake in writing.
static bool take_year(struct call *call, struct year *year, bool has, int32_t number)
{
    if (!has)
        number = date_from_days(call_today(call)).year;
    if (number < 2000 || number > 2100) {
        call_violation(call, "year", OKR__REASON__REASON_BAD_VALUE, "2000 to 2100");
        return false;
    }
    year->first = date_to_days((struct date){number, 1, 1});
    year->last = date_to_days((struct date){number, 12, 31});
    return true;
}

static void list_answer(struct call *call)
{
    call_reply(call, &holidays_list(call, asked_nth(call, 0))->base);
}

static void list_start(struct call *call, const Okr__ListHolidaysRequest *request)
{
    struct year year;
    if (!take_year(call, &year, request->has_year, request->year))
        return;
    holidays_ask(call, year.first, year.last);
    call->then = list_answer;
}

HANDLER(monday_list_holidays, list_start);

// ---- ReplaceHolidays --------------------------------------------------------------------------

static void replace_answer(struct call *call)
{
    const Okr__ReplaceHolidaysRequest *request = replace_holidays_request(call);
    struct year *year = call->state;
    Okr__HolidayList *after = holidays_list(call, asked_nth(call, 2));
    call_record(call, call_printf(call, "holidays/%d", (int)request->year), &year->before->base,
                &after->base);
    call_reply(call, &after->base);
}

static void replace_write(struct call *call)
{
    struct year *year = call->state;
    year->before = holidays_list(call, asked_nth(call, 0));
    holidays_ask_replace(call, year->first, year->last, year->days, year->names, year->n);
    holidays_ask(call, year->first, year->last);
    call->then = replace_answer;
}

static void take_holiday(struct call *call, struct year *year, size_t i, const Okr__Holiday *from)
{
    const char *field = call_printf(call, "holidays[%zu].day", i);
    need_text(call, call_printf(call, "holidays[%zu].name", i), from->name, LIMIT_NAME);
    if (!from->day) {
        call_violation(call, field, OKR__REASON__REASON_REQUIRED, NULL);
        return;
    }
    if (!parse_date_field(call, field, from->day, &year->days[i]))
        return;
    if (year->days[i] < year->first || year->days[i] > year->last)
        call_violation(call, field, OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "%d", date_from_days(year->first).year));
    for (size_t k = 0; k < i; k++)
        if (year->days[k] == year->days[i])
            call_violation(call, field, OKR__REASON__REASON_DUPLICATE, from->day);
    year->names[i] = from->name;
}

static void replace_start(struct call *call, const Okr__ReplaceHolidaysRequest *request)
{
    struct year *year = NEW_ARRAY(call, struct year, 1);
    if (!request->has_year)
        call_violation(call, "year", OKR__REASON__REASON_REQUIRED, NULL);
    else
        take_year(call, year, true, request->year);
    if (request->n_holidays > LIMIT_LIST)
        call_violation(call, "holidays", OKR__REASON__REASON_TOO_MANY,
                       call_printf(call, "%d", LIMIT_LIST));
    if (call_invalid(call))
        return;
    year->n = request->n_holidays;
    year->days = NEW_ARRAY(call, int32_t, year->n);
    year->names = NEW_ARRAY(call, char *, year->n);
    for (size_t i = 0; i < year->n; i++)
        take_holiday(call, year, i, request->holidays[i]);
    if (call_invalid(call))
        return;
    call->state = year;
    holidays_ask(call, year->first, year->last);
    call->then = replace_write;
}

HANDLER(monday_replace_holidays, replace_start);
