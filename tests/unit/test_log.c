// The log through a pipe in standard error's place: one packet a line, levels, escapes, errno.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/calendar.h"
#include "common/log.h"

static int reader, saved_stderr;

// O_DIRECT keeps writes apart: one read gives what one write(2) wrote.
static int redirect(void **state)
{
    (void)state;
    int ends[2];
    if (pipe2(ends, O_DIRECT | O_NONBLOCK))
        return -1;
    saved_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reader = ends[0];
    return 0;
}

static int restore(void **state)
{
    (void)state;
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(reader);
    return 0;
}

// The next line without its time, which has to be now; NULL when nothing was written.
static const char *next_line(void)
{
    static char line[16384];
    ssize_t len = read(reader, line, sizeof line - 1);
    if (len <= 0)
        return NULL;
    line[len] = '\0';
    char *space = strchr(line, ' ');
    assert_non_null(space);
    *space = '\0';
    int64_t us = 0;
    assert_true(timestamp_parse(line, &us));
    int64_t age = (int64_t)time(NULL) - us / 1000000;
    assert_true(age >= -2 && age < 60);
    return space + 1;
}

static void test_levels(void **state)
{
    (void)state;
    log_set_level(LOG_LEVEL_WARN);
    log_debug("a");
    log_info("b");
    log_warn("c");
    log_error("d");
    assert_string_equal(next_line(), "warn c\n");
    assert_string_equal(next_line(), "error d\n");
    assert_null(next_line());
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("%s=%d", "x", 1);
    assert_string_equal(next_line(), "debug x=1\n");
}

static void test_escapes(void **state)
{
    (void)state;
    log_error("%s|", "a\nb\t\x1b[31m\x7f\xc2\x9b 週 \xff\xe3\x81");
    assert_string_equal(next_line(),
                        "error a\\nb\\t\\x1b[31m\\x7f\\xc2\\x9b 週 \\xff\\xe3\\x81|\n");
    errno = ENOENT;
    log_error("open: %m");
    assert_int_equal(errno, ENOENT);
    assert_string_equal(next_line(), "error open: No such file or directory\n");
}

static void test_long(void **state)
{
    (void)state;
    log_error("%5000s", "end");
    const char *line = next_line();
    size_t len = strlen(line);
    assert_in_range(len, 900, 1100);
    assert_string_equal(line + len - 5, " ...\n");
    char noise[3000];
    memset(noise, 1, sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    log_error("%s", noise); // every byte becomes four
    line = next_line();
    assert_in_range(strlen(line), 3900, 4096);
    assert_non_null(strstr(line, "\\x01\\x01"));
    assert_null(next_line());
}

// Broken when a log line waits for a reader that does not read: this test would never end.
static void test_nobody_reads(void **state)
{
    (void)state;
    enum { LINES = 100 };
    fcntl(STDERR_FILENO, F_SETFL, O_DIRECT); // a write would wait
    alarm(10);
    for (int i = 0; i < LINES; i++)
        log_error("%d", i);
    alarm(0);
    int came = 0;
    while (next_line())
        came++;
    assert_in_range(came, 1, LINES - 1);
    log_error("again");
    const char *line = next_line();
    assert_int_equal(atoi(line + strlen("warn ")), LINES - came);
    assert_non_null(strstr(line, "lines of the log were dropped"));
    assert_string_equal(next_line(), "error again\n");
    log_error("and no more");
    assert_string_equal(next_line(), "error and no more\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_levels, redirect, restore),
        cmocka_unit_test_setup_teardown(test_escapes, redirect, restore),
        cmocka_unit_test_setup_teardown(test_long, redirect, restore),
        cmocka_unit_test_setup_teardown(test_nobody_reads, redirect, restore),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
