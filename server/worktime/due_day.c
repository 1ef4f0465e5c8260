// See the header.
#include "server/worktime/due_day.h"

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
