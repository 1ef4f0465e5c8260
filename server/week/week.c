// Weeks as they are read: one project's, and the list that shows who has to report, by when, and
// who is late or missing (R7, R39). Also the rules that the changes of a week share.
#include "server/week/week.h"
#include <ctype.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/week/week_due.h"
#include "server/week/entry_rows.h"
#include "server/week/goal_rows.h"

char *thing_label(struct call *call, const char *letter, int64_t id)
{
    return call_printf(call, "%s-%lld", letter, (long long)id);
}

char *week_text(struct call *call, int32_t monday)
{
    char text[WEEK_SIZE];
    week_format(monday, text);
    return call_printf(call, "%s", text);
}

const char *project_state_word(struct call *call, Okr__ProjectState state)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&okr__project_state__descriptor, (int)state);
    if (!value)
        return "?";
    char *word = call_printf(call, "%s", value->name + strlen("PROJECT_STATE_"));
    for (char *at = word; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return word;
}

bool parse_week_ahead(struct call *call, const char *value, int32_t *ret_monday)
{
    *ret_monday = field_week(call, value);
    int32_t last = week_of(call_today(call)) + 7 * WEEKS_AHEAD;
    if (*ret_monday <= last)
        return true;
    call_violation(call, "week", OKR__REASON__REASON_BAD_VALUE,
                   call_printf(call, "<= %s", week_text(call, last)));
    return false;
}

bool week_under_way(struct call *call, const struct week_context *context)
{
    if (context->project_state != OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE,
                     project_state_word(call, (Okr__ProjectState)context->project_state));
        return false;
    }
    if (context->quarter_state != OKR__QUARTER_STATE__QUARTER_STATE_OPEN) {
        guard_refuse(call, OKR__REASON__REASON_QUARTER_NOT_OPEN, NULL);
        return false;
    }
    return true;
}

bool week_follows(struct call *call, const struct week_context *context)
{
    if (context->earlier_open)
        guard_refuse(call, OKR__REASON__REASON_WEEK_OPEN, context->earlier_open);
    return !context->earlier_open;
}

void check_result(struct call *call, const char *prefix, const Okr__SetResultRequest *result)
{
    if (result->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED && !guard_has_text(result->reason))
        call_violation(call, call_printf(call, "%sreason", prefix),
                       OKR__REASON__REASON_MISS_NEEDS_REASON, NULL);
}

char *result_reason(const Okr__SetResultRequest *result)
{
    return result->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED ? result->reason : NULL;
}

int64_t week_due_at(const struct call *call, int32_t monday)
{
    return week_due(monday, call->settings->weekly_due_day, call->settings->weekly_due_minute);
}

static size_t undropped(Okr__Goal *const *goals, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += !goals[i]->dropped;
    return count;
}

// What the settings and the clock add to a row: the due time of an open week, state, timeliness.
static void finish_week(struct call *call, const struct week_row *row, int32_t monday)
{
    Okr__ProjectWeek *week = row->week;
    int64_t due_at = week_due_at(call, monday);
    struct week_facts facts = {
        .closed = row->closed,
        .late = row->late,
        .has_goals = undropped(week->goals, week->n_goals) > 0,
        .under_way = row->has_since,
        .since = row->since,
        .not_asked = !row->asked,
        .due_at = due_at,
    };
    if (!row->closed) {
        char text[TIMESTAMP_SIZE];
        timestamp_format(due_at, text);
        week->due_at = call_printf(call, "%s", text);
    }
    SET(week, state, week_state(row->closed, facts.has_goals));
    SET(week, timeliness, week_timeliness(&facts, call->now));
}

Okr__ProjectWeek *project_week(struct call *call, struct row *row, struct asked goals,
                               int32_t monday, bool with_dropped)
{
    struct week_row read = week_row(call, row, monday);
    Okr__ProjectWeek *week = read.week;
    week->n_goals =
        goal_rows(call, goals, week->project_id, week->week, with_dropped, &week->goals);
    finish_week(call, &read, monday);
    return week;
}

// --- The week of one project, whole

struct whole_week whole_week_ask(struct call *call, int64_t project_id, int32_t monday)
{
    return (struct whole_week){.monday = monday,
                               .week = week_ask(call, project_id, monday),
                               .goals = goal_ask_two_weeks(call, project_id, monday),
                               .entries = entry_ask_week(call, project_id, monday)};
}

Okr__ProjectWeek *whole_week(struct call *call, const struct whole_week *asked)
{
    struct row row;
    if (!asked_first(call, asked->week, &row))
        return NULL;
    Okr__ProjectWeek *week = project_week(call, &row, asked->goals, asked->monday, true);
    week->n_next_goals = goal_rows(call, asked->goals, week->project_id,
                                   week_text(call, asked->monday + 7), false, &week->next_goals);
    week->n_entries = entry_rows(call, asked->entries, &week->entries);
    return week;
}

// --- GetWeek

struct get_week {
    struct whole_week week;
    struct asked next_tasks;
};

static void get_week_answer(struct call *call)
{
    const Okr__GetWeekRequest *request = get_week_request(call);
    const struct get_week *asked = call->state;
    Okr__ProjectWeek *week = whole_week(call, &asked->week);
    if (!week) {
        guard_not_found(call, thing_label(call, "P", request->project_id));
        return;
    }
    if (request->next_tasks)
        week->n_next_tasks = week_next_tasks_rows(call, asked->next_tasks, &week->next_tasks);
    call_reply(call, &week->base);
}

static void get_week(struct call *call, const Okr__GetWeekRequest *request)
{
    struct get_week *asked = NEW_ARRAY(call, struct get_week, 1);
    int32_t monday = field_week(call, request->week);
    call->state = asked;
    asked->week = whole_week_ask(call, request->project_id, monday);
    if (request->next_tasks)
        asked->next_tasks = week_next_tasks_ask(call, request->project_id, monday);
    call->then = get_week_answer;
}

HANDLER(week_get_week, get_week);

// --- ListWeeks

struct list_weeks {
    int32_t monday;
    struct asked weeks, goals;
};

static void list_weeks_answer(struct call *call)
{
    const struct list_weeks *asked = call->state;
    Okr__WeekList *list = NEW(call, Okr__WeekList, OKR__WEEK_LIST__INIT);
    list->weeks = NEW_ARRAY(call, Okr__ProjectWeek *, (size_t)asked_count(call, asked->weeks));
    for (struct row row = asked_begin(call, asked->weeks); row_next(&row);)
        list->weeks[list->n_weeks++] = project_week(call, &row, asked->goals, asked->monday, false);
    call_reply(call, &list->base);
}

static void list_weeks(struct call *call, const Okr__ListWeeksRequest *request)
{
    struct list_weeks *asked = NEW_ARRAY(call, struct list_weeks, 1);
    asked->monday = field_week(call, request->week);
    call->state = asked;
    asked->weeks = week_list_ask(call, asked->monday, request->mine);
    asked->goals = goal_ask_week(call, asked->monday);
    call->then = list_weeks_answer;
}

HANDLER(week_list_weeks, list_weeks);
