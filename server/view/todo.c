// InsightService: what the caller has to decide or enter now (R7), by the rights that the caller
// has; overdue first, then by due day. It is shown to nobody else (R11).
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/worktime/due_day.h"
#include "server/worktime/holiday_rows.h"
#include "server/view/todo_rows.h"

static bool may(const struct call *call, Okr__Role role)
{
    return call->actor.rights & ROLE_BIT(role);
}

static char *day_text(struct call *call, int32_t day)
{
    char text[DATE_SIZE];
    date_format(day, text);
    return call_printf(call, "%s", text);
}

static void get_todo_answer(struct call *call)
{
    const char *today = day_text(call, call_today(call));
    Okr__Todo *todo = NEW(call, Okr__Todo, OKR__TODO__INIT);
    const int *unknown = call->state;
    todo->handle = call_printf(call, "%s", call->actor.handle);
    if (*unknown)
        SET(todo, year_without_holidays, *unknown);
    todo->n_items = todo_list(call, asked_only(call), &todo->items);
    for (size_t i = 0; i < todo->n_items; i++)
        if (todo->items[i]->due)
            SET(todo->items[i], overdue, strcmp(todo->items[i]->due, today) < 0);
    call_reply(call, &todo->base);
}

// A holiday moves the Monday review (R34).
static void get_todo_items(struct call *call)
{
    size_t n_holidays;
    int32_t *holidays = holidays_days(call, asked_only(call), &n_holidays);
    int32_t today = call_today(call);
    struct todo_question question = {
        .dev_lead = may(call, OKR__ROLE__ROLE_DEV_LEAD),
        .program_manager = may(call, OKR__ROLE__ROLE_PROGRAM_MANAGER),
        .pl = may(call, OKR__ROLE__ROLE_PL),
        .pdm = may(call, OKR__ROLE__ROLE_PDM),
        .bi = may(call, OKR__ROLE__ROLE_BI_ENGINEER),
        .today = today,
        .monday = week_of(today),
        .monday_due = monday_due_day(week_of(today), holidays, n_holidays),
        .due_day = call->settings->weekly_due_day,
    };
    for (int i = 0; i < TODO_MONTHS; i++) {
        question.months[i] = day_text(call, month_of(today, i - 1));
        question.ends_at[i] = local_to_us(month_of(today, i), 0);
    }
    int *unknown = NEW_ARRAY(call, int, 1);
    *unknown = year_without_holidays(question.monday, question.monday_due, holidays, n_holidays);
    call->state = unknown;
    todo_ask(call, &question);
    call->then = get_todo_answer;
}

static void get_todo(struct call *call, const Okr__GetTodoRequest *request)
{
    (void)request;
    int32_t monday = week_of(call_today(call));
    holidays_ask(call, years_first_day(monday), years_last_day(monday + DUE_HOLIDAY_DAYS));
    call->then = get_todo_items;
}

HANDLER(insight_get_todo, get_todo);
