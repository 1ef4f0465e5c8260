// What `okr-plan-sync check` prints, and its exit codes.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>
#include "client/plan_sync/file/check.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

// What is printed; the exit code through *ret_code. stderr goes nowhere meanwhile.
static char *output_of(const char *path, bool json, int *ret_code)
{
    char *text = NULL;
    size_t size = 0;
    int err = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, STDERR_FILENO);
    FILE *out = open_memstream(&text, &size);
    *ret_code = check_print(path, json, out);
    fclose(out);
    dup2(err, STDERR_FILENO);
    close(err);
    close(null);
    return text;
}

static json_t *json_of(const char *path)
{
    int code;
    json_error_t error;
    char *text = output_of(path, true, &code);
    assert_int_equal(code, CHECK_PRINT_DONE);
    json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!doc)
        fail_msg("%s: %s at %d", path, error.text, error.position);
    free(text);
    return doc;
}

// The member at a path of keys and indexes ("tasks", "2", "name").
static json_t *at(json_t *doc, const char *const *path)
{
    for (; *path && doc; path++)
        doc = json_is_array(doc) ? json_array_get(doc, (size_t)atoi(*path))
                                 : json_object_get(doc, *path);
    return doc;
}

#define AT(doc, ...) at(doc, (const char *const[]){__VA_ARGS__, NULL})

static void test_json_of_a_plan(void **state)
{
    (void)state;
    json_t *doc = json_of(PLANS "basic.xml");
    assert_string_equal(json_string_value(AT(doc, "project", "title")), "Launch of the portal");
    assert_true(json_is_null(AT(doc, "project", "author")));
    assert_true(json_real_value(AT(doc, "project", "days_per_month")) == 20.5);
    assert_int_equal(json_array_size(AT(doc, "tasks")), 7);
    assert_true(json_is_true(AT(doc, "tasks", "1", "has_children")));
    assert_true(json_is_false(AT(doc, "tasks", "2", "has_children")));
    assert_int_equal(json_integer_value(AT(doc, "tasks", "2", "parent_uid")), 1);
    assert_int_equal(json_integer_value(AT(doc, "tasks", "2", "baselines", "1")), 3);
    assert_int_equal(json_integer_value(AT(doc, "tasks", "2", "baseline0", "cost")), 120000);
    assert_null(AT(doc, "tasks", "2", "baseline0", "number"));
    assert_true(json_is_null(AT(doc, "tasks", "4", "baseline0")));
    assert_string_equal(json_string_value(AT(doc, "tasks", "4", "predecessors", "0", "type")),
                        "SS");
    assert_null(AT(doc, "tasks", "0", "position"));
    assert_string_equal(json_string_value(AT(doc, "resources", "3", "kind")), "cost");
    assert_int_equal(json_integer_value(AT(doc, "resources", "1", "baseline0_work")), 1200);
    assert_true(json_is_null(AT(doc, "assignments", "1", "resource_uid")));
    assert_int_equal(json_integer_value(AT(doc, "dangling", "assignment_task")), 0);
    assert_int_equal(json_object_size(AT(doc, "warnings")), 0);
    assert_true(json_is_null(AT(doc, "file", "bom")));
    json_decref(doc);
}

static void test_json_of_bad_values(void **state)
{
    (void)state;
    json_t *doc = json_of(PLANS "bad-values.xml");
    assert_int_equal(json_integer_value(AT(doc, "warnings", "bad_int", "count")), 3);
    assert_string_equal(json_string_value(AT(doc, "warnings", "bad_int", "first", "0")), "ID=3.5");
    assert_int_equal(json_integer_value(AT(doc, "warnings", "bad_link_type", "first", "0")), 7);
    assert_true(json_real_value(AT(doc, "tasks", "0", "work")) == -60.0025);
    assert_int_equal(json_array_size(AT(doc, "tasks", "0", "baselines")), 3);
    json_decref(doc);
}

// A plan in a file of its own, removed by the caller.
static void write_plan(char *path, const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void test_json_of_duplicates_and_dangling(void **state)
{
    (void)state;
    char path[] = "/tmp/test_mspdi_check.XXXXXX";
    write_plan(path,
               "<Project><Tasks><Task><UID>1</UID><Name>a\"\\&#10;&#9;b</Name></Task>"
               "<Task><UID>1</UID></Task><Task><UID>1</UID><PredecessorLink>"
               "<PredecessorUID>8</PredecessorUID></PredecessorLink><PredecessorLink>"
               "<PredecessorUID>8</PredecessorUID><CrossProject>1</CrossProject>"
               "</PredecessorLink></Task></Tasks><Assignments><Assignment><TaskUID>2</TaskUID>"
               "<ResourceUID>3</ResourceUID></Assignment></Assignments></Project>");
    json_t *doc = json_of(path);
    unlink(path);
    assert_string_equal(json_string_value(AT(doc, "tasks", "0", "name")), "a\"\\\n\tb");
    assert_int_equal(json_array_size(AT(doc, "duplicate_uids", "tasks")), 1);
    assert_int_equal(json_integer_value(AT(doc, "duplicate_uids", "tasks", "0")), 1);
    assert_int_equal(json_integer_value(AT(doc, "dangling", "assignment_task")), 1);
    assert_int_equal(json_integer_value(AT(doc, "dangling", "assignment_resource")), 1);
    assert_int_equal(json_integer_value(AT(doc, "dangling", "predecessor")), 1);
    json_decref(doc);
}

static void test_sanitized_rows_are_not_doubled(void **state)
{
    (void)state;
    json_t *doc = json_of(PLANS "nul-padded.xml");
    assert_int_equal(json_array_size(AT(doc, "tasks")), 1);
    assert_int_equal(json_array_size(AT(doc, "duplicate_uids", "tasks")), 0);
    assert_true(json_is_true(AT(doc, "file", "sanitized")));
    json_decref(doc);
}

static void test_exit_codes_and_silence_on_errors(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int code;
    } cases[] = {
        {PLANS "doctype.xml", CHECK_PRINT_REFUSED},
        {PLANS "truncated.xml", CHECK_PRINT_NO_PLAN},
        {PLANS "not-a-plan.xml", CHECK_PRINT_NO_PLAN},
        {PLANS "none.xml", CHECK_PRINT_FAILED},
        {PLANS "wrong-encoding.xml", CHECK_PRINT_NO_PLAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int code;
        char *text = output_of(cases[i].path, true, &code);
        assert_int_equal(code, cases[i].code);
        assert_string_equal(text, "");
        free(text);
    }
}

static void test_summary(void **state)
{
    (void)state;
    int code;
    char *text = output_of(PLANS "basic.xml", false, &code);
    assert_int_equal(code, CHECK_PRINT_DONE);
    assert_non_null(strstr(text, "Launch of the portal"));
    assert_non_null(strstr(text, "Tasks: 7 (with subtasks: 2, milestones: 1, blank rows: 1, "
                                 "links: 2)"));
    assert_non_null(strstr(text, "40.0 h"));
    assert_non_null(strstr(text, "1.5 h"));
    assert_null(strstr(text, "Warning"));
    free(text);
    text = output_of(PLANS "bad-values.xml", false, &code);
    assert_non_null(strstr(text, "Milestone=maybe"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_of_a_plan),
        cmocka_unit_test(test_json_of_bad_values),
        cmocka_unit_test(test_json_of_duplicates_and_dangling),
        cmocka_unit_test(test_sanitized_rows_are_not_doubled),
        cmocka_unit_test(test_exit_codes_and_silence_on_errors),
        cmocka_unit_test(test_summary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
