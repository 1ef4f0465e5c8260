/* Giving up root. Each change of user happens in a child, for there is no way back; what needs
 * root is skipped without it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/privilege.h"

#define EXEC_ANSWER 42

extern char **environ;

static char base[64];

static void need_root(void)
{
    if (geteuid() != 0) {
        skip();
    }
}

static const char *under(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", base, name);
    return path;
}

static void assert_says(const struct privilege_error *error, const char *part)
{
    if (strstr(error->message, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error->message, part);
    }
}

/* `check` answers with the line of the first thing that is wrong, or 0, or does not return. */
static void in_child(int (*check)(void), int expected)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int line = check();
        if (line != 0) {
            fprintf(stderr, "in the child: line %d\n", line);
        }
        _exit(line == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (0)

static void test_find_user(void **state)
{
    struct privilege_error error;
    struct privilege_user user = {.uid = 77};
    (void)state;
    need_root();
    assert_false(privilege_find_user("root", &user, &error));
    assert_says(&error, "is root");
    assert_false(privilege_find_user("no-such-user", &user, &error));
    assert_says(&error, "no-such-user");
    assert_int_equal(user.uid, 77);
    assert_true(privilege_find_user("nobody", &user, &error));
    assert_string_equal(user.name, "nobody");
    assert_true(privilege_find_user(NULL, &user, &error));
    assert_string_equal(user.name, getpwnam("okrd") != NULL ? "okrd" : "postgres");
}

static void test_prepare_makes_parents_and_leaf(void **state)
{
    struct privilege_error error;
    struct stat status;
    (void)state;
    need_root();
    mode_t before = umask(077);
    bool made = privilege_prepare_dir(under("a/b/leaf/"), "nobody", 0700, &error);
    umask(before);
    if (!made) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(stat(under("a/b"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0755);
    assert_int_equal(status.st_uid, 0);
    assert_int_equal(stat(under("a/b/leaf"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(status.st_uid, getpwnam("nobody")->pw_uid);
    assert_true(privilege_prepare_dir(under("a/b/leaf"), "nobody", 0750, &error));
    assert_int_equal(stat(under("a/b/leaf"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0750);
    assert_false(privilege_prepare_dir(under("a/b/leaf"), "daemon", 0700, &error));
    assert_says(&error, "belongs to");
}

static void test_prepare_refuses(void **state)
{
    struct privilege_error error;
    struct stat status;
    (void)state;
    need_root();
    assert_false(privilege_prepare_dir("relative/dir", "nobody", 0700, &error));
    assert_says(&error, "absolute");
    assert_false(privilege_prepare_dir("/", "nobody", 0700, &error));

    assert_int_equal(symlink("/etc", under("link")), 0);
    assert_false(privilege_prepare_dir(under("link"), "nobody", 0700, &error));
    assert_says(&error, "symbolic link");

    assert_int_equal(mkdir(under("full"), 0755), 0);
    close(open(under("full/file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_false(privilege_prepare_dir(under("full"), "nobody", 0700, &error));
    assert_says(&error, "belongs to user id 0");
    assert_false(privilege_prepare_dir(under("full/file/leaf"), "nobody", 0700, &error));
    assert_says(&error, "is not a directory");

    assert_int_equal(mkdir(under("closed"), 0700), 0);
    assert_false(privilege_prepare_dir(under("closed/in/leaf"), "nobody", 0700, &error));
    assert_says(&error, "may not enter");
    assert_says(&error, "/closed, which is above");
    assert_int_equal(stat(under("closed/in/leaf"), &status), -1);

    assert_int_equal(mkdir(under("empty"), 0755), 0);
    assert_true(privilege_prepare_dir(under("empty"), "nobody", 0700, &error));
}

static int drop_and_look(void)
{
    struct privilege_error error;
    gid_t groups[64];
    char cwd[64];
    uid_t uid[3];
    gid_t gid[3];
    const struct passwd *nobody = getpwnam("nobody");
    uid_t expected_uid = nobody->pw_uid;
    gid_t expected_gid = nobody->pw_gid;
    REQUIRE(setenv("PGHOST", "elsewhere", 1) == 0 && setenv("PGOPTIONS", "-c x=y", 1) == 0);
    REQUIRE(setenv("APGHOST", "kept", 1) == 0);
    REQUIRE(privilege_drop("nobody", &error));
    REQUIRE(getresuid(&uid[0], &uid[1], &uid[2]) == 0 && getresgid(&gid[0], &gid[1], &gid[2]) == 0);
    for (int i = 0; i < 3; i++) {
        REQUIRE(uid[i] == expected_uid && gid[i] == expected_gid);
    }
    int count = getgroups(64, groups);
    REQUIRE(count >= 0);
    for (int i = 0; i < count; i++) {
        REQUIRE(groups[i] != 0);
    }
    REQUIRE(setuid(0) == -1 && seteuid(0) == -1 && setgid(0) == -1);
    REQUIRE(getenv("PGHOST") == NULL && getenv("PGOPTIONS") == NULL);
    REQUIRE(getenv("APGHOST") != NULL && strcmp(getenv("USER"), "nobody") == 0);
    REQUIRE(getcwd(cwd, sizeof cwd) != NULL && strcmp(cwd, "/") == 0);
    /* Once more is nothing; to someone else is refused. */
    REQUIRE(privilege_drop(NULL, &error) && privilege_drop("nobody", &error));
    REQUIRE(!privilege_drop("daemon", &error));
    REQUIRE(strstr(error.message, "only root") != NULL);
    return 0;
}

static void test_drop(void **state)
{
    (void)state;
    need_root();
    in_child(drop_and_look, 0);
}

static int drop_and_exec(void)
{
    struct privilege_error error;
    char name[] = "test_privilege";
    char verb[] = "answer";
    char *argv[] = {name, verb, NULL};
    int exe = privilege_keep_exe();
    REQUIRE(exe >= 0 && (fcntl(exe, F_GETFD) & FD_CLOEXEC) != 0);
    REQUIRE(geteuid() != 0 || privilege_drop("nobody", &error));
    fexecve(exe, argv, environ);
    return __LINE__;
}

/* Whoever may not open /proc/self/exe, or search the way to it, can still be run again. */
static void test_exec_after_drop(void **state)
{
    (void)state;
    in_child(drop_and_exec, EXEC_ANSWER);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int make_base(void **state)
{
    (void)state;
    snprintf(base, sizeof base, "/tmp/okrd-privilege-XXXXXX");
    return mkdtemp(base) != NULL && chmod(base, 0755) == 0 ? 0 : -1;
}

static int remove_base(void **state)
{
    (void)state;
    return nftw(base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "answer") == 0) {
        return EXEC_ANSWER;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find_user),
        cmocka_unit_test(test_prepare_makes_parents_and_leaf),
        cmocka_unit_test(test_prepare_refuses),
        cmocka_unit_test(test_drop),
        cmocka_unit_test(test_exec_after_drop),
    };
    return cmocka_run_group_tests_name("privilege", tests, make_base, remove_base);
}
