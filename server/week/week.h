// What the files of WeekService share: the rules that several of its methods ask for.
#ifndef OKR_SERVER_WEEK_WEEK_H
#define OKR_SERVER_WEEK_WEEK_H

#include "server/week/week_rows.h"

enum {
    WEEKS_AHEAD = 4, // goals are set for this week and so many after it
};

char *thing_label(struct call *call, const char *letter, int64_t id);       // "G-12"
char *week_text(struct call *call, int32_t monday);                         // "2021-W07"
const char *project_state_word(struct call *call, Okr__ProjectState state); // "accepted"

// "week", absent this week, at most WEEKS_AHEAD after it.
bool parse_week_ahead(struct call *call, const char *value, int32_t *ret_monday);
// The project is under way: accepted, in an open quarter. Fails the call otherwise.
bool week_under_way(struct call *call, const struct week_context *context);
// Whether earlier weeks allow to go on to this one (R37). Fails the call otherwise.
bool week_follows(struct call *call, const struct week_context *context);

// New goals of a request, whose paths in it are `names` ("goal", "next_goals[2]"): their fields,
// and whether the plan tasks that they name are there.
void check_new_goal(struct call *call, const char *name, const Okr__NewGoal *goal);
bool check_goal_tasks(struct call *call, char *const *names, Okr__NewGoal *const *goals,
                      struct asked tasks);
// The reason that a missed goal takes (R36); `prefix` is "" or "results[2].".
void check_result(struct call *call, const char *prefix, const Okr__SetResultRequest *result);
// What is stored as the reason: that of a missed goal only.
char *result_reason(const Okr__SetResultRequest *result);

// The week as it stands, from a row of week_ask() or week_list_ask() and the goals of
// goal_ask_two_weeks() or goal_ask_week(): open ones are held against the due time of now.
Okr__ProjectWeek *project_week(struct call *call, struct row *week, struct asked goals,
                               int32_t monday, bool with_dropped);

// The week of one project with goals, entries and next week's goals. NULL: no such project.
struct whole_week {
    int32_t monday;
    struct asked week, goals, entries;
};
struct whole_week whole_week_ask(struct call *call, int64_t project_id, int32_t monday);
Okr__ProjectWeek *whole_week(struct call *call, const struct whole_week *asked);
// The due time of a week by the call's settings, microseconds UTC.
int64_t week_due_at(const struct call *call, int32_t monday);

#endif
