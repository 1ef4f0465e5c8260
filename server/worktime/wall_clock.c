// The wall clock's text as a number and back. It knows no calendar and no time zone.
#include <string.h>
#include "common/calendar.h"
#include "server/worktime/working_time.h"

enum { DAY_SECONDS = 86400 };

static bool two_digits(const char *text, int most, int *ret)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret = (text[0] - '0') * 10 + (text[1] - '0');
    return *ret <= most;
}

bool wall_parse(const char *text, int64_t *ret)
{
    int32_t day;
    int hour, minute, second;
    char date[DATE_SIZE];
    if (!text || strlen(text) < WALL_SIZE - 1 || text[10] != 'T')
        return false;
    memcpy(date, text, DATE_SIZE - 1);
    date[DATE_SIZE - 1] = '\0';
    if (!date_parse(date, &day) || text[13] != ':' || text[16] != ':' ||
        (text[19] != '\0' && text[19] != '.') || !two_digits(text + 11, 23, &hour) ||
        !two_digits(text + 14, 59, &minute) || !two_digits(text + 17, 59, &second))
        return false;
    *ret = wall_of_day(day) + hour * 3600 + minute * 60 + second;
    return true;
}

int64_t wall_of_day(int32_t day)
{
    return (int64_t)day * DAY_SECONDS;
}

int32_t wall_day(int64_t wall)
{
    int64_t day = wall / (DAY_SECONDS);
    return (int32_t)(wall % (DAY_SECONDS) < 0 ? day - 1 : day);
}

void wall_format(int64_t wall, char buf[WALL_SIZE])
{
    int32_t day = wall_day(wall);
    int second = (int)(wall - wall_of_day(day));
    const int parts[] = {second / 3600, second / 60 % 60, second % 60};
    date_format(day, buf);
    if (strlen(buf) != DATE_SIZE - 1)
        return;
    for (int i = 0; i < 3; i++) {
        char *at = buf + DATE_SIZE - 1 + i * 3;
        at[0] = i == 0 ? 'T' : ':';
        at[1] = (char)('0' + parts[i] / 10);
        at[2] = (char)('0' + parts[i] % 10);
    }
    buf[WALL_SIZE - 1] = '\0';
}
