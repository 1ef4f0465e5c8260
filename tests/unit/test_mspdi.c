// The MSPDI reader over whole files: what comes out of them, and how bad ones are refused.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "client/plan_sync/mspdi/mspdi.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

// Rows as text, a line each.
struct record {
    FILE *stream;
    char *text;
    size_t size;
    int restarts;
    int cancel_at; // row, from 1; 0: never
    int rows;
};

static bool count_row(struct record *r)
{
    return ++r->rows != r->cancel_at;
}

static const char *or_dash(const char *s)
{
    return s ? s : "-";
}

static bool record_task(void *ctx, const Okr__PlanTask *t)
{
    struct record *r = ctx;
    fprintf(r->stream, "T %s", or_dash(t->name));
    if (t->has_uid)
        fprintf(r->stream, " uid=%lld", (long long)t->uid);
    if (t->has_parent_uid)
        fprintf(r->stream, " in=%lld", (long long)t->parent_uid);
    fputs(t->null ? " null\n" : "\n", r->stream);
    return count_row(r);
}

static bool record_resource(void *ctx, const Okr__PlanResource *res)
{
    struct record *r = ctx;
    fprintf(r->stream, "R %s uid=%lld %s\n", or_dash(res->name), (long long)res->uid, res->kind);
    return count_row(r);
}

static bool record_assignment(void *ctx, const Okr__PlanAssignment *a)
{
    struct record *r = ctx;
    fprintf(r->stream, "A %lld", (long long)a->task_uid);
    if (a->has_resource_uid)
        fprintf(r->stream, " by=%lld", (long long)a->resource_uid);
    fprintf(r->stream, " work=%g\n", a->work);
    return count_row(r);
}

static void record_times(FILE *out, Okr__PlanWorkingTime **times, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, " %d-%d", times[i]->from_minute, times[i]->to_minute);
    fputc('\n', out);
}

static bool record_calendar(void *ctx, const Okr__PlanCalendar *c)
{
    struct record *r = ctx;
    fprintf(r->stream, "C %s base=%lld/%d\n", or_dash(c->name),
            c->has_base_uid ? (long long)c->base_uid : -1, c->is_base);
    for (size_t i = 0; i < c->n_week_days; i++) {
        fprintf(r->stream, " day %d %d", c->week_days[i]->day, c->week_days[i]->working);
        record_times(r->stream, c->week_days[i]->times, c->week_days[i]->n_times);
    }
    for (size_t i = 0; i < c->n_exceptions; i++) {
        const Okr__PlanCalendarException *e = c->exceptions[i];
        fprintf(r->stream, " except %s %.10s %.10s %d", or_dash(e->name), or_dash(e->from),
                or_dash(e->to), e->working);
        record_times(r->stream, e->times, e->n_times);
    }
    return count_row(r);
}

static void restart(void *ctx)
{
    struct record *r = ctx;
    r->restarts++;
    rewind(r->stream);
}

static struct mspdi_sink sink_of(struct record *r)
{
    return (struct mspdi_sink){.ctx = r,
                               .task = record_task,
                               .resource = record_resource,
                               .assignment = record_assignment,
                               .calendar = record_calendar,
                               .restart = restart};
}

// The rows of a good file; the caller frees them and clears the plan.
static char *rows_of(const char *path, struct mspdi_plan *plan)
{
    struct record r = {0};
    struct mspdi_error error;
    r.stream = open_memstream(&r.text, &r.size);
    struct mspdi_sink sink = sink_of(&r);
    if (!mspdi_read_path(path, NULL, &sink, plan, &error))
        fail_msg("%s:%lu:%lu: %s", path, (unsigned long)error.line, (unsigned long)error.column,
                 error.message);
    fclose(r.stream);
    return r.text;
}

static void assert_refused(const char *path, enum mspdi_error_kind kind, uint64_t line,
                           const char *detail)
{
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_false(mspdi_read_path(path, NULL, NULL, &plan, &error));
    assert_int_equal(error.kind, kind);
    assert_int_equal(error.line, line);
    assert_non_null(error.message);
    assert_string_equal(error.detail, detail);
}

// A file in memory; the caller closes it.
static int file_of(const char *text, size_t len)
{
    int fd = memfd_create("plan", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    return fd;
}

static const char basic_rows[] = "C Standard base=-1/1\n"
                                 " day 1 0\n"
                                 " day 2 1 480-720 780-1020\n"
                                 "T - uid=0\n"
                                 "T Design uid=1 in=0\n"
                                 "T Screens & flows uid=4 in=1\n"
                                 "T - uid=9 null\n"
                                 "T Texts uid=5 in=1\n"
                                 "T Go live uid=6 in=0\n"
                                 "T No level uid=7\n"
                                 "R - uid=0 work\n"
                                 "R Tanaka uid=1 work\n"
                                 "R Paper uid=2 material\n"
                                 "R Travel uid=3 cost\n"
                                 "R Fees uid=1000101588 cost\n"
                                 "A 4 by=1 work=1440\n"
                                 "A 5 work=960\n";

static void test_rows_in_file_order(void **state)
{
    (void)state;
    struct mspdi_plan plan;
    char *rows = rows_of(PLANS "basic.xml", &plan);
    assert_string_equal(rows, basic_rows);
    free(rows);
    mspdi_plan_clear(&plan);
}

static void test_header_totals_and_facts(void **state)
{
    (void)state;
    struct mspdi_plan plan;
    free(rows_of(PLANS "basic.xml", &plan));
    assert_string_equal(plan.header.guid, "0A1B2C3D-0000-4000-8000-00000000000F");
    assert_string_equal(plan.header.title, "Launch of the portal");
    assert_string_equal(plan.header.status_date, "2026-01-30T17:00:00");
    assert_null(plan.header.author);
    assert_false(plan.header.has_minutes_per_week);
    assert_int_equal(plan.header.minutes_per_day, 480);
    assert_true(plan.header.days_per_month == 20.5);
    assert_int_equal(plan.totals.tasks, 7);
    assert_int_equal(plan.totals.predecessors, 2);
    assert_true(plan.totals.assignment_work == 2400);
    assert_true(plan.totals.assignment_actual_work == 510);
    // Of the leaves only "No level" has no assignment; summaries and blank rows never count.
    assert_true(plan.totals.leaf_task_work == 90);
    assert_string_equal(plan.file.encoding, "UTF-8");
    assert_string_equal(plan.file.namespace_uri, "http://schemas.microsoft.com/project");
    assert_int_equal(plan.file.timephased, 1);
    assert_int_equal(plan.file.calendars, 1);
    assert_null(plan.file.bom);
    assert_false(plan.file.sanitized);
    mspdi_plan_clear(&plan);
}

static bool check_task_fields(void *ctx, const Okr__PlanTask *t)
{
    int *seen = ctx;
    if (t->uid == 4) {
        ++*seen;
        assert_true(t->duration == 2400 && !t->elapsed && t->estimated);
        assert_true(t->actual_work == 510 && !t->has_remaining_work);
        assert_string_equal(t->constraint, "SNET");
        assert_int_equal(t->n_baselines, 2);
        assert_int_equal(t->baselines[0]->number, 0);
        assert_true(t->baselines[0]->cost == 120000);
        assert_int_equal(t->baselines[1]->number, 3);
        assert_true(t->baselines[1]->work == 21 * 60);
        assert_null(t->baselines[1]->finish);
        assert_true(t->active && !t->manual && !t->has_milestone);
    } else if (t->uid == 5) {
        ++*seen;
        assert_true(t->elapsed && t->duration == 1440);
        assert_int_equal(t->n_predecessors, 2);
        assert_string_equal(t->predecessors[0]->type, "SS");
        assert_true(t->predecessors[0]->lag_minutes == 480 && !t->predecessors[0]->has_lag_percent);
        assert_string_equal(t->predecessors[1]->type, "FS");
        assert_true(t->predecessors[1]->lag_percent == -50 && !t->predecessors[1]->has_lag_minutes);
    } else if (t->uid == 6) {
        ++*seen;
        assert_true(t->milestone && !t->active && t->has_duration && t->duration == 0);
    }
    return true;
}

static void test_task_fields(void **state)
{
    (void)state;
    int seen = 0;
    struct mspdi_sink sink = {.ctx = &seen, .task = check_task_fields};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(mspdi_read_path(PLANS "basic.xml", NULL, &sink, &plan, &error));
    assert_int_equal(seen, 3);
    mspdi_plan_clear(&plan);
}

static void test_same_content_same_hash(void **state)
{
    (void)state;
    struct mspdi_plan plain;
    struct mspdi_plan wide;
    free(rows_of(PLANS "basic.xml", &plain));
    char *rows = rows_of(PLANS "basic-utf16.xml", &wide);
    assert_string_equal(rows, basic_rows);
    assert_string_equal(wide.file.bom, "utf-16le");
    assert_string_equal(plain.content_hash, wide.content_hash);
    assert_int_equal(strlen(plain.content_hash), 64);
    free(rows);
    mspdi_plan_clear(&plain);
    mspdi_plan_clear(&wide);
}

// The hash of a plan with these header elements and this task name.
static void hash_of(const char *header, const char *name, char hash[MSPDI_HASH_BYTES])
{
    char text[512];
    int len = snprintf(text, sizeof text,
                       "<Project>%s<Tasks><Task><UID>1</UID><Name>%s</Name></Task></Tasks>"
                       "</Project>",
                       header, name);
    int fd = file_of(text, (size_t)len);
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(mspdi_read(fd, NULL, NULL, &plan, &error));
    memcpy(hash, plan.content_hash, MSPDI_HASH_BYTES);
    mspdi_plan_clear(&plan);
    close(fd);
}

static void test_hash_ignores_what_each_save_changes(void **state)
{
    (void)state;
    char a[MSPDI_HASH_BYTES];
    char b[MSPDI_HASH_BYTES];
    hash_of("<Title>t</Title>", "n", a);
    hash_of("<Views><View/></Views><Title>t</Title><LastSaved>2026-01-01T00:00:00</LastSaved>"
            "<Revision>9</Revision><CurrentDate>2026-01-01T00:00:00</CurrentDate>"
            "<CreationDate>2026-01-01T00:00:00</CreationDate>",
            "<!-- x -->n", b);
    assert_string_equal(a, b);
    hash_of("<Title>t</Title>", "m", b);
    assert_string_not_equal(a, b);
    hash_of("<Title>u</Title>", "n", b);
    assert_string_not_equal(a, b);
}

static void assert_names(const char *file, const char *plan_name, const char *rows)
{
    char path[256];
    struct mspdi_plan plan;
    snprintf(path, sizeof path, "%s%s", PLANS, file);
    char *text = rows_of(path, &plan);
    assert_string_equal(text, rows);
    assert_string_equal(plan.header.name, plan_name);
    free(text);
    mspdi_plan_clear(&plan);
}

static void test_encodings(void **state)
{
    (void)state;
    // With a character that only code page 932 has, backslash and tilde.
    assert_names("shift-jis.xml", "計画~2026\\A", "T 要件定義・設計① uid=1\n");
    assert_names("euc-jp.xml", "計画", "T 試験 uid=1\n");
    assert_names("bom-contradicts.xml", "計画", "T 試験 uid=1\n");
    assert_names("blank-before.xml", "a", "T b uid=1\n");
    assert_refused(PLANS "wrong-encoding.xml", MSPDI_NOT_WELL_FORMED, 3, "");
}

static void test_nothing_leaks_from_within(void **state)
{
    (void)state;
    struct mspdi_plan plan;
    char *rows = rows_of(PLANS "inline-project.xml", &plan);
    assert_string_equal(rows, "T Outer uid=1\nR Rok uid=5 work\nT Second box uid=2 in=1\n");
    assert_null(plan.header.name);
    for (enum mspdi_warning kind = 0; kind < MSPDI_WARNINGS; kind++) {
        const char *first[MSPDI_EXAMPLES];
        assert_int_equal(mspdi_warnings_sum(&plan.warnings, kind, MSPDI_TASKS, MSPDI_EXTRA, first),
                         0);
    }
    free(rows);
    mspdi_plan_clear(&plan);
}

static bool check_bad_values(void *ctx, const Okr__PlanTask *t)
{
    int *seen = ctx;
    if (++*seen == 2) {
        assert_true(!t->has_uid && !t->name && !t->has_priority);
        assert_true(t->has_parent_uid && t->parent_uid == 1); // by the outline number's dots
        return true;
    }
    assert_string_equal(t->name, "  spaces kept  ");
    assert_true(!t->has_id && !t->start && !t->finish && !t->has_duration && !t->has_actual_work);
    assert_string_equal(t->deadline, "2026-03-01T08:00:00");
    assert_string_equal(t->stop, "2026-03-01T00:00:00");
    assert_true(t->work == -60.0025);
    assert_true(t->has_remaining_work && t->remaining_work == 0);
    assert_true(t->regular_work == -180 && t->overtime_work == 1500);
    assert_true(!t->has_cost && !t->has_milestone && t->summary);
    assert_string_equal(t->constraint, "?");
    assert_string_equal(t->predecessors[0]->type, "?");
    assert_true(!t->baselines[1]->has_work && !t->baselines[2]->has_number);
    return true;
}

static void assert_warned(const struct mspdi_plan *plan, enum mspdi_warning kind,
                          enum mspdi_section to, uint64_t count, const char *example)
{
    const char *first[MSPDI_EXAMPLES];
    assert_int_equal(mspdi_warnings_sum(&plan->warnings, kind, MSPDI_TASKS, to, first), count);
    assert_string_equal(first[0], example);
}

static void test_bad_values_cost_themselves(void **state)
{
    (void)state;
    int seen = 0;
    struct mspdi_sink sink = {.ctx = &seen, .task = check_bad_values};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(mspdi_read_path(PLANS "bad-values.xml", NULL, &sink, &plan, &error));
    assert_int_equal(seen, 2);
    assert_true(!plan.header.has_minutes_per_day && !plan.header.has_days_per_month);
    assert_warned(&plan, MSPDI_BAD_INT, MSPDI_HEADER, 3, "ID=3.5");
    assert_warned(&plan, MSPDI_BAD_DATETIME, MSPDI_HEADER, 2, "Start=2008-12-04T17:-0:00");
    assert_warned(&plan, MSPDI_BAD_DURATION, MSPDI_HEADER, 3, "Work=x");
    assert_warned(&plan, MSPDI_BAD_DURATION, MSPDI_EXTRA, 4, "Work=x");
    assert_warned(&plan, MSPDI_BAD_NUMBER, MSPDI_HEADER, 2, "Cost=1,5");
    assert_warned(&plan, MSPDI_BAD_BOOL, MSPDI_HEADER, 1, "Milestone=maybe");
    assert_warned(&plan, MSPDI_BAD_LINK_TYPE, MSPDI_HEADER, 1, "7");
    mspdi_plan_clear(&plan);
}

static void test_calendars_of_both_generations(void **state)
{
    (void)state;
    struct mspdi_plan plan;
    char *rows = rows_of(PLANS "calendar-2003.xml", &plan);
    assert_string_equal(rows, "C Night base=1/0\n"
                              " day 7 1 1380-0 0-0\n"
                              " except - 2026-06-06 2026-06-06 1 540-720\n"
                              " except Golden Week 2026-05-04 2026-05-06 0\n"
                              " except New Year 2026-01-01 2030-01-01 0\n");
    assert_warned(&plan, MSPDI_BAD_DATETIME, MSPDI_EXTRA, 1, "FromTime=25:00:00");
    free(rows);
    mspdi_plan_clear(&plan);
}

static void test_refusals_say_where(void **state)
{
    (void)state;
    assert_refused(PLANS "doctype.xml", MSPDI_REFUSED_DTD, 2, "Project");
    assert_refused(PLANS "not-a-plan.xml", MSPDI_NOT_MSPDI, 0, "");
    assert_refused(PLANS "other-root.xml", MSPDI_NOT_MSPDI, 2, "Plan");
    assert_refused(PLANS "truncated.xml", MSPDI_NOT_WELL_FORMED, 50, "");
    assert_refused(PLANS "no-such-file.xml", MSPDI_UNREADABLE, 0, "");
    assert_refused(SOURCE_DIR, MSPDI_UNREADABLE, 0, "");
}

// Reads with a recorder that can or cannot start again.
static bool read_sanitizing(const char *path, bool can_restart, bool sanitize, struct record *r,
                            struct mspdi_plan *plan, struct mspdi_error *error)
{
    struct mspdi_options options = {.limits = mspdi_limits_default(), .sanitize = sanitize};
    r->stream = open_memstream(&r->text, &r->size);
    struct mspdi_sink sink = sink_of(r);
    if (!can_restart)
        sink.restart = NULL;
    bool ok = mspdi_read_path(path, &options, &sink, plan, error);
    fclose(r->stream);
    return ok;
}

static void test_forbidden_characters_are_dropped_in_a_second_attempt(void **state)
{
    (void)state;
    struct record r = {0};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(read_sanitizing(PLANS "control-characters.xml", true, false, &r, &plan, &error));
    assert_string_equal(r.text, "T def uid=1\n");
    assert_string_equal(plan.header.name, "abc\U0001F600");
    assert_true(plan.file.sanitized);
    assert_int_equal(r.restarts, 1);
    mspdi_plan_clear(&plan);
    free(r.text);

    r = (struct record){0};
    assert_true(read_sanitizing(PLANS "nul-padded.xml", true, false, &r, &plan, &error));
    assert_string_equal(r.text, "T b uid=1\n"); // given twice, voided once
    assert_int_equal(r.restarts, 1);
    assert_true(plan.file.sanitized);
    mspdi_plan_clear(&plan);
    free(r.text);
}

static void test_second_pass_sanitizes_at_once(void **state)
{
    (void)state;
    struct record r = {0};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(read_sanitizing(PLANS "nul-padded.xml", false, true, &r, &plan, &error));
    assert_int_equal(r.restarts, 0);
    assert_true(plan.file.sanitized);
    mspdi_plan_clear(&plan);
    free(r.text);

    r = (struct record){0};
    assert_false(read_sanitizing(PLANS "nul-padded.xml", false, false, &r, &plan, &error));
    assert_int_equal(error.kind, MSPDI_NOT_WELL_FORMED);
    free(r.text);
}

static void test_callback_cancels(void **state)
{
    (void)state;
    struct record r = {.cancel_at = 3};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_false(read_sanitizing(PLANS "basic.xml", true, false, &r, &plan, &error));
    assert_int_equal(error.kind, MSPDI_CANCELLED);
    assert_int_equal(r.rows, 3);
    free(r.text);
}

// Each limit by itself, on a file that is fine otherwise.
static void assert_limited(const struct mspdi_limits *limits, const char *head, const char *repeat,
                           size_t times, const char *tail)
{
    struct mspdi_options options = {.limits = *limits};
    struct mspdi_plan plan;
    struct mspdi_error error;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fputs(head, f);
    for (size_t i = 0; i < times; i++)
        fputs(repeat, f);
    fputs(tail, f);
    fclose(f);
    int fd = file_of(text, size);
    assert_false(mspdi_read(fd, &options, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_LIMIT);
    assert_true(mspdi_read(fd, NULL, NULL, &plan, &error));
    mspdi_plan_clear(&plan);
    close(fd);
    free(text);
}

static void test_limits(void **state)
{
    (void)state;
    const struct mspdi_limits usual = mspdi_limits_default();
    static const char head[] = "<Project><Tasks><Task><UID>1</UID>";
    static const char tail[] = "</Task></Tasks></Project>";
    struct mspdi_limits l = usual;
    l.bytes = 100;
    assert_limited(&l, head, " ", 100, tail);
    l = usual;
    l.rows = 5;
    assert_limited(&l, head, "</Task><Task>", 5, tail);
    l = usual;
    l.value = 100;
    assert_limited(&l, "<Project><Tasks><Task><Name>", "x", 101,
                   "</Name></Task></Tasks></Project>");
    l = usual;
    l.row_memory = 4096;
    assert_limited(&l, head, "<Baseline><Number>1</Number></Baseline>", 100, tail);
    l = usual;
    l.token = 1000;
    assert_limited(&l, "<Project><Tasks/><!--", "y", 200000, "--></Project>");
    l = usual;
    l.depth = 6;
    assert_limited(&l, head, "<x><y></y></x><z><z><z><z></z></z></z></z>", 1, tail);
}

static void test_depth_and_parser_memory(void **state)
{
    (void)state;
    struct mspdi_options options = {.limits = mspdi_limits_default()};
    struct mspdi_plan plan;
    struct mspdi_error error;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fputs("<Project><Tasks/>", f);
    for (int i = 0; i < 5000; i++)
        fputs("<x>", f);
    for (int i = 0; i < 5000; i++)
        fputs("</x>", f);
    fputs("</Project>", f);
    fclose(f);
    int fd = file_of(text, size);
    assert_false(mspdi_read(fd, &options, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_LIMIT);
    options.limits.depth = 5001;
    assert_true(mspdi_read(fd, &options, NULL, &plan, &error));
    mspdi_plan_clear(&plan);
    options.limits.depth = 5000;
    assert_false(mspdi_read(fd, &options, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_LIMIT);
    options.limits.depth = 5001;
    options.limits.parser_memory = 512 * 1024;
    assert_false(mspdi_read(fd, &options, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_LIMIT);
    close(fd);
    free(text);
}

static void test_outline_depth(void **state)
{
    (void)state;
    struct mspdi_options options = {.limits = mspdi_limits_default()};
    options.limits.outline_depth = 2;
    static const char text[] = "<Project><Tasks><Task><OutlineLevel>1</OutlineLevel></Task>"
                               "<Task><OutlineLevel>2</OutlineLevel></Task>"
                               "<Task><OutlineLevel>3</OutlineLevel></Task></Tasks></Project>";
    struct mspdi_plan plan;
    struct mspdi_error error;
    int fd = file_of(text, sizeof text - 1);
    assert_false(mspdi_read(fd, &options, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_LIMIT);
    close(fd);
}

static void *feed_pipe(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return NULL;
}

static void test_pipe_is_read_once(void **state)
{
    (void)state;
    int ends[2];
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_int_equal(pipe(ends), 0);
    feed_pipe(ends[1], "<Project><Tasks/><Name>n</Name></Project>");
    assert_true(mspdi_read(ends[0], NULL, NULL, &plan, &error));
    assert_string_equal(plan.header.name, "n");
    mspdi_plan_clear(&plan);
    close(ends[0]);
    assert_int_equal(pipe(ends), 0);
    feed_pipe(ends[1], "<Project><Tasks/><Name>\x03</Name></Project>");
    assert_false(mspdi_read(ends[0], NULL, NULL, &plan, &error));
    assert_int_equal(error.kind, MSPDI_NOT_WELL_FORMED);
    close(ends[0]);
}

// However much of a file there is: an error, or nothing but white space is missing.
static void test_every_truncation_is_noticed(void **state)
{
    (void)state;
    static char text[64 * 1024];
    FILE *f = fopen(PLANS "basic.xml", "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    assert_true(len > 1000 && len < sizeof text);
    for (size_t cut = 0; cut < len - 1; cut += 7) {
        int fd = file_of(text, cut);
        struct mspdi_plan plan;
        struct mspdi_error error;
        assert_false(mspdi_read(fd, NULL, NULL, &plan, &error));
        assert_int_equal(error.kind, MSPDI_NOT_WELL_FORMED);
        close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_in_file_order),
        cmocka_unit_test(test_header_totals_and_facts),
        cmocka_unit_test(test_task_fields),
        cmocka_unit_test(test_same_content_same_hash),
        cmocka_unit_test(test_hash_ignores_what_each_save_changes),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_nothing_leaks_from_within),
        cmocka_unit_test(test_bad_values_cost_themselves),
        cmocka_unit_test(test_calendars_of_both_generations),
        cmocka_unit_test(test_refusals_say_where),
        cmocka_unit_test(test_forbidden_characters_are_dropped_in_a_second_attempt),
        cmocka_unit_test(test_second_pass_sanitizes_at_once),
        cmocka_unit_test(test_callback_cancels),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_depth_and_parser_memory),
        cmocka_unit_test(test_outline_depth),
        cmocka_unit_test(test_pipe_is_read_once),
        cmocka_unit_test(test_every_truncation_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
