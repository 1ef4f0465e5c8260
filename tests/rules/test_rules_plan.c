// The rules of plan versions over a real okrd (R28): what is published is kept and never changes,
// and readers see the old plan or the new one, whatever happens to an upload. Each test has a plan
// of its own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/plan_fixture.h"

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    okrd_member(server, "pm2", "program-manager", NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = okrd_stop(server);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

static const struct plan_row two[] = {
    {1, PLAN_NO_PARENT, "Build", 0, 0, false, false},
    {2, 1, "Walls", 480, 50, false, false},
};
static const struct plan_row three[] = {
    {1, PLAN_NO_PARENT, "Build", 0, 0, false, false},
    {2, 1, "Brick walls", 600, 60, false, false},
    {3, 1, "Roof", 240, 0, false, false},
};

static size_t count_versions(const char *source)
{
    Okr__ListVersionsRequest request = OKR__LIST_VERSIONS_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    const Okr__VersionList *list = must(server, "eve", RPC_PLAN_LIST_VERSIONS, &request);
    return list->n_versions;
}

// ---- versions are kept ------------------------------------------------------------------------

// Broken when a later version takes the place of an earlier one, or its rows show through it.
static void r28_every_published_version_is_kept(void **state)
{
    (void)state;
    assert_int_equal(plan_push(server, "kept", two, 2)->number, 1);
    const Okr__PlanVersion *second = plan_push(server, "kept", three, 3);
    assert_int_equal(second->number, 2);
    assert_string_equal(second->published_by, "pm");
    assert_null(second->agent);
    assert_int_equal(strncmp(second->published_at, "2021-02-08T01:", 14), 0);
    assert_int_equal(count_versions("kept"), 2);

    assert_int_equal(plan_version(server, "kept", 0)->number, 2);
    assert_int_equal(plan_version(server, "kept", 1)->totals->tasks, 2);
    const Okr__PlanTaskList *old = plan_tasks(server, "kept", 1, 0, false);
    assert_string_equal(plan_uids(old), "1 2");
    assert_string_equal(plan_task(old, 2)->name, "Walls");
    assert_true(plan_task(old, 2)->work == 480);
    const Okr__PlanTaskList *now = plan_tasks(server, "kept", 0, 0, false);
    assert_string_equal(plan_uids(now), "1 2 3");
    assert_string_equal(plan_task(now, 2)->name, "Brick walls");
}

// Broken when anybody, with the server's own database rights, can change or drop what is published.
static void r28_a_published_version_is_immutable(void **state)
{
    (void)state;
    const Okr__PlanVersion *version = plan_push(server, "stone", two, 2);
    static const char *const attempts[] = {
        "UPDATE plan_version SET file_name = 'x' WHERE id = $1::bigint",
        "UPDATE plan_version SET number = NULL, published_at = NULL WHERE id = $1::bigint",
        "DELETE FROM plan_version WHERE id = $1::bigint",
        "DELETE FROM plan_task WHERE version_id = $1::bigint",
        "UPDATE plan_task SET body = '{}' WHERE version_id = $1::bigint",
    };
    char id[32];
    snprintf(id, sizeof id, "%lld", (long long)version->id);
    const char *values[] = {id};
    PGconn *database = okrd_database(server, OKRD_APP);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        PGresult *result = PQexecParams(database, attempts[i], 1, NULL, values, NULL, NULL, 0);
        const char *why = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        if (!why || strcmp(why, "42501") != 0)
            fail_msg("%s: %s", attempts[i], why ? why : "was carried out");
        PQclear(result);
    }
    PQfinish(database);
    assert_string_equal(plan_uids(plan_tasks(server, "stone", 0, 0, false)), "1 2");
}

// Broken when the same content makes a version more, or other content none.
static void r28_unchanged_content_makes_no_version(void **state)
{
    (void)state;
    Okr__BeginPushRequest *announced = plan_announce("same", 2, 0);
    const Okr__BeginPushReply *first = must(server, "pm", RPC_PLAN_BEGIN_PUSH, announced);
    assert_false(first->unchanged);
    assert_null(first->current);
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(first->upload_id, 1, two, 2));
    Okr__PublishRequest publish = plan_publication(first->upload_id);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);

    const Okr__BeginPushReply *again = must(server, "pm", RPC_PLAN_BEGIN_PUSH, announced);
    assert_true(again->unchanged);
    assert_false(again->has_upload_id);
    assert_int_equal(again->current->number, 1);
    const Okr__BeginPushReply *other =
        must(server, "pm", RPC_PLAN_BEGIN_PUSH, plan_announce("same", 2, 0));
    assert_false(other->unchanged);
    assert_true(other->has_upload_id);
}

// ---- readers see the old plan or the new one --------------------------------------------------

// Broken when an upload shows before it is published, in part or as a version.
static void r28_an_upload_is_read_by_nobody(void **state)
{
    (void)state;
    int64_t first = plan_upload(server, "pm", "quiet", two, 2);
    Okr__GetVersionRequest get = OKR__GET_VERSION_REQUEST__INIT;
    get.source = (char *)(uintptr_t) "quiet";
    refused(server, "eve", RPC_PLAN_GET_VERSION, &get, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
    assert_int_equal(count_versions("quiet"), 0);
    Okr__PublishRequest publish = plan_publication(first);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);

    publish = plan_publication(plan_upload(server, "pm", "quiet", three, 3));
    assert_int_equal(plan_version(server, "quiet", 0)->number, 1);
    assert_string_equal(plan_uids(plan_tasks(server, "quiet", 0, 0, false)), "1 2");
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    assert_string_equal(plan_uids(plan_tasks(server, "quiet", 0, 0, false)), "1 2 3");
}

// Broken when a push that lost the race overwrites the winner without being told.
static void r28_a_push_on_an_older_base_is_stale(void **state)
{
    (void)state;
    plan_push(server, "race", two, 2);
    Okr__PublishRequest slow = plan_publication(plan_upload(server, "pm", "race", two, 2));
    Okr__PublishRequest fast = plan_publication(plan_upload(server, "pm2", "race", three, 3));
    must(server, "pm2", RPC_PLAN_PUBLISH, &fast);
    const Okr__Status *status = refused(server, "pm", RPC_PLAN_PUBLISH, &slow,
                                        OKR__CODE__CODE_ABORTED, OKR__REASON__REASON_STALE_BASE);
    assert_string_equal(first_arg(status), "2");
    assert_int_equal(count_versions("race"), 2);
    assert_string_equal(plan_uids(plan_tasks(server, "race", 0, 0, false)), "1 2 3");
}

// Broken when a failed publish leaves a trace: a version, other rows, or a revision.
static void r28_what_does_not_add_up_is_not_published(void **state)
{
    (void)state;
    plan_push(server, "sums", two, 2);
    int64_t upload = plan_begin(server, "pm", "sums", 3, 0);
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 1, three, 2));
    Okr__PublishRequest publish = plan_publication(upload);
    Okr__Code code = OKR__CODE__CODE_FAILED_PRECONDITION;
    Okr__Reason reason = OKR__REASON__REASON_UPLOAD_INCOMPLETE;
    const Okr__Status *status = refused(server, "pm", RPC_PLAN_PUBLISH, &publish, code, reason);
    assert_string_equal(first_arg(status), "tasks");

    Okr__BeginPushRequest *announced = plan_announce("sums", 3, 0);
    announced->totals->has_leaf_task_work = true;
    announced->totals->leaf_task_work = 840.02; // 600 + 240, and a bit more than is forgiven
    const Okr__BeginPushReply *begun = must(server, "pm", RPC_PLAN_BEGIN_PUSH, announced);
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(begun->upload_id, 1, three, 3));
    publish = plan_publication(begun->upload_id);
    status = refused(server, "pm", RPC_PLAN_PUBLISH, &publish, code, reason);
    assert_string_equal(first_arg(status), "leaf_task_work");

    // More than was announced is refused at once.
    upload = plan_begin(server, "pm", "sums", 2, 0);
    status =
        refused(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 1, three, 3), code, reason);
    assert_string_equal(first_arg(status), "tasks");
    assert_int_equal(count_versions("sums"), 1);
    assert_string_equal(plan_task(plan_tasks(server, "sums", 0, 0, false), 2)->name, "Walls");
}

// ---- an upload --------------------------------------------------------------------------------

// Broken when a chunk is taken twice (a retry), or before the one that it follows.
static void r28_chunks_are_taken_once_and_in_order(void **state)
{
    (void)state;
    int64_t upload = plan_begin(server, "pm", "chunks", 3, 0);
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 2, three, 1),
                OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_UPLOAD_OUT_OF_ORDER);
    assert_string_equal(first_arg(status), "1");
    for (int i = 0; i < 2; i++) {
        const Okr__PushChunkReply *reply =
            must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 1, three, 1));
        assert_int_equal(reply->next_sequence, 2);
    }
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 2, three + 1, 2));
    Okr__PublishRequest publish = plan_publication(upload);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    const Okr__PlanTaskList *list = plan_tasks(server, "chunks", 0, 0, false);
    assert_string_equal(plan_uids(list), "1 2 3");
    assert_int_equal(plan_task(list, 3)->position, 2);
}

// Broken when an upload can be used after it ended, or by somebody else.
static void r28_an_upload_ends_and_is_its_owners(void **state)
{
    (void)state;
    Okr__Code gone = OKR__CODE__CODE_NOT_FOUND;
    Okr__Reason why = OKR__REASON__REASON_UPLOAD_GONE;
    int64_t upload = plan_upload(server, "pm", "owner", two, 2);
    Okr__PublishRequest publish = plan_publication(upload);
    Okr__AbortPushRequest abort = OKR__ABORT_PUSH_REQUEST__INIT;
    abort.has_upload_id = true;
    abort.upload_id = upload;
    refused(server, "pm2", RPC_PLAN_PUBLISH, &publish, gone, why);
    refused(server, "pm2", RPC_PLAN_ABORT_PUSH, &abort, gone, why);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    refused(server, "pm", RPC_PLAN_PUBLISH, &publish, gone, why);
    refused(server, "pm", RPC_PLAN_ABORT_PUSH, &abort, gone, why);
    refused(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 2, two, 1), gone, why);
    assert_int_equal(count_versions("owner"), 1);

    abort.upload_id = plan_upload(server, "pm", "owner", three, 3);
    must(server, "pm", RPC_PLAN_ABORT_PUSH, &abort);
    publish = plan_publication(abort.upload_id);
    refused(server, "pm", RPC_PLAN_PUBLISH, &publish, gone, why);
}

static long count_uploads(const char *source)
{
    const char *values[] = {source};
    PGconn *database = okrd_database(server, OKRD_APP);
    PGresult *result = PQexecParams(database,
                                    "SELECT count(*) FROM plan_version v JOIN plan_source s "
                                    "ON s.id = v.source_id WHERE s.name = $1 AND number IS NULL",
                                    1, NULL, values, NULL, NULL, 0);
    long n = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(database);
    return n;
}

// Broken when uploads that nobody finishes pile up, or when sweeping them takes one that is in use.
static void r28_abandoned_uploads_are_swept(void **state)
{
    (void)state;
    int64_t others = plan_upload(server, "pm2", "swept", two, 2);
    for (int i = 0; i < 8; i++)
        plan_begin(server, "pm", "swept", 2, 0);
    int64_t last = plan_upload(server, "pm", "swept", two, 2);
    assert_int_equal(count_uploads("swept"), 1 + 4);
    Okr__PublishRequest publish = plan_publication(last);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    publish = plan_publication(others);
    refused(server, "pm2", RPC_PLAN_PUBLISH, &publish, OKR__CODE__CODE_ABORTED,
            OKR__REASON__REASON_STALE_BASE);
}

// Broken when a version does not name the revision that published it.
static void r28_a_version_names_its_revision(void **state)
{
    (void)state;
    Okr__PublishRequest publish = plan_publication(plan_upload(server, "pm", "rev", two, 2));
    struct rpc_result result;
    assert_int_equal(okrd_call(server, "pm", RPC_PLAN_PUBLISH, &publish, &result),
                     OKR__CODE__CODE_OK);
    const Okr__PlanVersion *version = (const Okr__PlanVersion *)result.reply;
    assert_int_equal(version->revision, result.revision);
    rpc_result_clear(&result);
}

// Broken when what a client claims for the server's own fields is kept.
static void r28_the_servers_own_fields_are_not_the_clients(void **state)
{
    (void)state;
    int64_t upload = plan_begin(server, "pm", "claims", 2, 0);
    Okr__PushChunkRequest *chunk = plan_chunk(upload, 1, two, 2);
    Okr__PlanTask *leaf = chunk->tasks[1];
    leaf->has_project_id = leaf->has_bound_here = leaf->has_position = true;
    leaf->project_id = 77;
    leaf->bound_here = true;
    leaf->position = 5;
    leaf->has_has_children = leaf->has_children = true;
    int64_t resource = 9;
    leaf->n_resource_uids = 1;
    leaf->resource_uids = &resource;
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk);
    Okr__PublishRequest publish = plan_publication(upload);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    const Okr__PlanTaskList *list = plan_tasks(server, "claims", 0, 0, false);
    const Okr__PlanTask *task = plan_task(list, 2);
    assert_false(task->has_project_id);
    assert_false(task->bound_here);
    assert_int_equal(task->position, 1);
    assert_false(task->has_children);
    assert_int_equal(task->n_resource_uids, 0);
    assert_true(plan_task(list, 1)->has_children);
}

static void refuse_task(const Okr__PlanTask *task, const char *field)
{
    int64_t upload = plan_begin(server, "pm", "values", 1, 0);
    Okr__PushChunkRequest *chunk = plan_chunk(upload, 1, two, 1);
    Okr__PlanTask *list[] = {(Okr__PlanTask *)(uintptr_t)task};
    chunk->tasks = list;
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk, OKR__CODE__CODE_INVALID_ARGUMENT,
                OKR__REASON__REASON_BAD_VALUE);
    assert_string_equal(first_field(status), field);
}

// Broken when a value gets in that no sum or comparison can bear.
static void r28_values_that_poison_sums_are_refused(void **state)
{
    (void)state;
    Okr__PlanTask task = OKR__PLAN_TASK__INIT;
    task.has_work = true;
    task.work = __builtin_nan("");
    refuse_task(&task, "tasks[0].work");
    task.work = 1e300;
    refuse_task(&task, "tasks[0].work");
    task.work = 60;
    task.finish = (char *)(uintptr_t) "zzzz";
    refuse_task(&task, "tasks[0].finish");
    task.finish = (char *)(uintptr_t) "2021-02-30T17:00:00";
    refuse_task(&task, "tasks[0].finish");
    task.finish = NULL;
    Okr__PlanBaseline baseline = OKR__PLAN_BASELINE__INIT;
    Okr__PlanBaseline *baselines[] = {&baseline};
    baseline.has_cost = true;
    baseline.cost = __builtin_inf();
    task.n_baselines = 1;
    task.baselines = baselines;
    refuse_task(&task, "tasks[0].baselines[0].cost");
}

// Broken when a file whose parents go round in a circle, or whose UIDs repeat or are missing,
// cannot be published, or keeps the server busy for ever.
static void r28_odd_trees_are_borne(void **state)
{
    (void)state;
    static const struct plan_row odd[] = {
        {1, 2, "Chases its tail", 10, 0, false, false},
        {2, 1, "And this one", 10, 0, false, false},
        {3, 3, "Its own parent", 10, 0, false, false},
        {5, PLAN_NO_PARENT, "First five", 10, 0, false, false},
        {5, PLAN_NO_PARENT, "Second five", 20, 0, false, false},
        {6, 5, "Below five", 40, 0, false, false},
        {PLAN_NO_UID, PLAN_NO_PARENT, "Nameless", 80, 0, false, false},
        {7, 99, "Below nobody", 160, 150, false, false},
        {8, PLAN_NO_PARENT, "Blank", 320, 0, true, false},
    };
    plan_push(server, "odd", odd, sizeof odd / sizeof *odd);
    const Okr__PlanTaskList *list = plan_tasks(server, "odd", 0, 0, false);
    assert_string_equal(plan_uids(list), "1 2 3 5 5 6 - 7 8");
    assert_string_equal(plan_uids(plan_tasks(server, "odd", 0, 0, true)), "6 - 7");
    plan_push(server, "odd", two, 2);
    assert_string_equal(plan_uids(plan_tasks(server, "odd", 1, 0, true)), "6 - 7");
}

// Broken when a page leaves rows out, shows them twice, or says wrongly that there are more.
static void r28_tasks_are_listed_page_by_page(void **state)
{
    (void)state;
    plan_push(server, "pages", three, 3);
    Okr__ListPlanTasksRequest request = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    request.source = (char *)(uintptr_t) "pages";
    request.has_limit = true;
    request.limit = 2;
    const Okr__PlanTaskList *page = must(server, "eve", RPC_PLAN_LIST_PLAN_TASKS, &request);
    assert_string_equal(plan_uids(page), "1 2");
    assert_true(page->more);
    request.has_after_position = true;
    request.after_position = page->tasks[1]->position;
    page = must(server, "eve", RPC_PLAN_LIST_PLAN_TASKS, &request);
    assert_string_equal(plan_uids(page), "3");
    assert_false(page->more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r28_every_published_version_is_kept, clear),
        cmocka_unit_test_teardown(r28_a_published_version_is_immutable, clear),
        cmocka_unit_test_teardown(r28_unchanged_content_makes_no_version, clear),
        cmocka_unit_test_teardown(r28_an_upload_is_read_by_nobody, clear),
        cmocka_unit_test_teardown(r28_a_push_on_an_older_base_is_stale, clear),
        cmocka_unit_test_teardown(r28_what_does_not_add_up_is_not_published, clear),
        cmocka_unit_test_teardown(r28_chunks_are_taken_once_and_in_order, clear),
        cmocka_unit_test_teardown(r28_an_upload_ends_and_is_its_owners, clear),
        cmocka_unit_test_teardown(r28_abandoned_uploads_are_swept, clear),
        cmocka_unit_test_teardown(r28_a_version_names_its_revision, clear),
        cmocka_unit_test_teardown(r28_the_servers_own_fields_are_not_the_clients, clear),
        cmocka_unit_test_teardown(r28_values_that_poison_sums_are_refused, clear),
        cmocka_unit_test_teardown(r28_odd_trees_are_borne, clear),
        cmocka_unit_test_teardown(r28_tasks_are_listed_page_by_page, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
