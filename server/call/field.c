// A form that is none here was not checked: an option is missing in the contract.
#include "server/call/field.h"

#include <assert.h>
#include "common/calendar.h"

int32_t field_day(const struct call *call, const char *day)
{
    int32_t days = call_today(call);
    bool fits = !day || date_parse(day, &days);
    assert(fits);
    (void)fits;
    return days;
}

int32_t field_week(const struct call *call, const char *week)
{
    int32_t monday = week_of(call_today(call));
    bool fits = !week || week_parse(week, &monday);
    assert(fits);
    (void)fits;
    return monday;
}

int32_t field_month(const struct call *call, const char *month)
{
    int32_t first = month_of(call_today(call), 0);
    bool fits = !month || month_parse(month, &first);
    assert(fits);
    (void)fits;
    return first;
}

char *field_quarter(struct call *call, const char *quarter)
{
    char name[QUARTER_SIZE];
    int year, q;
    quarter_of(call_today(call), call->settings->fiscal_first_month, &year, &q);
    bool fits = !quarter || quarter_parse(quarter, &year, &q);
    assert(fits);
    (void)fits;
    quarter_format(year, q, name);
    return call_printf(call, "%s", name);
}
