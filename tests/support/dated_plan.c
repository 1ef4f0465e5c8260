// Plans with dates, made through the contract: see dated_plan.h.
#include "tests/support/dated_plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#define TEXT(text) ((char *)(uintptr_t)(text))

enum { DATED_MOST = 8, PEOPLE = 2, GUID_SIZE = 40 };

struct parts {
    Okr__PlanTask tasks[DATED_MOST], *task_list[DATED_MOST];
    Okr__PlanBaseline baselines[DATED_MOST], *baseline_list[DATED_MOST];
    Okr__PlanAssignment assignments[DATED_MOST], *assignment_list[DATED_MOST];
    Okr__PlanResource people[PEOPLE], *people_list[PEOPLE];
    char guids[DATED_MOST][GUID_SIZE]; // as MS Project has them: a task keeps its own
    size_t n_assignments;
};

static void add_baseline(struct parts *parts, size_t i, const struct dated_task *row)
{
    Okr__PlanBaseline *baseline = parts->baseline_list[i] = &parts->baselines[i];
    okr__plan_baseline__init(baseline);
    baseline->has_number = baseline->has_work = baseline->has_duration = true;
    baseline->number = 0;
    baseline->start = TEXT(row->baseline_start);
    baseline->finish = TEXT(row->baseline_finish);
    baseline->work = baseline->duration = row->work;
    parts->tasks[i].n_baselines = 1;
    parts->tasks[i].baselines = &parts->baseline_list[i];
}

static void add_assignment(struct parts *parts, const struct dated_task *row)
{
    size_t i = parts->n_assignments++;
    Okr__PlanAssignment *assignment = parts->assignment_list[i] = &parts->assignments[i];
    okr__plan_assignment__init(assignment);
    assignment->has_uid = assignment->has_task_uid = assignment->has_resource_uid = true;
    assignment->uid = (int64_t)i + 1;
    assignment->task_uid = row->uid;
    assignment->resource_uid = row->resource;
    assignment->has_work = true;
    assignment->work = row->work;
    assignment->start = TEXT(row->start);
    assignment->finish = TEXT(row->finish);
}

static void add_task(struct parts *parts, size_t i, const struct dated_task *row)
{
    Okr__PlanTask *task = parts->task_list[i] = &parts->tasks[i];
    okr__plan_task__init(task);
    task->has_uid = task->has_work = task->has_duration = task->has_percent_complete = true;
    task->uid = row->uid;
    snprintf(parts->guids[i], GUID_SIZE, "00000000-0000-0000-0000-%012lld", (long long)row->uid);
    task->guid = parts->guids[i];
    task->has_parent_uid = row->parent != PLAN_NO_PARENT;
    task->parent_uid = row->parent;
    task->name = TEXT(row->name);
    task->start = TEXT(row->start);
    task->finish = TEXT(row->finish);
    task->work = task->duration = row->work;
    task->percent_complete = row->percent;
    if (row->baseline_start)
        add_baseline(parts, i, row);
    if (row->resource)
        add_assignment(parts, row);
}

static void add_people(struct parts *parts)
{
    static const char *const names[PEOPLE] = {"Ann", "Bob"};
    for (int64_t i = 0; i < PEOPLE; i++) {
        Okr__PlanResource *person = parts->people_list[i] = &parts->people[i];
        okr__plan_resource__init(person);
        person->has_uid = true;
        person->uid = i + 1;
        person->name = TEXT(names[i]);
        person->kind = TEXT("work");
    }
}

const Okr__PlanVersion *dated_publish(struct okrd *okrd, const char *source, const char *status,
                                      const struct dated_task *rows, size_t n)
{
    static struct parts parts;
    Okr__PlanHeader header = OKR__PLAN_HEADER__INIT;
    header.status_date = TEXT(status);
    parts = (struct parts){.n_assignments = 0};
    assert_true(n <= DATED_MOST);
    for (size_t i = 0; i < n; i++)
        add_task(&parts, i, &rows[i]);
    add_people(&parts);
    Okr__BeginPushRequest *begin = plan_announce(source, n, PEOPLE);
    begin->header = &header;
    begin->totals->assignments = (int64_t)parts.n_assignments;
    const Okr__BeginPushReply *begun = must(okrd, "pm", RPC_PLAN_BEGIN_PUSH, begin);
    Okr__PushChunkRequest chunk = OKR__PUSH_CHUNK_REQUEST__INIT;
    chunk.has_upload_id = chunk.has_sequence = true;
    chunk.upload_id = begun->upload_id;
    chunk.sequence = 1;
    chunk.tasks = parts.task_list;
    chunk.n_tasks = n;
    chunk.resources = parts.people_list;
    chunk.n_resources = PEOPLE;
    chunk.assignments = parts.assignment_list;
    chunk.n_assignments = parts.n_assignments;
    must(okrd, "pm", RPC_PLAN_PUSH_CHUNK, &chunk);
    Okr__PublishRequest publication = plan_publication(begun->upload_id);
    return must(okrd, "pm", RPC_PLAN_PUBLISH, &publication);
}
