// Due time and timeliness of a week: arithmetic. The setting's changes reach open weeks only; a
// closed one keeps what was recorded.
#include "server/week/week_due.h"
#include "common/calendar.h"

int64_t week_due(int32_t monday, int due_day, int due_minute)
{
    return local_to_us(monday + due_day - 1, due_minute);
}

bool week_is_late(int64_t closed_at, int64_t due_at)
{
    return closed_at > due_at;
}

Okr__Timeliness week_timeliness(const struct week_facts *facts, int64_t now)
{
    if (facts->closed)
        return facts->late ? OKR__TIMELINESS__TIMELINESS_LATE : OKR__TIMELINESS__TIMELINESS_ON_TIME;
    bool asked_for = !facts->not_asked &&
                     (facts->has_goals || (facts->under_way && facts->since <= facts->due_at));
    return asked_for && now > facts->due_at ? OKR__TIMELINESS__TIMELINESS_MISSING
                                            : OKR__TIMELINESS__TIMELINESS_NOT_DUE;
}

Okr__WeekState week_state(bool closed, bool has_goals)
{
    if (closed)
        return OKR__WEEK_STATE__WEEK_STATE_CLOSED;
    return has_goals ? OKR__WEEK_STATE__WEEK_STATE_OPEN : OKR__WEEK_STATE__WEEK_STATE_NO_GOALS;
}
