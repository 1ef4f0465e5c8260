// The first-admin code: where it is written and for whom, what is taken for it, when it is void.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server/people/first_admin.h"
#include "server/people/login_limit.h"
#include "tests/unit/directory_rows.h"

static char folder[] = "/tmp/first-admin-XXXXXX";
static char path[64];

static struct directory *directory_with(bool admin)
{
    static const char *const members[][FIXTURE_COLUMNS] = {{"1", "root", "Root", "t"}};
    static const char *const roles[][FIXTURE_COLUMNS] = {{"1", "admin", "12"}};
    static const char *const settings[][FIXTURE_COLUMNS] = {
        {"1", "Asia/Tokyo", "5", "1080", "70", "90", "1", "3"}};
    struct fixture all[] = {
        FIXTURE(members), FIXTURE(roles), {NULL, 0}, {NULL, 0}, FIXTURE(settings)};
    all[1].count = admin ? 1 : 0;
    return fixture_directory(all);
}

static void read_code(char code[64])
{
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_non_null(fgets(code, 64, in));
    fclose(in);
    code[strcspn(code, "\n")] = '\0';
}

static int make(void **state)
{
    (void)state;
    if (sodium_init() < 0 || !mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/first-admin-code", folder);
    server_directory_set(directory_with(false));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    server_directory_set(NULL);
    return rmdir(folder); // fails when a file was left behind
}

static void test_file(void **state)
{
    (void)state;
    struct first_admin_error error;
    char code[64];
    struct stat st;
    assert_true(first_admin_prepare(folder, &error));
    read_code(code);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(strlen(code), 19);
    assert_true(code[4] == '-' && code[9] == '-' && code[14] == '-');
    for (const char *c = code; *c; c++)
        assert_true(*c == '-' || (strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", *c) != NULL));
}

static void test_check(void **state)
{
    (void)state;
    char code[64], loose[64], wrong[64];
    read_code(code);
    assert_true(first_admin_check(code));
    size_t n = 0;
    for (const char *c = code; *c; c++)
        if (*c != '-')
            loose[n++] = *c == '0' ? 'o' : *c == '1' ? 'l' : (char)tolower((unsigned char)*c);
    loose[n] = '\0';
    assert_true(first_admin_check(loose)); // as people type it
    strcpy(wrong, code);
    wrong[18] = wrong[18] == 'A' ? 'B' : 'A';
    assert_false(first_admin_check(wrong));
    code[18] = '\0';
    assert_false(first_admin_check(code));
    assert_false(first_admin_check(""));
    assert_false(first_admin_check("0000-0000-0000-0000-0000"));
}

static void test_each_start_makes_another(void **state)
{
    (void)state;
    struct first_admin_error error;
    char before[64], after[64];
    read_code(before);
    assert_true(first_admin_prepare(folder, &error));
    read_code(after);
    assert_string_not_equal(before, after);
    assert_false(first_admin_check(before));
}

static void test_no_folder(void **state)
{
    (void)state;
    struct first_admin_error error = {""};
    assert_false(first_admin_prepare("/nonexistent/folder", &error));
    assert_non_null(strstr(error.message, "/nonexistent/folder/first-admin-code"));
    assert_false(first_admin_check("0000-0000-0000-0000"));
    assert_true(first_admin_prepare(folder, &error));
}

static void test_void_once_there_is_an_admin(void **state)
{
    (void)state;
    struct first_admin_error error;
    char code[64];
    read_code(code);
    server_directory_set(directory_with(true));
    assert_false(first_admin_check(code));
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(first_admin_prepare(folder, &error)); // a later start
    assert_int_not_equal(access(path, F_OK), 0);
}

static void test_login_limit(void **state)
{
    (void)state;
    int64_t minute = 60 * 1000;
    for (int i = 0; i < LOGIN_LIMIT_WRONG; i++) {
        assert_false(login_limit_reached("eve", 1000));
        login_limit_note_wrong("eve", 1000);
    }
    assert_true(login_limit_reached("eve", 1000));
    assert_false(login_limit_reached("adam", 1000)); // others are not held up
    assert_true(login_limit_reached("eve", 1000 + LOGIN_LIMIT_MINUTES * minute - 1));
    assert_false(login_limit_reached("eve", 1000 + LOGIN_LIMIT_MINUTES * minute));
    login_limit_note_wrong("eve", 1000 + LOGIN_LIMIT_MINUTES * minute); // begins a new count
    assert_false(login_limit_reached("eve", 1000 + LOGIN_LIMIT_MINUTES * minute));
    login_limit_forget("eve");
    for (int i = 0; i < 2000; i++) { // a flood of handles stays in its table
        char handle[16];
        snprintf(handle, sizeof handle, "h%d", i);
        login_limit_note_wrong(handle, 2000);
    }
    assert_false(login_limit_reached("h1999", 2000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_each_start_makes_another),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_void_once_there_is_an_admin),
        cmocka_unit_test(test_login_limit),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
