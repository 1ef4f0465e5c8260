// One's own work (R5): the plan tasks and weekly goals of the caller, in the order of the rank that
// each inherits from its KR and project. The first one is what to do next. It shows nobody else's
// work, and no figure about the person (R11).
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/week/goal_rows.h"
#include "server/view/my_work_rows.h"

struct ranked_item {
    struct inherited_rank rank;
    Okr__WorkItem *item;
    size_t sequence; // as read: source and row of the plan, then goals by position
};

struct my_work {
    struct asked tasks, projects, goals;
    int32_t monday;
    char week[12];  // "2021-W07"
    char today[12]; // "2021-02-15"
    struct ranked_item *items;
    size_t n_items;
};

// Without a KR comes last.
static int32_t or_last(bool has, int32_t rank)
{
    return has ? rank : INT32_MAX;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

// "2021-02-19T17:00:00" sorts as time does; without a finish comes last.
static int order_finish(const char *a, const char *b)
{
    if (!a || !b)
        return !a - !b;
    return strcmp(a, b);
}

static int order_items(const void *left, const void *right)
{
    const struct ranked_item *x = left, *y = right;
    const struct inherited_rank *a = &x->rank, *b = &y->rank;
    const int steps[] = {
        order(!a->has_project_id, !b->has_project_id),
        order(a->kind, b->kind),
        order(a->quarter_day, b->quarter_day),
        order(or_last(a->has_objective_rank, a->objective_rank),
              or_last(b->has_objective_rank, b->objective_rank)),
        order(or_last(a->has_kr_rank, a->kr_rank), or_last(b->has_kr_rank, b->kr_rank)),
        order(a->project_rank, b->project_rank),
        order(a->project_id, b->project_id),
        order_finish(x->item->finish, y->item->finish),
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i])
            return steps[i];
    return order((int64_t)x->sequence, (int64_t)y->sequence);
}

static void add_item(struct my_work *work, const struct inherited_rank *rank, Okr__WorkItem *item)
{
    work->items[work->n_items] = (struct ranked_item){*rank, item, work->n_items};
    work->n_items++;
}

static void add_tasks(struct call *call, struct my_work *work)
{
    for (struct row row = asked_begin(call, work->tasks); row_next(&row);) {
        struct inherited_rank rank;
        Okr__WorkItem *item = my_work_task_row(call, &row, &rank);
        if (item->finish)
            SET(item, late, strncmp(item->finish, work->today, strlen(work->today)) < 0);
        add_item(work, &rank, item);
    }
}

static bool same_task(const Okr__Goal *goal, const Okr__WorkItem *item)
{
    return goal->source && item->source && strcmp(goal->source, item->source) == 0 &&
           goal->task_uid == item->task_uid;
}

// Names the goal on the items of the tasks that it serves. True when its project has any task here.
static bool name_goal(struct my_work *work, size_t n_tasks, const Okr__Goal *goal)
{
    bool has_task = false;
    for (size_t i = 0; i < n_tasks; i++) {
        Okr__WorkItem *item = work->items[i].item;
        if (!item->has_project_id || item->project_id != goal->project_id)
            continue;
        has_task = true;
        if (same_task(goal, item) && !item->has_goal_id) {
            SET(item, goal_id, goal->id);
            item->goal_text = goal->text;
        }
    }
    return has_task;
}

static Okr__WorkItem *goal_item(struct call *call, const Okr__Project *project,
                                const struct inherited_rank *rank, const Okr__Goal *goal)
{
    Okr__WorkItem *item = NEW(call, Okr__WorkItem, OKR__WORK_ITEM__INIT);
    SET(item, project_id, project->id);
    item->project_name = project->name;
    SET(item, kind, project->kind);
    if (rank->kr_id)
        SET(item, kr_id, rank->kr_id);
    item->kr_text = rank->kr_text;
    SET(item, goal_id, goal->id);
    item->goal_text = goal->text;
    return item;
}

// A goal that has its result is nothing to do any more; it stays in the list of goals.
static void add_projects(struct call *call, struct my_work *work, Okr__MyWork *reply)
{
    size_t n_tasks = work->n_items;
    reply->projects = NEW_ARRAY(call, Okr__Project *, (size_t)asked_count(call, work->projects));
    reply->goals = NEW_ARRAY(call, Okr__Goal *, (size_t)asked_count(call, work->goals));
    for (struct row row = asked_begin(call, work->projects); row_next(&row);) {
        struct inherited_rank rank;
        Okr__Project *project = my_work_project_row(call, &row, &rank);
        reply->projects[reply->n_projects++] = project;
        Okr__Goal **goals;
        size_t n = goal_rows(call, work->goals, project->id, work->week, false, &goals);
        for (size_t g = 0; g < n; g++) {
            reply->goals[reply->n_goals++] = goals[g];
            bool has_task = name_goal(work, n_tasks, goals[g]);
            if (!has_task && !goals[g]->has_result)
                add_item(work, &rank, goal_item(call, project, &rank, goals[g]));
        }
    }
}

static void get_my_work_answer(struct call *call)
{
    struct my_work *work = call->state;
    Okr__MyWork *reply = NEW(call, Okr__MyWork, OKR__MY_WORK__INIT);
    reply->handle = call_printf(call, "%s", call->actor.handle);
    reply->week = call_printf(call, "%s", work->week);
    int most = asked_count(call, work->tasks) + asked_count(call, work->goals);
    work->items = NEW_ARRAY(call, struct ranked_item, (size_t)most);
    add_tasks(call, work);
    add_projects(call, work, reply);
    qsort(work->items, work->n_items, sizeof *work->items, order_items);
    reply->items = NEW_ARRAY(call, Okr__WorkItem *, work->n_items);
    for (size_t i = 0; i < work->n_items; i++)
        reply->items[i] = work->items[i].item;
    reply->n_items = work->n_items;
    call_reply(call, &reply->base);
}

static void get_my_work(struct call *call, const Okr__GetMyWorkRequest *request)
{
    struct my_work *work = NEW_ARRAY(call, struct my_work, 1);
    work->monday = field_week(call, request->week);
    char *before = NEW_ARRAY(call, char, DATE_SIZE);
    date_format(work->monday + 7, before);
    week_format(work->monday, work->week);
    date_format(call_today(call), work->today);
    call->state = work;
    work->tasks = my_work_tasks_ask(call, request->all ? NULL : before);
    work->projects = my_work_projects_ask(call);
    work->goals = my_work_goals_ask(call, work->monday);
    call->then = get_my_work_answer;
}

HANDLER(board_get_my_work, get_my_work);
