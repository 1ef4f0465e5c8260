// The forms that rows and files come in: each program that writes plans has its own. forms.xml
// holds one row of each; the same plan in other wrappings is the same plan.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "client/plan_sync/mspdi/mspdi.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

enum { ROWS_MOST = 32 };

static struct {
    Okr__PlanTask *tasks[ROWS_MOST];
    size_t n_tasks;
    Okr__PlanResource *resources[ROWS_MOST];
    size_t n_resources;
    Okr__PlanAssignment *assignments[ROWS_MOST];
    size_t n_assignments;
    Okr__PlanCalendar *calendars[ROWS_MOST];
    size_t n_calendars;
    struct mspdi_plan plan;
} forms;

static void *copy(const ProtobufCMessage *row)
{
    uint8_t packed[4096];
    size_t size = protobuf_c_message_get_packed_size(row);
    assert_true(size <= sizeof packed);
    protobuf_c_message_pack(row, packed);
    return protobuf_c_message_unpack(row->descriptor, NULL, size, packed);
}

static bool on_task(void *ctx, const Okr__PlanTask *row)
{
    (void)ctx;
    forms.tasks[forms.n_tasks++] = copy(&row->base);
    return true;
}

static bool on_resource(void *ctx, const Okr__PlanResource *row)
{
    (void)ctx;
    forms.resources[forms.n_resources++] = copy(&row->base);
    return true;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *row)
{
    (void)ctx;
    forms.assignments[forms.n_assignments++] = copy(&row->base);
    return true;
}

static bool on_calendar(void *ctx, const Okr__PlanCalendar *row)
{
    (void)ctx;
    forms.calendars[forms.n_calendars++] = copy(&row->base);
    return true;
}

static int read_forms(void **state)
{
    static const struct mspdi_sink sink = {.task = on_task,
                                           .resource = on_resource,
                                           .assignment = on_assignment,
                                           .calendar = on_calendar};
    struct mspdi_error error;
    (void)state;
    return mspdi_read_path(PLANS "forms.xml", NULL, &sink, &forms.plan, &error) ? 0 : -1;
}

static int free_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS_MOST; i++) {
        protobuf_c_message_free_unpacked((void *)forms.tasks[i], NULL);
        protobuf_c_message_free_unpacked((void *)forms.resources[i], NULL);
        protobuf_c_message_free_unpacked((void *)forms.assignments[i], NULL);
        protobuf_c_message_free_unpacked((void *)forms.calendars[i], NULL);
    }
    mspdi_plan_clear(&forms.plan);
    return 0;
}

// ---- tasks -------------------------------------------------------------------------------------

static const Okr__PlanTask *task(int64_t uid)
{
    for (size_t i = 0; i < forms.n_tasks; i++) {
        if (forms.tasks[i]->has_uid && forms.tasks[i]->uid == uid)
            return forms.tasks[i];
    }
    fail_msg("no task %lld", (long long)uid);
    return NULL;
}

static void rows_of_the_outline(void **state)
{
    (void)state;
    assert_int_equal(forms.n_tasks, 16);
    assert_false(task(0)->has_parent_uid);
    assert_int_equal(task(1)->parent_uid, 0);
    assert_true(task(2)->null && !task(2)->has_parent_uid);
    assert_int_equal(task(3)->parent_uid, 1); // the blank row does not come between
    assert_int_equal(task(8)->parent_uid, 7);
    assert_true(task(7)->recurring && !task(8)->recurring);
    assert_false(task(13)->has_id || task(13)->has_outline_level);
    assert_string_equal(task(13)->outline_number, "2.1");
    assert_int_equal(task(13)->parent_uid, 12);
    assert_true(task(14)->subproject);
    assert_string_equal(task(14)->subproject_name, "c:\\plans\\sub.mpp");
    const Okr__PlanTask *bare = forms.tasks[15];
    assert_false(bare->has_uid || bare->has_id || bare->has_work || bare->has_duration);
    assert_true(bare->active && !bare->manual && !bare->null);
}

static void states_of_tasks(void **state)
{
    (void)state;
    assert_false(task(4)->active);
    assert_true(task(5)->manual);
    assert_null(task(5)->start);
    assert_false(task(5)->has_duration);
    assert_true(task(6)->external);
    assert_string_equal(task(6)->external_project, "other.mpp\\4");
    const Okr__PlanPredecessor *link = task(6)->predecessors[0];
    assert_true(link->cross_project);
    assert_string_equal(link->type, "FF");
    assert_true(link->lag_minutes == -240.5);
    assert_string_equal(task(13)->constraint, "FNLT");
    assert_string_equal(task(13)->deadline, "2026-03-31T17:00:00");
    link = task(13)->predecessors[0];
    assert_string_equal(link->type, "FS");
    assert_true(link->has_lag_percent && !link->has_lag_minutes && link->lag_percent == -50);
}

// A split leaves its gap in the dates alone; Stop and Resume are kept as they are.
static void durations_of_tasks(void **state)
{
    (void)state;
    assert_true(task(3)->duration == 1440 && !task(3)->elapsed && !task(3)->estimated);
    assert_string_equal(task(3)->resume, "2026-01-14T08:00:00");
    assert_true(task(9)->duration == 1440 && task(9)->elapsed && !task(9)->estimated);
    assert_true(task(10)->elapsed && task(10)->estimated);
    assert_true(task(11)->estimated && !task(11)->elapsed);
    assert_true(task(12)->duration == 0.0167);
    assert_true(task(12)->actual_duration == 120.0025);
    assert_true(task(12)->remaining_duration == -90.3333);
    assert_true(task(12)->work == -0.5);
    assert_true(task(13)->fixed_cost == -12.5);
}

// ---- the others --------------------------------------------------------------------------------

static void kinds_of_resources(void **state)
{
    (void)state;
    static const char *const kinds[] = {"work", "work", "material", "cost", "cost", "work", "work"};
    assert_int_equal(forms.n_resources, 7);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(forms.resources[i]->kind, kinds[i]);
    assert_string_equal(forms.resources[2]->material_label, "t");
    assert_true(forms.resources[5]->generic && forms.resources[5]->inactive);
    assert_int_equal(forms.resources[6]->uid, 1000101588);
    assert_true(forms.resources[6]->null);
}

static void work_without_a_resource(void **state)
{
    (void)state;
    static const bool named[] = {true, false, false, true, true, false};
    assert_int_equal(forms.n_assignments, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(forms.assignments[i]->has_resource_uid, named[i]);
    assert_false(forms.assignments[5]->has_work);
    // Assignments' work, that of a summary's own assignment included; of tasks without assignment
    // the leaves' alone.
    assert_true(forms.plan.totals.assignment_work == 42 * 60);
    assert_true(forms.plan.totals.leaf_task_work == 8 * 60);
}

static void calendars_around_the_clock(void **state)
{
    (void)state;
    const Okr__PlanCalendar *whole = forms.calendars[0];
    assert_false(whole->has_base_uid);
    assert_int_equal(whole->week_days[0]->times[0]->from_minute, 0);
    assert_int_equal(whole->week_days[0]->times[0]->to_minute, 0);
    const Okr__PlanCalendarException *night = whole->exceptions[0];
    assert_int_equal(night->type, 6);
    assert_int_equal(night->occurrences, 26);
    assert_int_equal(night->times[0]->from_minute, 22 * 60);
    assert_int_equal(night->times[0]->to_minute, 2 * 60);
    assert_int_equal(forms.calendars[1]->base_uid, 1);
    assert_int_equal(forms.calendars[1]->n_week_days, 0);
}

// ---- the wrapping ------------------------------------------------------------------------------

static void assert_same_plan(const char *what, const void *text, size_t size)
{
    struct mspdi_plan plan;
    struct mspdi_error error;
    int fd = memfd_create("plan", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, size), size);
    if (!mspdi_read(fd, NULL, NULL, &plan, &error))
        fail_msg("%s: %s (%s)", what, error.message, error.detail);
    if (strcmp(plan.content_hash, forms.plan.content_hash) != 0)
        fail_msg("%s: another plan", what);
    mspdi_plan_clear(&plan);
    close(fd);
}

// forms.xml with its first line and its root element replaced.
static char *wrapped(const char *declaration, const char *root, const char *end)
{
    static char text[64 * 1024];
    FILE *f = fopen(PLANS "forms.xml", "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    char *body = strstr(text, "<SaveVersion>");
    char *close_tag = strstr(text, "</Project>");
    char *whole = NULL;
    assert_true(
        asprintf(&whole, "%s%s%.*s%s", declaration, root, (int)(close_tag - body), body, end) > 0);
    return whole;
}

static void assert_same_wrapped(const char *declaration, const char *root, const char *end)
{
    char *text = wrapped(declaration, root, end);
    assert_same_plan(*root ? root : declaration, text, strlen(text));
    free(text);
}

static void namespaces_and_declarations(void **state)
{
    (void)state;
    assert_same_wrapped("", "<Project>", "</Project>");
    assert_same_wrapped("<?xml version='1.0'?>", "<Project>", "</Project>");
    assert_same_wrapped("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>",
                        "<Project xmlns=\"http://schemas.microsoft.com/project\">", "</Project>");
    assert_same_wrapped("\xEF\xBB\xBF", "<Project>", "</Project>");
    assert_same_wrapped("", "<Project xmlns=\"http://schemas.microsoft.com/project/2007\">",
                        "</Project>");
    assert_same_wrapped("<?xml version=\"1.0\" encoding=\"us-ascii\"?>\r\n<!-- x -->",
                        "<p:Project xmlns:p=\"urn:p\" xmlns=\"urn:p\">", "</p:Project>");
}

static void assert_same_in(const char *declared, const char *charset, const char *mark, size_t n)
{
    char declaration[128];
    static char bytes[256 * 1024];
    snprintf(declaration, sizeof declaration, "<?xml version=\"1.0\" encoding=\"%s\"?>", declared);
    char *text = wrapped(declaration, "<Project>", "</Project>");
    iconv_t to = iconv_open(charset, "UTF-8");
    assert_true(to != (iconv_t)-1);
    char *in = text, *out = bytes + n;
    size_t left = strlen(text), room = sizeof bytes - n;
    memcpy(bytes, mark, n);
    assert_true(iconv(to, &in, &left, &out, &room) != (size_t)-1);
    iconv_close(to);
    assert_same_plan(charset, bytes, (size_t)(out - bytes));
    free(text);
}

static void encodings_of_the_same_plan(void **state)
{
    (void)state;
    static const char *const declared[] = {"Shift_JIS",    "EUC-JP",       "ISO-2022-JP",
                                           "windows-1252", "windows-1251", "ISO-8859-1",
                                           "GB18030",      "Big5",         "EUC-KR"};
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++)
        assert_same_in(declared[i], declared[i], "", 0);
    assert_same_in("UTF-16", "UTF-16LE", "\xFF\xFE", 2);
    assert_same_in("UTF-16", "UTF-16BE", "\xFE\xFF", 2);
    assert_same_in("UTF-16", "UTF-16LE", "", 0);
    assert_same_in("UTF-16", "UTF-16BE", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_the_outline),         cmocka_unit_test(states_of_tasks),
        cmocka_unit_test(durations_of_tasks),          cmocka_unit_test(kinds_of_resources),
        cmocka_unit_test(work_without_a_resource),     cmocka_unit_test(calendars_around_the_clock),
        cmocka_unit_test(namespaces_and_declarations), cmocka_unit_test(encodings_of_the_same_plan),
    };
    return cmocka_run_group_tests(tests, read_forms, free_forms);
}
