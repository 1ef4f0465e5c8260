// Plan figures as MS Project counts them, from the file on: each test writes an XML plan, pushes it
// to a real okrd and compares with figures worked out by hand. The plan's calendar is 8–12 and
// 13–17, Monday to Friday; 2026-10-05 is a Monday.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/plan_sync/push/push.h"
#include "tests/support/dated_plan.h"

#define QUARTER "2026Q4"
#define TEXT(text) ((char *)(uintptr_t)(text))
#define NEAR(a, b) near((a), (b), #a, __LINE__)
#define GAP(name) OKR__EV_GAP__EV_GAP_##name
#define WITNESS(name) OKR__MISS_WITNESS__MISS_WITNESS_##name
#define LIMIT(name) OKR__MISS_LIMIT__MISS_LIMIT_##name

static struct okrd *server;
static int64_t kr;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2026-11-02T10:00:00+09:00");
    fixture_people(server);
    fixture_quarter(server, QUARTER);
    int64_t objective = fixture_objective(server, QUARTER, "Customers find their next deal");
    kr = fixture_kr(server, objective, "Search answers fast");
    fixture_open(server, QUARTER);
    fixture_clear();
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

static void near(double a, double b, const char *what, int line)
{
    if (!(fabs(a - b) <= 1e-6 * (1 + fabs(b))))
        fail_msg("line %d: %s is %.9g, not %.9g", line, what, a, b);
}

// ---- plans ------------------------------------------------------------------------------------

#define DAY(type, from, to)                                                                        \
    "<WeekDay><DayType>" type "</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"    \
    "<FromTime>" from "</FromTime><ToTime>" to "</ToTime></WorkingTime></WorkingTimes></WeekDay>"
#define OFF(type) "<WeekDay><DayType>" type "</DayType><DayWorking>0</DayWorking></WeekDay>"
#define ALL_DAY(type) DAY(type, "00:00:00", "00:00:00")
// UID 2: around the clock; UID 3: on Thursdays and Fridays only, 8–12.
#define CALENDARS                                                                                  \
    "<Calendars><Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar></Calendar>"               \
    "<Calendar><UID>2</UID><IsBaseCalendar>1</IsBaseCalendar><WeekDays>" ALL_DAY("1") ALL_DAY("2") \
        ALL_DAY("3") ALL_DAY("4") ALL_DAY("5") ALL_DAY("6")                                        \
            ALL_DAY("7") "</WeekDays></Calendar><Calendar><UID>3</UID><IsBaseCalendar>1</"         \
                         "IsBaseCalendar><WeekDays>" OFF("2") OFF("3") OFF("4")                    \
                             DAY("5", "08:00:00", "12:00:00") DAY(                                 \
                                 "6", "08:00:00", "12:00:00") "</WeekDays></Calendar></Calendars>"
#define DATES(from, to) "<Start>" from "</Start><Finish>" to "</Finish>"
#define BASELINE(...) BASELINE_(__VA_ARGS__) // a span is two arguments
#define BASELINE_(number, from, to, work)                                                          \
    "<Baseline><Number>" number "</Number>" DATES(from, to) "<Work>" work "</Work><Duration>" work \
                                                            "</Duration></Baseline>"
// A leaf below the summary task 1, planned as its baseline is.
#define LEAF(...) LEAF_(__VA_ARGS__) // a span is two arguments
#define LEAF_(uid, name, from, to, work, percent, more)                                            \
    "<Task><UID>" uid "</UID><Name>" name "</Name><OutlineLevel>2</OutlineLevel>" DATES(           \
        from, to) "<Work>" work "</Work><PercentComplete>" percent                                 \
                  "</PercentComplete>" more BASELINE("0", from, to, work) "</Task>"
#define PIECE(...) PIECE_(__VA_ARGS__) // a span is two arguments
#define PIECE_(type, from, to, work)                                                               \
    "<TimephasedData><Type>" type                                                                  \
    "</Type><UID>1</UID>" DATES(from, to) "<Unit>2</Unit><Value>" work "</Value></TimephasedData>"
#define ON(day) "2026-10-" day "T08:00:00", "2026-10-" day "T17:00:00"
#define PERSON(uid, more)                                                                          \
    "<Resource><UID>" uid "</UID><Name>Rin Sample</Name><Type>1</Type>" more "</Resource>"
#define ASSIGNED(...) ASSIGNED_(__VA_ARGS__) // a span is two arguments
#define ASSIGNED_(from, to, work, more)                                                            \
    "<Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID>" DATES(              \
        from, to) "<Work>" work "</Work>" more BASELINE("0", from, to, work) "</Assignment>"
#define STATUS(instant) "<StatusDate>" instant "</StatusDate>"

// Pushes the plan as a version of the source of that name.
static void pushed(const char *name, const char *header, const char *tasks, const char *resources,
                   const char *assignments)
{
    char path[64] = "/tmp/okr-figures-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    assert_non_null(file);
    fprintf(file,
            "<Project><SaveVersion>14</SaveVersion><CalendarUID>1</CalendarUID>%s" CALENDARS
            "<Tasks><Task><UID>1</UID><Name>All</Name><OutlineLevel>1</OutlineLevel></Task>%s"
            "</Tasks><Resources>%s</Resources><Assignments>%s</Assignments></Project>",
            header, tasks, resources, assignments);
    fclose(file);
    struct push_job job = {.path = path,
                           .source = name,
                           .out = fopen("/dev/null", "w"),
                           .err = stderr,
                           .client = okrd_client(server, "pm")};
    int code = push_file(&job);
    fclose(job.out);
    unlink(path);
    assert_int_equal(code, 0);
}

// The same, and all of it belongs to a project of that name.
static int64_t planned(const char *name, const char *header, const char *tasks,
                       const char *resources, const char *assignments)
{
    pushed(name, header, tasks, resources, assignments);
    int64_t project = fixture_project(server, QUARTER, name, kr, "ann", NULL);
    fixture_bind(server, name, 1, project);
    return project;
}

static const Okr__EarnedValue *earned_value(int64_t project_id)
{
    Okr__GetEarnedValueRequest request = OKR__GET_EARNED_VALUE_REQUEST__INIT;
    request.quarter = TEXT(QUARTER);
    request.has_project_id = true;
    request.project_id = project_id;
    const Okr__EarnedValueList *list =
        must(server, "eve", RPC_PLAN_ANALYSIS_GET_EARNED_VALUE, &request);
    assert_int_equal(list->n_projects, 1);
    return list->projects[0];
}

static bool has_gap(const Okr__EarnedValue *value, Okr__EvGap gap)
{
    for (size_t i = 0; i < value->n_gaps; i++)
        if (value->gaps[i] == gap)
            return true;
    return false;
}

static const Okr__ExpectedMiss *miss_of(const Okr__EarnedValue *value, Okr__MissWitness witness,
                                        Okr__MissLimit limit)
{
    for (size_t i = 0; i < value->n_misses; i++)
        if (value->misses[i]->witness == witness && value->misses[i]->limit == limit)
            return value->misses[i];
    return NULL;
}

static const Okr__PersonLoad *load_of(const char *source, const char *week, int weeks)
{
    Okr__GetLoadRequest request = OKR__GET_LOAD_REQUEST__INIT;
    request.from_week = TEXT(week);
    request.has_weeks = true;
    request.weeks = weeks;
    const Okr__LoadTable *table = must(server, "eve", RPC_PLAN_ANALYSIS_GET_LOAD, &request);
    for (size_t i = 0; i < table->n_people; i++)
        if (strcmp(table->people[i]->source, source) == 0)
            return table->people[i];
    fail_msg("%s has nobody", source);
    return NULL;
}

#define WEEK_1 "2026-10-05T08:00:00", "2026-10-09T17:00:00"
#define WEEK_2 "2026-10-12T08:00:00", "2026-10-16T17:00:00"

// ---- R32: each witness ------------------------------------------------------------------------

// Broken when a project of which nothing is done looks better than one of which a little is.
static void r32_nothing_earned_is_a_miss(void **state)
{
    (void)state;
    int64_t none = planned("none", STATUS("2026-10-23T17:00:00"),
                           LEAF("2", "Build", WEEK_1, "PT40H0M0S", "0", ""), "", "");
    const Okr__EarnedValue *value = earned_value(none);
    assert_true(value->expected_miss);
    NEAR(value->pv, 2400);
    NEAR(value->ev, 0);
    NEAR(value->sv_t, -15); // three weeks from 5 October, none of them earned
    assert_null(value->pace_finish);
    const Okr__ExpectedMiss *miss = miss_of(value, WITNESS(OVERDUE), LIMIT(PLAN));
    assert_non_null(miss);
    assert_string_equal(miss->due, "2026-10-09T17:00:00");
    assert_string_equal(miss->at, "2026-10-23T17:00:00");
    miss = miss_of(value, WITNESS(NOT_STARTED), LIMIT(START));
    assert_non_null(miss);
    assert_string_equal(miss->task_name, "Build");
    miss = miss_of(value, WITNESS(NOTHING_EARNED), LIMIT(BASELINE));
    assert_non_null(miss);
    assert_null(miss->at); // it has no pace, and so no end

    // Work was put in and none of it earned: the task has begun, and still there is no pace.
    int64_t begun = planned(
        "begun", STATUS("2026-10-07T17:00:00"),
        LEAF("2", "Build", WEEK_1, "PT40H0M0S", "0", "<ActualWork>PT20H0M0S</ActualWork>"), "", "");
    value = earned_value(begun);
    assert_int_equal(value->n_misses, 1);
    assert_non_null(miss_of(value, WITNESS(NOTHING_EARNED), LIMIT(BASELINE)));
}

// Broken when a task that nobody began hides behind others that go well.
static void r32_a_task_past_its_start_is_a_miss(void **state)
{
    (void)state;
    int64_t id = planned("late-start", STATUS("2026-10-13T17:00:00"),
                         LEAF("2", "Build", WEEK_1, "PT40H0M0S", "100", "")
                             LEAF("3", "Test", WEEK_2, "PT40H0M0S", "0", "")
                                 LEAF("4", "Ship", WEEK_2, "PT40H0M0S", "100", ""),
                         "", "");
    const Okr__EarnedValue *value = earned_value(id);
    const Okr__ExpectedMiss *miss = miss_of(value, WITNESS(NOT_STARTED), LIMIT(START));
    assert_non_null(miss);
    assert_string_equal(miss->task_name, "Test");
    assert_string_equal(miss->due, "2026-10-12T08:00:00");
    assert_int_equal(miss->count, 1);
    assert_int_equal(value->n_misses, 1);
    // On the evening before its second day a day has gone by; at noon of its first one none has.
    int64_t soon = planned("soon", STATUS("2026-10-12T12:00:00"),
                           LEAF("2", "Test", WEEK_2, "PT40H0M0S", "0", ""), "", "");
    assert_false(earned_value(soon)->expected_miss);
}

// Broken when a milestone can stay open for ever, or a project is done before it is reached.
static void r21_an_open_milestone_is_not_done(void **state)
{
    (void)state;
    static const char *const milestone = "<Milestone>1</Milestone>";
    char tasks[4096];
    for (int reached = 0; reached < 2; reached++) {
        const char *name = reached ? "reached" : "unreached";
        snprintf(tasks, sizeof tasks,
                 LEAF("2", "Build", WEEK_1, "PT40H0M0S", "100", "")
                     LEAF("3", "Shipped", "2026-10-12T17:00:00", "2026-10-12T17:00:00", "PT0H0M0S",
                          "%d", "%s"),
                 reached * 100, milestone);
        int64_t id = planned(name, STATUS("2026-10-21T17:00:00"), tasks, "", "");
        const Okr__EarnedValue *value = earned_value(id);
        NEAR(value->ev, 2400);
        NEAR(value->percent, reached ? 100 : 99);
        assert_int_equal(value->done, reached);
        assert_int_equal(value->expected_miss, !reached);
        const Okr__ExpectedMiss *miss = miss_of(value, WITNESS(OPEN_MILESTONE), LIMIT(MILESTONE));
        assert_int_equal(miss != NULL, !reached);
        if (miss)
            assert_string_equal(miss->due, "2026-10-12T17:00:00");
        Okr__GetProjectRequest get = OKR__GET_PROJECT_REQUEST__INIT;
        get.has_id = true;
        get.id = id;
        const Okr__Project *project = must(server, "eve", RPC_PROJECT_GET_PROJECT, &get);
        NEAR(project->progress->percent, reached ? 100 : 99);
        assert_int_equal(project->progress->unfinished, !reached);
    }
}

// Broken when the limit that is named is not the one that is missed.
static void r32_a_miss_names_its_limit(void **state)
{
    (void)state;
    // A working day past the baseline on one and the same day: 08:00 became 17:00.
    int64_t id =
        planned("same-day", STATUS("2026-10-09T17:00:00"),
                LEAF("2", "Build", WEEK_1, "PT40H0M0S", "100",
                     "") "<Task><UID>3</UID><Name>Shipped</Name><OutlineLevel>2</"
                         "OutlineLevel>" DATES("2026-10-12T17:00:00",
                                               "2026-10-12T17:00:00") "<Milestone>1</"
                                                                      "Milestone><"
                                                                      "PercentComplete>0</"
                                                                      "PercentComplete"
                                                                      ">" BASELINE("0",
                                                                                   "2026-10-"
                                                                                   "12T08:"
                                                                                   "00:00",
                                                                                   "2026-10-"
                                                                                   "12T08:"
                                                                                   "00:00",
                                                                                   "PT0H0M0"
                                                                                   "S") "</"
                                                                                        "Tas"
                                                                                        "k>",
                "", "");
    const Okr__EarnedValue *value = earned_value(id);
    assert_int_equal(value->n_misses, 1);
    const Okr__ExpectedMiss *miss = miss_of(value, WITNESS(PLAN), LIMIT(BASELINE));
    assert_non_null(miss);
    assert_string_equal(miss->due, "2026-10-12T08:00:00");
    assert_string_equal(miss->at, "2026-10-12T17:00:00");
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    const Okr__Docket *docket = must(server, "pm", RPC_MONDAY_GET_DOCKET, &request);
    const char *detail = NULL;
    for (size_t i = 0; i < docket->n_lines; i++)
        if (docket->lines[i]->project_id == id)
            detail = docket->lines[i]->detail;
    assert_string_equal(detail, "PLAN 2026-10-12T17:00:00 > BASELINE 2026-10-12T08:00:00");
}

// ---- R31: whose time --------------------------------------------------------------------------

// Broken when a task's own calendar, or an elapsed duration, is counted in the plan's calendar.
static void r31_a_tasks_own_time_counts(void **state)
{
    (void)state;
    // Friday 8:00 to Monday 8:00 are 72 hours around the clock; on Saturday at 20:00 36 are gone.
    static const char *const own[] = {"<CalendarUID>2</CalendarUID>",
                                      "<DurationFormat>8</DurationFormat>"};
    char tasks[2048];
    for (size_t i = 0; i < 2; i++) {
        snprintf(tasks, sizeof tasks,
                 LEAF("2", "Burn in", "2026-10-09T08:00:00", "2026-10-12T08:00:00", "PT72H0M0S",
                      "50", "%s"),
                 own[i]);
        int64_t id = planned(i ? "elapsed" : "clock", STATUS("2026-10-10T20:00:00"), tasks, "", "");
        const Okr__EarnedValue *value = earned_value(id);
        NEAR(value->pv, 36 * 60);
        NEAR(value->ev, 36 * 60);
        NEAR(value->spi, 1);
        NEAR(value->spi_t, 1);
        assert_false(value->expected_miss);
    }
}

// Broken when the work of somebody who works on two half days is spread over the whole week.
static void r31_a_persons_calendar_counts(void **state)
{
    (void)state;
    // 8 hours: Thursday 4, Friday 4. On Wednesday evening nothing is due, on Thursday half.
    static const char *const statuses[] = {"2026-10-07T17:00:00", "2026-10-08T17:00:00"};
    for (size_t i = 0; i < 2; i++) {
        char header[80];
        snprintf(header, sizeof header, STATUS("%s"), statuses[i]);
        int64_t id = planned(
            i ? "thursday" : "wednesday", header, LEAF("2", "Review", WEEK_1, "PT8H0M0S", "0", ""),
            PERSON("1", "<CalendarUID>3</CalendarUID>"), ASSIGNED(WEEK_1, "PT8H0M0S", ""));
        NEAR(earned_value(id)->pv, i ? 240 : 0);
    }
    // With a calendar of the task, too, the time that both have: around the clock and hers are
    // hers. Ignoring hers leaves the task's: of 105 hours until Friday 17:00 33 are gone by
    // Tuesday 17:00.
    int64_t both =
        planned("both", STATUS("2026-10-08T17:00:00"),
                LEAF("2", "Review", WEEK_1, "PT8H0M0S", "0", "<CalendarUID>2</CalendarUID>"),
                PERSON("1", "<CalendarUID>3</CalendarUID>"), ASSIGNED(WEEK_1, "PT8H0M0S", ""));
    NEAR(earned_value(both)->pv, 240);
    int64_t alone =
        planned("alone", STATUS("2026-10-06T17:00:00"),
                LEAF("2", "Review", WEEK_1, "PT105H0M0S", "0",
                     "<CalendarUID>2</CalendarUID>"
                     "<IgnoreResourceCalendar>1</IgnoreResourceCalendar>"),
                PERSON("1", "<CalendarUID>3</CalendarUID>"), ASSIGNED(WEEK_1, "PT105H0M0S", ""));
    NEAR(earned_value(alone)->pv, 33 * 60);
}

// ---- R31: the file's own spread ---------------------------------------------------------------

// 40 hours over two weeks: 24 on the first Monday and Tuesday, 16 on the last Friday.
#define FRONT_LOADED(type)                                                                         \
    PIECE(type, ON("05"), "PT12H0M0S")                                                             \
    PIECE(type, ON("06"), "PT12H0M0S") PIECE(type, ON("16"), "PT16H0M0S")

// Broken when planned value is an even spread although the file says on which days.
static void r31_the_files_own_baseline_counts(void **state)
{
    (void)state;
#define TWO_WEEKS "2026-10-05T08:00:00", "2026-10-16T17:00:00"
#define BUILD(more) LEAF("2", "Build", TWO_WEEKS, "PT40H0M0S", "60", more)
    static const char within[] = "<Baseline><Number>0</Number>" DATES(
        "2026-10-05T08:00:00",
        "2026-10-16T17:00:00") "<Work>PT40H0M0S</Work>" FRONT_LOADED("4") "</Baseline>";
    const struct {
        const char *name, *tasks, *assignments;
    } ways[] = {
        {"of-the-task", BUILD(FRONT_LOADED("9")), ""},
        {"of-people", BUILD(""), ASSIGNED(TWO_WEEKS, "PT40H0M0S", FRONT_LOADED("4"))},
        {"in-a-baseline", BUILD(""), NULL},
    };
    for (size_t i = 0; i < 3; i++) {
        char inside[2048];
        snprintf(inside, sizeof inside,
                 "<Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID>"
                 "<Work>PT40H0M0S</Work>%s</Assignment>",
                 within);
        int64_t id = planned(ways[i].name, STATUS("2026-10-06T12:00:00"), ways[i].tasks,
                             PERSON("1", ""), ways[i].assignments ? ways[i].assignments : inside);
        const Okr__EarnedValue *value = earned_value(id);
        NEAR(value->pv, (12 + 6) * 60); // Monday, and half of Tuesday
        NEAR(value->ev, 24 * 60);
        // Two days' worth is earned after a day and a half.
        NEAR(value->es, 2);
        NEAR(value->at, 1.5);
        assert_false(has_gap(value, GAP(SPREAD_EVENLY)));
    }
    // The same without it: evenly over ten days, and that is said.
    int64_t even = planned("even", STATUS("2026-10-06T12:00:00"), BUILD(""), PERSON("1", ""), "");
    const Okr__EarnedValue *value = earned_value(even);
    NEAR(value->pv, 6 * 60); // 1.5 of 10 days of 40 hours
    assert_true(has_gap(value, GAP(SPREAD_EVENLY)));
    // A named contour is more than an even spread: front loaded, the first tenth of the time has
    // 100 of 600 parts of the work, and so has the half day after it half of that.
    int64_t contour = planned("contour", STATUS("2026-10-06T12:00:00"), BUILD(""), PERSON("1", ""),
                              ASSIGNED(TWO_WEEKS, "PT40H0M0S", "<WorkContour>2</WorkContour>"));
    value = earned_value(contour);
    NEAR(value->pv, 40 * 60 * 150.0 / 600);
    assert_false(has_gap(value, GAP(SPREAD_EVENLY)));
}

// Broken when a split or a contour is levelled out of the load.
static void r32_load_lies_where_the_file_puts_it(void **state)
{
    (void)state;
    // Split: two days in W41, none in W42, two in W43; what was done is told apart from what is
    // left.
    planned("split", STATUS("2026-10-09T17:00:00"),
            LEAF("2", "Build", "2026-10-05T08:00:00", "2026-10-23T17:00:00", "PT32H0M0S", "50", ""),
            PERSON("1", ""),
            ASSIGNED("2026-10-05T08:00:00", "2026-10-23T17:00:00", "PT32H0M0S",
                     PIECE("2", ON("05"), "PT8H0M0S") PIECE("2", ON("06"), "PT8H0M0S")
                         PIECE("1", ON("22"), "PT8H0M0S") PIECE("1", ON("23"), "PT8H0M0S")));
    const Okr__PersonLoad *load = load_of("split", "2026-W41", 3);
    NEAR(load->weeks[0]->planned, 960);
    NEAR(load->weeks[1]->planned, 0);
    NEAR(load->weeks[2]->planned, 960);
    assert_false(load->spread_evenly);
    // Loaded in front: 60 hours in the first week are too many, though 80 in two are not.
    planned("front", STATUS("2026-10-02T17:00:00"),
            LEAF("2", "Build", TWO_WEEKS, "PT80H0M0S", "0", ""), PERSON("1", ""),
            ASSIGNED(TWO_WEEKS, "PT80H0M0S",
                     PIECE("1", ON("05"), "PT30H0M0S") PIECE("1", ON("09"), "PT30H0M0S")
                         PIECE("1", ON("12"), "PT20H0M0S")));
    load = load_of("front", "2026-W41", 2);
    NEAR(load->weeks[0]->planned, 3600);
    assert_true(load->weeks[0]->overload);
    NEAR(load->weeks[1]->planned, 1200);
    // Only what is left is told: the other 24 hours lie before it, from Monday to Wednesday.
    planned("rest", STATUS("2026-10-07T17:00:00"),
            LEAF("2", "Build", TWO_WEEKS, "PT40H0M0S", "60", ""), PERSON("1", ""),
            ASSIGNED(TWO_WEEKS, "PT40H0M0S", PIECE("1", ON("15"), "PT16H0M0S")));
    load = load_of("rest", "2026-W41", 2);
    NEAR(load->weeks[0]->planned, 24 * 60 * 5.0 / 8); // eight working days before the 15th
    NEAR(load->weeks[1]->planned, 24 * 60 * 3.0 / 8 + 960);
    assert_true(load->spread_evenly);
}

// ---- R31: as MS Project counts ----------------------------------------------------------------

// Broken when the method, the baseline or the rows that count are not those that the file says.
static void r31_as_the_file_says_it_counts(void **state)
{
    (void)state;
    static const char physical[] = "<PhysicalPercentComplete>30</PhysicalPercentComplete>";
    char tasks[4096];
    snprintf(tasks, sizeof tasks, LEAF("2", "Build", WEEK_1, "PT40H0M0S", "80", "%s%s"), physical,
             "<EarnedValueMethod>1</EarnedValueMethod>");
    int64_t id = planned("physical", STATUS("2026-10-09T17:00:00"), tasks, "", "");
    NEAR(earned_value(id)->ev, 12 * 60); // 30 % of 40 hours
    snprintf(tasks, sizeof tasks,
             LEAF("2", "Build", WEEK_1, "PT40H0M0S", "80", "%s")
                 LEAF("3", "Test", WEEK_1, "PT40H0M0S", "50", "%s%s"),
             physical, physical, "<EarnedValueMethod>0</EarnedValueMethod>");
    id = planned("by-default",
                 "<DefaultTaskEVMethod>1</DefaultTaskEVMethod>" STATUS("2026-10-09T17:00:00"),
                 tasks, "", "");
    NEAR(earned_value(id)->ev, (12 + 20) * 60); // the second names the other method

    id = planned("second",
                 "<BaselineForEarnedValue>2</BaselineForEarnedValue>" STATUS("2026-10-14T17:00:00"),
                 LEAF("2", "Build", WEEK_1, "PT40H0M0S", "50",
                      BASELINE("2", WEEK_2, "PT20H0M0S") PIECE("9", ON("05"), "PT40H0M0S")
                          PIECE("24", ON("14"), "PT20H0M0S")),
                 "", "");
    const Okr__EarnedValue *value = earned_value(id);
    NEAR(value->bac, 1200);
    NEAR(value->pv, 1200); // all of it on the 14th, by its own pieces
    NEAR(value->ev, 600);
    assert_int_equal(value->baseline_for_ev, 2);
    assert_string_equal(value->baseline_finish, "2026-10-16T17:00:00");
    id = planned("third",
                 "<BaselineForEarnedValue>3</BaselineForEarnedValue>" STATUS("2026-10-14T17:00:00"),
                 LEAF("2", "Build", WEEK_1, "PT40H0M0S", "50", ""), "", "");
    assert_true(has_gap(earned_value(id), GAP(NO_BASELINE))); // it has another one only

    // A task of another plan is no work of this one; a plan that was put in counts by its row.
    id = planned("nested", STATUS("2026-10-09T17:00:00"),
                 LEAF("2", "Build", WEEK_1, "PT40H0M0S", "100", "") LEAF(
                     "3", "Elsewhere", WEEK_2, "PT40H0M0S", "0", "<ExternalTask>1</ExternalTask>")
                     LEAF("4", "Put in", WEEK_1, "PT20H0M0S", "100",
                          "<IsSubproject>1</IsSubproject><SubprojectName>other.mpp"
                          "</SubprojectName><Project><Tasks><Task><UID>9</UID>"
                          "<PercentComplete>0</PercentComplete></Task></Tasks></Project>"),
                 "", "");
    value = earned_value(id);
    NEAR(value->bac, 60 * 60);
    NEAR(value->percent, 100);
    assert_true(value->done);
    assert_string_equal(value->plan_finish, "2026-10-09T17:00:00");
}

// Broken when a percent that cannot be read is 0 and nothing says so.
static void r31_a_bad_percent_is_shown(void **state)
{
    (void)state;
    int64_t id = planned("bad", STATUS("2026-10-09T17:00:00"),
                         LEAF("2", "Build", WEEK_1, "PT40H0M0S", "half", "")
                             LEAF("3", "Test", WEEK_1, "PT40H0M0S", "150", "")
                                 LEAF("4", "Ship", WEEK_1, "PT40H0M0S", "50", ""),
                         "", "");
    const Okr__EarnedValue *value = earned_value(id);
    assert_true(has_gap(value, GAP(BAD_PERCENT)));
    assert_int_equal(value->n_bad_percents, 2);
    assert_string_equal(value->bad_percents[0], "Build");
    assert_string_equal(value->bad_percents[1], "Test");
    NEAR(value->ev, (0 + 40 + 20) * 60);
}

// Broken when the date that stands in for a missing status date is called another one.
static void r31_the_date_is_named_as_what_it_is(void **state)
{
    (void)state;
#define CURRENT "<CurrentDate>2026-10-07T17:00:00</CurrentDate>"
#define SAVED "<LastSaved>2026-10-08T17:00:00</LastSaved>"
    static const struct {
        const char *name, *header, *date;
        Okr__StatusFrom from;
        double pv;
    } dates[] = {
        {"stated", STATUS("2026-10-06T17:00:00") CURRENT SAVED, "2026-10-06T17:00:00",
         OKR__STATUS_FROM__STATUS_FROM_STATUS_DATE, 960},
        {"current", CURRENT SAVED, "2026-10-07T17:00:00",
         OKR__STATUS_FROM__STATUS_FROM_CURRENT_DATE, 1440},
        {"saved", SAVED, "2026-10-08T17:00:00", OKR__STATUS_FROM__STATUS_FROM_LAST_SAVED, 1920},
    };
    for (size_t i = 0; i < 3; i++) {
        int64_t id = planned(dates[i].name, dates[i].header,
                             LEAF("2", "Build", WEEK_1, "PT40H0M0S", "50", ""), "", "");
        const Okr__EarnedValue *value = earned_value(id);
        assert_int_equal(value->status_from, dates[i].from);
        assert_string_equal(value->status_date, dates[i].date);
        NEAR(value->pv, dates[i].pv);
        assert_int_equal(has_gap(value, GAP(NO_STATUS_DATE)), i > 0);
    }
}

// ---- R31: over the versions -------------------------------------------------------------------

// Broken when the curves are not those of the versions, week by week.
static void r31_the_curves_of_a_project(void **state)
{
    (void)state;
#define ACTUAL(work) "<ActualWork>" work "</ActualWork>"
    int64_t id = planned("curves", STATUS("2026-10-09T17:00:00"),
                         LEAF("2", "Build", WEEK_1, "PT40H0M0S", "50", ACTUAL("PT30H0M0S"))
                             LEAF("3", "Test", WEEK_2, "PT40H0M0S", "0", ""),
                         "", "");
    pushed("curves", STATUS("2026-10-14T17:00:00"),
           LEAF("2", "Build", WEEK_1, "PT40H0M0S", "75", ACTUAL("PT44H0M0S"))
               LEAF("3", "Test", WEEK_2, "PT40H0M0S", "0", ""),
           "", "");
    pushed("curves", STATUS("2026-10-15T17:00:00"), // later in the same week: this one counts
           LEAF("2", "Build", WEEK_1, "PT40H0M0S", "100", ACTUAL("PT50H0M0S"))
               LEAF("3", "Test", WEEK_2, "PT40H0M0S", "25", ACTUAL("PT10H0M0S")),
           "", "");
    Okr__GetEarnedValueHistoryRequest request = OKR__GET_EARNED_VALUE_HISTORY_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = id;
    const Okr__EarnedValueHistory *history =
        must(server, "eve", RPC_PLAN_ANALYSIS_GET_EARNED_VALUE_HISTORY, &request);
    assert_string_equal(history->project_name, "curves");
    assert_int_equal(history->n_weeks, 2);
    const Okr__EarnedValueWeek *first = history->weeks[0], *second = history->weeks[1];
    assert_string_equal(first->week, "2026-W41");
    NEAR(first->planned, 40 * 60);
    NEAR(first->pv, 40 * 60);
    NEAR(first->ev, 20 * 60);
    NEAR(first->ac, 30 * 60);
    assert_string_equal(first->versions[0], "curves 1");
    assert_string_equal(second->week, "2026-W42");
    NEAR(second->planned, 80 * 60);
    NEAR(second->pv, (40 + 32) * 60); // four of the five days of the second week
    NEAR(second->ev, (40 + 10) * 60);
    NEAR(second->ac, 60 * 60);
    NEAR(second->bac, 80 * 60);
    assert_string_equal(second->versions[0], "curves 3");
    assert_string_equal(second->status_date, "2026-10-15T17:00:00");
    assert_false(history->cut);
    request.project_id = 99999;
    refused(server, "eve", RPC_PLAN_ANALYSIS_GET_EARNED_VALUE_HISTORY, &request,
            OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND);
}

// ---- R34: holidays ----------------------------------------------------------------------------

// Broken when a due day is told although nobody entered the holidays of its year.
static void r34_a_year_without_holidays_is_said(void **state)
{
    (void)state;
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    const Okr__Docket *docket = must(server, "pm", RPC_MONDAY_GET_DOCKET, &request);
    assert_false(docket->has_year_without_holidays); // of 2026 they are known
    request.week = TEXT("2031-W03");
    docket = must(server, "pm", RPC_MONDAY_GET_DOCKET, &request);
    assert_string_equal(docket->due_day, "2031-01-13");
    assert_int_equal(docket->year_without_holidays, 2031);
}

#define CASE(test) cmocka_unit_test_teardown(test, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(r32_nothing_earned_is_a_miss),        CASE(r32_a_task_past_its_start_is_a_miss),
        CASE(r21_an_open_milestone_is_not_done),   CASE(r32_a_miss_names_its_limit),
        CASE(r31_a_tasks_own_time_counts),         CASE(r31_a_persons_calendar_counts),
        CASE(r31_the_files_own_baseline_counts),   CASE(r32_load_lies_where_the_file_puts_it),
        CASE(r31_as_the_file_says_it_counts),      CASE(r31_a_bad_percent_is_shown),
        CASE(r31_the_date_is_named_as_what_it_is), CASE(r31_the_curves_of_a_project),
        CASE(r34_a_year_without_holidays_is_said),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
