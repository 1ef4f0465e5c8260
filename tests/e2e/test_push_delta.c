// Pushes of a plan that has changed: only what differs is sent, and what is published is what a
// push of the whole file publishes. And files that had better not be published: old ones, other
// plans.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/plan_row_hash.h"
#include "tests/support/agent_fixture.h"
#include "tests/support/plan_fixture.h"

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    agent_folder_new();
    agent_write("pm", okrd_token(server, "pm"));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    agent_folder_remove();
    server = okrd_stop(server);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

static const struct agent_ran *push(const char *source)
{
    return agent_run(server, "push", agent_path("plan.xml"), "--source", source, "--token-file",
                     agent_path("pm"), NULL);
}

static const struct agent_ran *push_forced(const char *source, const char *reason)
{
    return agent_run(server, "push", agent_path("plan.xml"), "--source", source, "--token-file",
                     agent_path("pm"), "--force", reason, NULL);
}

static void expect(const struct agent_ran *ran, int code, const char *in_out, const char *in_err)
{
    if (ran->code != code || !strstr(ran->out, in_out) || !strstr(ran->err, in_err))
        fail_msg("exit %d, expected %d with \"%s\" and \"%s\"\nout: %s\nerr: %s", ran->code, code,
                 in_out, in_err, ran->out, ran->err);
}

static long number(const char *sql)
{
    PGconn *database = okrd_database(server, OKRD_OWNER);
    PGresult *result = PQexec(database, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(database));
    long n = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(database);
    return n;
}

// ---- a plan that is edited --------------------------------------------------------------------

enum { ROWS_MOST = 400, PEOPLE = 3, EDITS = 25 };

struct row {
    int uid; // 0: a blank row
    int word, hours, level;
};
static struct row rows[ROWS_MOST];
static int n_rows, next_uid, holidays;
static unsigned seed;

static int pick(int below)
{
    seed = seed * 1103515245u + 12345u;
    return (int)(seed >> 16) % below;
}

static struct row new_row(void)
{
    return (struct row){++next_uid, pick(1000), 1 + pick(40), 1 + pick(2)};
}

static void write_rows(FILE *file)
{
    for (int i = 0; i < n_rows; i++) {
        const struct row *row = &rows[i];
        if (row->uid == 0) { // all of them alike, but for the id
            fprintf(file, "<Task><UID>%d</UID><ID>%d</ID><IsNull>1</IsNull></Task>\n", 9000 + i,
                    i + 1);
            continue;
        }
        fprintf(file,
                "<Task><UID>%d</UID><ID>%d</ID>"
                "<GUID>00000000-0000-0000-0000-%012d</GUID><Name>Task %d%s</Name>"
                "<OutlineLevel>%d</OutlineLevel><Work>PT%dH0M0S</Work></Task>\n",
                row->uid, i + 1, row->uid, row->word, row->word % 7 == 0 ? "&#13;of two lines" : "",
                i == 0 ? 1 : row->level, row->hours);
    }
}

static void write_assignments(FILE *file)
{
    for (int i = 0, uid = 1; i < n_rows; i++)
        if (rows[i].uid)
            fprintf(file,
                    "<Assignment><UID>%d</UID><TaskUID>%d</TaskUID><ResourceUID>%d</ResourceUID>"
                    "<Work>PT%dH0M0S</Work></Assignment>\n",
                    uid++, rows[i].uid, 1 + rows[i].uid % PEOPLE, rows[i].hours);
}

static void write_plan(int minute)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    fprintf(file,
            "<Project xmlns=\"http://schemas.microsoft.com/project\">"
            "<LastSaved>2021-02-08T%02d:%02d:00</LastSaved><Calendars><Calendar><UID>1</UID>"
            "<Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><Exceptions>",
            10 + minute / 60, minute % 60);
    for (int i = 0; i < holidays; i++)
        fprintf(file,
                "<Exception><TimePeriod><FromDate>2021-03-%02dT00:00:00</FromDate><ToDate>"
                "2021-03-%02dT23:59:00</ToDate></TimePeriod></Exception>",
                i + 1, i + 1);
    fputs("</Exceptions></Calendar></Calendars><Tasks>\n", file);
    write_rows(file);
    fputs("</Tasks><Resources>", file);
    for (int i = 1; i <= PEOPLE; i++)
        fprintf(file, "<Resource><UID>%d</UID><ID>%d</ID><Name>Person %d</Name></Resource>", i, i,
                i);
    fputs("</Resources><Assignments>", file);
    write_assignments(file);
    fputs("</Assignments></Project>\n", file);
    fclose(file);
    agent_write("plan.xml", text);
    free(text);
}

static void new_plan(unsigned from)
{
    seed = from;
    next_uid = holidays = 0;
    for (n_rows = 0; n_rows < 300; n_rows++)
        rows[n_rows] = new_row();
}

static void insert(int at, struct row row)
{
    memmove(&rows[at + 1], &rows[at], (size_t)(n_rows++ - at) * sizeof *rows);
    rows[at] = row;
}

static struct row take_out(int at)
{
    struct row row = rows[at];
    memmove(&rows[at], &rows[at + 1], (size_t)(--n_rows - at) * sizeof *rows);
    return row;
}

static void edit(void)
{
    int at = pick(n_rows);
    switch (pick(8)) {
    case 0:
        insert(at, new_row());
        break;
    case 1:
        take_out(at);
        break;
    case 2: {
        struct row row = take_out(at);
        insert(pick(n_rows), row);
        break;
    }
    case 3:
        insert(at, (struct row){0});
        break;
    case 4:
        holidays = (holidays + 1) % 20;
        break;
    case 5:
        rows[at].level = 3 - rows[at].level;
        break;
    default:
        rows[at].word = pick(1000);
        rows[at].hours = 1 + pick(40);
    }
}

// ---- what is sent, and what is published ------------------------------------------------------

// Rows of the published versions of "edited" and `whole` that differ in anything.
static long differences(const char *whole)
{
    static const char *const tables[] = {"task", "resource", "assignment", "calendar"};
    long n = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[1024];
        snprintf(sql, sizeof sql,
                 "WITH a AS (SELECT position, body, hash FROM plan_%s WHERE version_id = "
                 " (SELECT published_version FROM plan_source WHERE name = 'edited')), "
                 "b AS (SELECT position, body, hash FROM plan_%s WHERE version_id = "
                 " (SELECT published_version FROM plan_source WHERE name = '%s')) "
                 "SELECT count(*) FROM ((TABLE a EXCEPT TABLE b) "
                 " UNION ALL (TABLE b EXCEPT TABLE a)) d",
                 tables[i], tables[i], whole);
        n += number(sql);
    }
    return n;
}

static void sent_and_kept(const struct agent_ran *ran, long *sent, long *kept)
{
    const char *line = strstr(ran->out, "Rows sent: ");
    if (!line || sscanf(line, "Rows sent: %ld; as they were: %ld.", sent, kept) != 2)
        fail_msg("not said what was sent\nout: %s\nerr: %s", ran->out, ran->err);
}

// Broken when a row that is taken over stands at another place, with another id, or is another row;
// when one that has changed is not sent; when more is sent than has changed.
static void a_push_of_differences_publishes_the_file(void **state)
{
    (void)state;
    new_plan(1);
    write_plan(0);
    expect(push("edited"), 0, "edited: version 1 is published.", "");
    long all_sent = 0, all_kept = 0;
    for (int i = 1; i <= EDITS; i++) {
        char whole[32];
        long sent, kept;
        int edits = 1 + pick(6);
        for (int k = 0; k < edits; k++)
            edit();
        holidays = i % 20; // so that there is always something
        write_plan(i);
        const struct agent_ran *ran = push("edited");
        expect(ran, 0, "is published.", "");
        sent_and_kept(ran, &sent, &kept);
        all_sent += sent;
        all_kept += kept;
        snprintf(whole, sizeof whole, "whole-%d", i);
        expect(push(whole), 0, "version 1 is published.", "");
        if (differences(whole) != 0)
            fail_msg("step %d: %ld rows are not those of the file", i, differences(whole));
    }
    // assignments are numbered through here: a row that comes or goes changes all that follow
    assert_true(all_kept > all_sent);
}

// Broken when rows below a new one are sent again because their number has changed.
static void a_new_row_at_the_top_is_one_row(void **state)
{
    (void)state;
    new_plan(2);
    write_plan(0);
    expect(push("top"), 0, "version 1", "");
    rows[7].hours++;
    write_plan(1);
    const struct agent_ran *ran = push("top");
    expect(ran, 0, "Rows sent: 2; as they were: 602.", ""); // the task, its assignment
    insert(1, (struct row){.uid = 0});
    write_plan(2);
    ran = push("top");
    expect(ran, 0, "Rows sent: 1; as they were: 604.", "");
    assert_int_equal(plan_task(plan_tasks(server, "top", 0, 0, false), rows[300].uid)->id, 301);
}

// Broken when somebody takes over rows that the base has not, and gets a hole or somebody else's.
static void rows_that_are_not_there_cannot_be_kept(void **state)
{
    (void)state;
    static const struct plan_row one[] = {{.uid = 1, .parent = PLAN_NO_PARENT, .name = "One"},
                                          {.uid = 2, .parent = PLAN_NO_PARENT, .name = "Two"}};
    plan_push(server, "holes", one, 2);
    int64_t upload = plan_begin(server, "pm", "holes", 3, 0);
    Okr__PushChunkRequest *chunk = plan_chunk(upload, 1, one, 0);
    Okr__PlanKeptRun run = OKR__PLAN_KEPT_RUN__INIT, *runs[] = {&run};
    run.has_table = run.has_before = run.has_base_position = run.has_count = true;
    run.table = OKR__PLAN_TABLE__PLAN_TABLE_TASKS;
    chunk->n_kept = 1;
    chunk->kept = runs;
    run.base_position = 1;
    run.count = 2;
    refused(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_UPLOAD_INCOMPLETE);
    run.count = 4; // more than was announced
    refused(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_UPLOAD_INCOMPLETE);
    run.count = -1;
    refused(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
    run.count = 1;
    const Okr__PushChunkReply *reply = must(server, "pm", RPC_PLAN_PUSH_CHUNK, chunk);
    assert_int_equal(reply->next_sequence, 2); // the refused ones have left nothing
}

// ---- files that had better not be published ---------------------------------------------------

static int64_t published(const char *source)
{
    return plan_version(server, source, 0)->number;
}

// Broken when an old file takes the place of a newer one, and nobody has said so.
static void an_older_file_needs_a_reason(void **state)
{
    (void)state;
    new_plan(3);
    write_plan(5);
    expect(push("old"), 0, "version 1", "");
    rows[0].hours++;
    write_plan(4);
    const struct agent_ran *ran = push("old");
    expect(ran, 9, "", "2021-02-08T10:04:00 < 2021-02-08T10:05:00");
    expect(ran, 9, "", "--force REASON");
    assert_int_equal(published("old"), 1);
    expect(push_forced("old", "the newer file was a mistake"), 0, "version 2", "");
    assert_string_equal(plan_version(server, "old", 2)->force_reason,
                        "the newer file was a mistake");
    assert_null(plan_version(server, "old", 1)->force_reason);
}

// The same for a file that does not say when it was saved.
static void a_file_that_came_back_needs_a_reason(void **state)
{
    (void)state;
    static const char *const files[] = {
        "<Project><Tasks><Task><UID>1</UID><Name>One</Name></Task></Tasks></Project>",
        "<Project><Tasks><Task><UID>1</UID><Name>Two</Name></Task></Tasks></Project>"};
    agent_write("plan.xml", files[0]);
    expect(push("back"), 0, "version 1", "");
    agent_write("plan.xml", files[1]);
    expect(push("back"), 0, "version 2", "");
    agent_write("plan.xml", files[0]);
    expect(push("back"), 9, "", "what version 1 held");
    assert_int_equal(published("back"), 2);
    expect(push_forced("back", "one was right"), 0, "version 3", "");
}

// Broken when the wrong file of a folder takes a plan's place, or when nobody can put a plan anew.
static void another_plan_needs_a_reason(void **state)
{
    (void)state;
    new_plan(4);
    write_plan(0);
    expect(push("other"), 0, "version 1", "");
    for (int i = 0; i < n_rows; i++)
        rows[i] = new_row();
    write_plan(1);
    expect(push("other"), 9, "", "it looks like another plan");
    assert_int_equal(published("other"), 1);
    expect(push_forced("other", "planned anew"), 0, "version 2", "");
}

// Broken when an agent, or whoever has stolen its token, sets aside what speaks against a file; or
// when `run` does so in somebody's name.
static void an_agent_forces_nothing(void **state)
{
    (void)state;
    new_plan(5);
    write_plan(0);
    expect(push("agents"), 0, "version 1", "");
    agent_delegate(server, "nightly", "agents", NULL);
    rows[0].hours++;
    write_plan(1);
    const struct agent_ran *ran =
        agent_run(server, "push", agent_path("plan.xml"), "--source", "agents", "--token-file",
                  agent_path("token"), "--force", "because", NULL);
    expect(ran, 4, "", "an agent cannot force a plan");
    assert_int_equal(published("agents"), 1);
    ran = agent_run(server, "run", agent_path("plan.xml"), "--force", "because", NULL);
    expect(ran, 2, "", "--force");
    ran = agent_run(server, "push", agent_path("plan.xml"), "--source", "agents", "--token-file",
                    agent_path("pm"), "--force", "", NULL);
    expect(ran, 2, "", "force_reason");
}

// ---- hashes -----------------------------------------------------------------------------------

// Broken when a row counts as changed because of what the server derives or of its number, or as
// unchanged although it says something else.
static void a_row_is_known_by_what_it_says(void **state)
{
    (void)state;
    Okr__PlanTask task = OKR__PLAN_TASK__INIT;
    uint8_t first[PLAN_ROW_HASH_BYTES], other[PLAN_ROW_HASH_BYTES];
    task.has_uid = task.has_id = true;
    task.id = 4;
    plan_row_hash(&task.base, first);
    task.id = 5;
    task.has_position = task.has_has_children = task.has_children = true;
    plan_row_hash(&task.base, other);
    assert_memory_equal(first, other, sizeof first);
    task.has_id = false;
    plan_row_hash(&task.base, other);
    assert_memory_not_equal(first, other, sizeof first);
    task.has_id = true;
    task.uid = 1;
    plan_row_hash(&task.base, other);
    assert_memory_not_equal(first, other, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_push_of_differences_publishes_the_file, clear),
        cmocka_unit_test_teardown(a_new_row_at_the_top_is_one_row, clear),
        cmocka_unit_test_teardown(rows_that_are_not_there_cannot_be_kept, clear),
        cmocka_unit_test_teardown(an_older_file_needs_a_reason, clear),
        cmocka_unit_test_teardown(a_file_that_came_back_needs_a_reason, clear),
        cmocka_unit_test_teardown(another_plan_needs_a_reason, clear),
        cmocka_unit_test_teardown(an_agent_forces_nothing, clear),
        cmocka_unit_test(a_row_is_known_by_what_it_says),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
