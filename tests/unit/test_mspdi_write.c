// Plans as they are written: what the reader finds in them is what it found before; elements stand
// in the order of MS Project's schema; values are in its forms.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "client/cli/act/mspdi_value.h"
#include "client/cli/act/mspdi_write.h"
#include "client/plan_sync/mspdi/mspdi.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

static struct mspdi_writer writer;
static const char *box;

static void into(const char *name)
{
    if (box != name) {
        mspdi_write_box_end(&writer);
        mspdi_write_box(&writer, name);
    }
    box = name;
}

static bool on_calendar(void *ctx, const Okr__PlanCalendar *row)
{
    (void)ctx;
    into("Calendars");
    mspdi_write_calendar(&writer, row);
    return true;
}

static bool on_task(void *ctx, const Okr__PlanTask *row)
{
    (void)ctx;
    into("Tasks");
    mspdi_write_task(&writer, row);
    return true;
}

static bool on_resource(void *ctx, const Okr__PlanResource *row)
{
    (void)ctx;
    into("Resources");
    mspdi_write_resource(&writer, row);
    return true;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *row)
{
    (void)ctx;
    into("Assignments");
    mspdi_write_assignment(&writer, row);
    return true;
}

static void read_file(const char *path, const struct mspdi_sink *sink, struct mspdi_plan *plan)
{
    struct mspdi_error error;
    if (!mspdi_read_path(path, NULL, sink, plan, &error))
        fail_msg("%s: %s", path, error.message);
}

// The plan read and written, to be freed; its hash.
static char *rewritten(const char *path, char hash[MSPDI_HASH_BYTES])
{
    struct mspdi_sink sink = {.ctx = &writer,
                              .task = on_task,
                              .resource = on_resource,
                              .assignment = on_assignment,
                              .calendar = on_calendar};
    struct mspdi_plan plan;
    char *text = NULL;
    size_t size = 0;
    read_file(path, NULL, &plan);
    memcpy(hash, plan.content_hash, MSPDI_HASH_BYTES);
    writer = (struct mspdi_writer){.out = open_memstream(&text, &size)};
    box = NULL;
    mspdi_write_start(&writer, &plan.header);
    mspdi_plan_clear(&plan);
    read_file(path, &sink, &plan);
    mspdi_plan_clear(&plan);
    mspdi_write_box_end(&writer);
    mspdi_write_end(&writer);
    fclose(writer.out);
    return text;
}

static void read_text(const char *text, struct mspdi_plan *plan)
{
    struct mspdi_error error;
    int fd = memfd_create("plan", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    if (!mspdi_read(fd, NULL, NULL, plan, &error))
        fail_msg("%s (%s) at %d", error.message, error.detail, (int)error.line);
    close(fd);
}

static void what_is_written_reads_the_same(void **state)
{
    (void)state;
    static const char *const files[] = {
        PLANS "forms.xml",     PLANS "basic.xml",  PLANS "calendar-2003.xml",
        PLANS "shift-jis.xml", PLANS "pieces.xml", SOURCE_DIR "/tests/demo/program-2026q4.xml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char hash[MSPDI_HASH_BYTES];
        struct mspdi_plan again;
        char *text = rewritten(files[i], hash);
        read_text(text, &again);
        if (strcmp(again.content_hash, hash) != 0)
            fail_msg("%s: another plan\n%s", files[i], text);
        assert_int_equal(writer.unknown, 0);
        mspdi_plan_clear(&again);
        free(text);
    }
}

// What has no meaning is left out, and counted.
static void unknown_values_are_counted(void **state)
{
    (void)state;
    char hash[MSPDI_HASH_BYTES];
    free(rewritten(PLANS "losses.xml", hash));
    assert_int_equal(writer.unknown, 1);
}

// ---- the order ---------------------------------------------------------------------------------

// mspdi_pj12.xsd, and for Active and Manual the files of Project 2010 and later.
static const char task_order[] =
    "UID GUID ID Name Active Manual Type IsNull WBS OutlineNumber OutlineLevel Priority Start "
    "Finish Duration DurationFormat Work Stop Resume Recurring Estimated Milestone Summary "
    "Critical IsSubproject SubprojectName ExternalTask ExternalTaskProject FixedCost "
    "PercentComplete PercentWorkComplete Cost OvertimeWork ActualStart ActualFinish "
    "ActualDuration ActualWork RegularWork RemainingDuration RemainingWork ConstraintType "
    "CalendarUID ConstraintDate Deadline IgnoreResourceCalendar PhysicalPercentComplete "
    "EarnedValueMethod PredecessorLink Baseline TimephasedData ";
static const char resource_order[] =
    "UID GUID ID Name Type IsNull Initials MaterialLabel Group EmailAddress MaxUnits Work "
    "ActualWork RemainingWork CalendarUID IsGeneric IsInactive Baseline IsCostResource ";
static const char assignment_order[] =
    "UID GUID TaskUID ResourceUID PercentWorkComplete ActualFinish ActualStart ActualWork Cost "
    "Finish OvertimeWork RegularWork RemainingWork Start Units Work WorkContour Baseline "
    "TimephasedData ";
static const char exception_order[] =
    "TimePeriod Occurrences Name Type Period DaysOfWeek MonthItem MonthPosition Month MonthDay "
    "DayWorking WorkingTimes ";
static const char calendar_order[] = "UID Name IsBaseCalendar BaseCalendarUID WeekDays Exceptions ";
static const char link_order[] =
    "PredecessorUID Type CrossProject CrossProjectName LinkLag LagFormat ";
static const char baseline_order[] = "Number Start Finish Duration Work Cost ";
static const char project_order[] =
    "SaveVersion BuildNumber Name GUID Title Company Manager Author CreationDate Revision "
    "LastSaved ScheduleFromStart StartDate FinishDate CurrencyCode CalendarUID MinutesPerDay "
    "MinutesPerWeek DaysPerMonth DurationFormat BaselineForEarnedValue StatusDate CurrentDate "
    "DefaultTaskEVMethod Calendars Tasks Resources "
    "Assignments ";

static const struct {
    const char *tag;
    const char *order;
} orders[] = {
    {"Task", task_order},           {"Resource", resource_order}, {"Assignment", assignment_order},
    {"Exception", exception_order}, {"Calendar", calendar_order}, {"PredecessorLink", link_order},
    {"Baseline", baseline_order},   {"Project", project_order},
};

static const char *order_of(const char *tag)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (strcmp(orders[i].tag, tag) == 0)
            return orders[i].order;
    }
    return NULL;
}

// Where the open elements are in their orders: the writer has a tag a line.
struct level {
    char tag[64];
    const char *at;
};

static void look_at(struct level *parent, const char *tag)
{
    char word[66];
    const char *order = order_of(parent->tag);
    if (!order)
        return;
    snprintf(word, sizeof word, "%s ", tag);
    const char *at = order;
    while ((at = strstr(at, word)) != NULL && at > order && at[-1] != ' ')
        at++;
    if (!at || at < parent->at)
        fail_msg("%s stands in the wrong place of %s", tag, parent->tag);
    parent->at = at;
}

static size_t look_at_order(const char *path)
{
    char hash[MSPDI_HASH_BYTES];
    char *text = rewritten(path, hash);
    struct level levels[16] = {0};
    size_t depth = 0, seen = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char tag[64];
        if (strncmp(line, "<?", 2) == 0)
            continue;
        if (strncmp(line, "</", 2) == 0) {
            depth--;
            continue;
        }
        assert_int_equal(sscanf(line, "<%63[A-Za-z]", tag), 1);
        if (depth > 0)
            look_at(&levels[depth - 1], tag);
        seen++;
        if (strstr(line, "</"))
            continue;
        levels[depth] = (struct level){.at = order_of(tag)};
        memcpy(levels[depth++].tag, tag, sizeof tag);
    }
    assert_int_equal(depth, 0);
    free(text);
    return seen;
}

static void elements_stand_in_the_order_of_the_schema(void **state)
{
    (void)state;
    assert_true(look_at_order(PLANS "forms.xml") > 250);
    assert_true(look_at_order(PLANS "pieces.xml") > 40);
}

static void an_empty_box_is_left_out(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    const Okr__PlanHeader none = OKR__PLAN_HEADER__INIT;
    struct mspdi_writer w = {.out = open_memstream(&text, &size)};
    mspdi_write_start(&w, &none);
    static const char *const names[] = {"Calendars", "Tasks", "Resources", "Assignments"};
    for (size_t i = 0; i < 4; i++) {
        mspdi_write_box(&w, names[i]);
        mspdi_write_box_end(&w);
    }
    mspdi_write_end(&w);
    fclose(w.out);
    assert_non_null(strstr(text, "\n<Tasks>\n</Tasks>\n</Project>\n"));
    assert_null(strstr(text, "Calendars"));
    free(text);
}

// What the schema demands of any file stands in it, and is read as what it is: nothing said.
static void what_the_schema_demands_is_there(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    const Okr__PlanHeader none = OKR__PLAN_HEADER__INIT;
    struct mspdi_plan again;
    struct mspdi_writer w = {.out = open_memstream(&text, &size)};
    mspdi_write_start(&w, &none);
    mspdi_write_box(&w, "Tasks");
    mspdi_write_box_end(&w);
    mspdi_write_end(&w);
    fclose(w.out);
    assert_non_null(strstr(text, "<SaveVersion>0</SaveVersion>"));
    assert_non_null(strstr(text, "<CurrencyCode>XXX</CurrencyCode>"));
    read_text(text, &again);
    assert_false(again.header.has_save_version);
    assert_null(again.header.currency);
    mspdi_plan_clear(&again);
    free(text);
}

// ---- values ------------------------------------------------------------------------------------

static void assert_put(void (*put)(FILE *, const char *, bool, double), double value,
                       const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    put(out, "x", true, value);
    fclose(out);
    text[strlen(text) - strlen("</x>\n")] = '\0';
    assert_string_equal(text + strlen("<x>"), expected);
    free(text);
}

static void values_have_the_forms_of_the_schema(void **state)
{
    (void)state;
    assert_put(mspdi_put_duration, 0, "PT0H0M0S");
    assert_put(mspdi_put_duration, 90, "PT1H30M0S");
    assert_put(mspdi_put_duration, 43200, "PT720H0M0S");
    assert_put(mspdi_put_duration, 0.0167, "PT0H0M1S");
    assert_put(mspdi_put_duration, 120.0025, "PT2H0M0.150S");
    assert_put(mspdi_put_duration, 0.0001, "PT0H0M0.006S");
    assert_put(mspdi_put_duration, -24960, "-PT416H0M0S"); // xsd:duration has one sign
    assert_put(mspdi_put_duration, -90.5, "-PT1H30M30S");
    assert_put(mspdi_put_duration, -1e-9, "PT0H0M0S");
    assert_put(mspdi_put_duration, 1e18, "PT16666666666666666H40M0S");
    assert_put(mspdi_put_number, 0, "0");
    assert_put(mspdi_put_number, 0.5, "0.5");
    assert_put(mspdi_put_number, 20.0005, "20.0005");
    assert_put(mspdi_put_number, -12.25, "-12.25");
    assert_put(mspdi_put_number, 123456789.25, "123456789.25");
    assert_put(mspdi_put_number, 1e18, "1000000000000000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_the_same),
        cmocka_unit_test(unknown_values_are_counted),
        cmocka_unit_test(elements_stand_in_the_order_of_the_schema),
        cmocka_unit_test(an_empty_box_is_left_out),
        cmocka_unit_test(what_the_schema_demands_is_there),
        cmocka_unit_test(values_have_the_forms_of_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
