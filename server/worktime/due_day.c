// See the header.
#include "server/worktime/due_day.h"
#include "common/calendar.h"

static bool is_day_off(int32_t monday, int32_t day, const int32_t *holidays, size_t n)
{
    if ((day - monday) % 7 >= 5)
        return true;
    for (size_t i = 0; i < n; i++)
        if (holidays[i] == day)
            return true;
    return false;
}

int32_t monday_due_day(int32_t monday, const int32_t *holidays, size_t n_holidays)
{
    int32_t day = monday;
    while (day < monday + DUE_HOLIDAY_DAYS && is_day_off(monday, day, holidays, n_holidays))
        day++;
    return day;
}

int year_without_holidays(int32_t from, int32_t to, const int32_t *holidays, size_t n_holidays)
{
    int last = date_from_days(to).year;
    for (int year = date_from_days(from).year; year <= last; year++) {
        bool known = false;
        for (size_t i = 0; i < n_holidays && !known; i++)
            known = date_from_days(holidays[i]).year == year;
        if (!known)
            return year;
    }
    return 0;
}

int32_t years_first_day(int32_t from)
{
    return date_to_days((struct date){date_from_days(from).year, 1, 1});
}

int32_t years_last_day(int32_t to)
{
    return date_to_days((struct date){date_from_days(to).year, 12, 31});
}
