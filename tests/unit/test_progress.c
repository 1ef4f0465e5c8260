// The progress line: on a terminal, and nowhere else.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/plan_sync/push/progress.h"

// What work of a second, half of it done after 0.7 s, writes to `to`.
static void work(FILE *to)
{
    struct progress progress;
    progress_start(&progress, to);
    progress_show(&progress, "reading", 1, 100); // at once: too early to say anything
    usleep(700000);
    progress_show(&progress, "reading", 50, 100);
    progress_show(&progress, "reading", 51, 100); // at once again
    progress_end(&progress);
    fflush(to);
}

static size_t read_back(int fd, char *text, size_t size)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    ssize_t n = read(fd, text, size - 1);
    text[n > 0 ? n : 0] = '\0';
    return strlen(text);
}

// Broken when quick work flickers, a long one says nothing, or the line is left behind.
static void a_terminal_is_told_and_left_clean(void **state)
{
    (void)state;
    char text[256];
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    FILE *to = fopen(ptsname(terminal), "w");
    assert_non_null(to);
    work(to);
    read_back(terminal, text, sizeof text);
    assert_string_equal(text, "\r\x1b[Kreading  50 %\r\x1b[K");
    fclose(to);
    close(terminal);
}

// Broken when a log or a pipe is filled with progress.
static void a_pipe_is_told_nothing(void **state)
{
    (void)state;
    char text[256];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    FILE *to = fdopen(ends[1], "w");
    work(to);
    assert_int_equal(read_back(ends[0], text, sizeof text), 0);
    fclose(to);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_is_told_and_left_clean),
        cmocka_unit_test(a_pipe_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
