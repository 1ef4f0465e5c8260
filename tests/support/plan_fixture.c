// Plans made through the contract: see plan_fixture.h.
#include "tests/support/plan_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { GUID_SIZE = 48 };

Okr__BeginPushRequest *plan_announce(const char *source, size_t n_tasks, size_t n_people)
{
    static int number;
    static char hash[65];
    static Okr__PlanTotals totals;
    static Okr__BeginPushRequest request;
    snprintf(hash, sizeof hash, "%064x", 0x100000 + ++number);
    okr__plan_totals__init(&totals);
    totals.has_tasks = totals.has_resources = totals.has_assignments = totals.has_calendars = true;
    totals.tasks = (int64_t)n_tasks;
    totals.resources = (int64_t)n_people;
    okr__begin_push_request__init(&request);
    request.source = (char *)(uintptr_t)source;
    request.file_name = (char *)(uintptr_t) "plan.xml";
    request.content_hash = hash;
    request.totals = &totals;
    return &request;
}

int64_t plan_begin(struct okrd *okrd, const char *who, const char *source, size_t n_tasks,
                   size_t n_people)
{
    const Okr__BeginPushReply *reply =
        must(okrd, who, RPC_PLAN_BEGIN_PUSH, plan_announce(source, n_tasks, n_people));
    assert_true(reply->has_upload_id);
    return reply->upload_id;
}

static void fill_task(Okr__PlanTask *task, const struct plan_row *row, char guid[GUID_SIZE])
{
    okr__plan_task__init(task);
    task->has_uid = row->uid != PLAN_NO_UID;
    task->uid = row->uid;
    if (row->uid > PLAN_NEW_GUID) {
        task->uid = row->uid - PLAN_NEW_GUID;
    } else if (task->has_uid) { // as MS Project has them: a task keeps its own
        snprintf(guid, GUID_SIZE, "00000000-0000-0000-0000-%012lld", (long long)row->uid);
        task->guid = guid;
    }
    task->has_parent_uid = row->parent != PLAN_NO_PARENT;
    task->parent_uid = row->parent;
    task->name = (char *)(uintptr_t)row->name;
    task->has_work = task->has_percent_complete = true;
    task->work = row->work;
    task->percent_complete = row->percent;
    task->has_null = task->null = row->blank;
    task->has_active = row->inactive;
    task->active = false;
}

Okr__PushChunkRequest *plan_chunk(int64_t upload, int64_t sequence, const struct plan_row *rows,
                                  size_t n)
{
    static Okr__PlanTask tasks[PLAN_ROWS_MOST], *list[PLAN_ROWS_MOST];
    static char guids[PLAN_ROWS_MOST][GUID_SIZE];
    static Okr__PushChunkRequest chunk;
    assert_true(n <= PLAN_ROWS_MOST);
    for (size_t i = 0; i < n; i++) {
        fill_task(&tasks[i], &rows[i], guids[i]);
        list[i] = &tasks[i];
    }
    okr__push_chunk_request__init(&chunk);
    chunk.has_upload_id = chunk.has_sequence = true;
    chunk.upload_id = upload;
    chunk.sequence = sequence;
    chunk.tasks = list;
    chunk.n_tasks = n;
    return &chunk;
}

Okr__PublishRequest plan_publication(int64_t upload)
{
    Okr__PublishRequest request = OKR__PUBLISH_REQUEST__INIT;
    request.has_upload_id = true;
    request.upload_id = upload;
    return request;
}

int64_t plan_upload(struct okrd *okrd, const char *who, const char *source,
                    const struct plan_row *rows, size_t n)
{
    int64_t upload = plan_begin(okrd, who, source, n, 0);
    must(okrd, who, RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 1, rows, n));
    return upload;
}

const Okr__PlanVersion *plan_push(struct okrd *okrd, const char *source,
                                  const struct plan_row *rows, size_t n)
{
    Okr__PublishRequest publish = plan_publication(plan_upload(okrd, "pm", source, rows, n));
    return must(okrd, "pm", RPC_PLAN_PUBLISH, &publish);
}

const Okr__PlanVersion *plan_push_people(struct okrd *okrd, const char *source,
                                         const struct plan_person *people, size_t n)
{
    Okr__PlanResource resources[PLAN_ROWS_MOST], *list[PLAN_ROWS_MOST];
    assert_true(n <= PLAN_ROWS_MOST);
    for (size_t i = 0; i < n; i++) {
        list[i] = &resources[i];
        okr__plan_resource__init(list[i]);
        list[i]->has_uid = true;
        list[i]->uid = people[i].uid;
        list[i]->name = (char *)(uintptr_t)people[i].name;
        list[i]->email = (char *)(uintptr_t)people[i].email;
    }
    int64_t upload = plan_begin(okrd, "pm", source, 0, n);
    Okr__PushChunkRequest *chunk = plan_chunk(upload, 1, NULL, 0);
    chunk->resources = list;
    chunk->n_resources = n;
    must(okrd, "pm", RPC_PLAN_PUSH_CHUNK, chunk);
    Okr__PublishRequest publish = plan_publication(upload);
    return must(okrd, "pm", RPC_PLAN_PUBLISH, &publish);
}

const Okr__PlanVersion *plan_version(struct okrd *okrd, const char *source, int64_t number)
{
    Okr__GetVersionRequest request = OKR__GET_VERSION_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_number = number != 0;
    request.number = number;
    return must(okrd, "eve", RPC_PLAN_GET_VERSION, &request);
}

const Okr__PlanTaskList *plan_tasks(struct okrd *okrd, const char *source, int64_t number,
                                    int64_t project, bool unbound)
{
    Okr__ListPlanTasksRequest request = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_number = number != 0;
    request.number = number;
    request.has_project_id = project != 0;
    request.project_id = project;
    request.has_unbound = request.unbound = unbound;
    return must(okrd, "eve", RPC_PLAN_LIST_PLAN_TASKS, &request);
}

const Okr__PlanTask *plan_task(const Okr__PlanTaskList *list, int64_t uid)
{
    for (size_t i = 0; i < list->n_tasks; i++)
        if (list->tasks[i]->has_uid && list->tasks[i]->uid == uid)
            return list->tasks[i];
    fail_msg("no task with UID %lld", (long long)uid);
    return NULL;
}

const char *plan_uids(const Okr__PlanTaskList *list)
{
    static char text[1024];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < list->n_tasks && at < sizeof text - 32; i++) {
        const Okr__PlanTask *task = list->tasks[i];
        const char *gap = i > 0 ? " " : "";
        if (task->has_uid)
            at += (size_t)snprintf(text + at, 32, "%s%lld", gap, (long long)task->uid);
        else
            at += (size_t)snprintf(text + at, 32, "%s-", gap);
    }
    return text;
}
