// MondayService: public holidays, which move the due day of a Monday review (R34). The admin
// replaces a year's as a whole.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/worktime/holiday_rows.h"

struct year {
    int32_t first, last; // days
    int32_t *days;
    char **names;
    size_t n;
    struct asked read_back;
    Okr__HolidayList *before;
};

static void take_year(struct year *year, int32_t number)
{
    year->first = date_to_days((struct date){number, 1, 1});
    year->last = date_to_days((struct date){number, 12, 31});
}

static void list_answer(struct call *call)
{
    call_reply(call, &holidays_list(call, asked_only(call))->base);
}

static void list_start(struct call *call, const Okr__ListHolidaysRequest *request)
{
    struct year year;
    int32_t this_year = date_from_days(call_today(call)).year;
    take_year(&year, request->has_year ? request->year : this_year);
    holidays_ask(call, year.first, year.last);
    call->then = list_answer;
}

HANDLER(monday_list_holidays, list_start);

// ---- ReplaceHolidays --------------------------------------------------------------------------

static void replace_answer(struct call *call)
{
    const Okr__ReplaceHolidaysRequest *request = replace_holidays_request(call);
    struct year *year = call->state;
    Okr__HolidayList *after = holidays_list(call, year->read_back);
    call_record(call, call_printf(call, "holidays/%d", (int)request->year), &year->before->base,
                &after->base);
    call_reply(call, &after->base);
}

static void replace_write(struct call *call)
{
    struct year *year = call->state;
    year->before = holidays_list(call, asked_only(call));
    holidays_ask_replace(call, year->first, year->last, year->days, year->names, year->n);
    year->read_back = holidays_ask(call, year->first, year->last);
    call->then = replace_answer;
}

static void take_holiday(struct call *call, struct year *year, size_t i, const Okr__Holiday *from)
{
    const char *field = call_printf(call, "holidays[%zu].day", i);
    year->days[i] = field_day(call, from->day);
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
    take_year(year, request->year);
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
