#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { WORDS_MOST = 14 };

char *program_path(struct program *p, const char *name)
{
    static char paths[32][256];
    static unsigned turn;
    char *path = paths[turn++ % 32];
    snprintf(path, sizeof paths[0], "%s/%s", p->folder, name);
    return path;
}

void program_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

// What okr stores after pm has logged in.
static void log_in(struct program *p)
{
    char line[512];
    static const char *const folders[] = {".local", ".local/state", ".local/state/okr"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(program_path(p, folders[i]), 0700), 0);
    snprintf(line, sizeof line, "%s\tpm\t%s\n", okrd_address(p->okrd), okrd_token(p->okrd, "pm"));
    program_write(program_path(p, ".local/state/okr/credentials"), line);
}

void program_log_in(struct program *p, const char *handle)
{
    FILE *file = fopen(program_path(p, ".local/state/okr/credentials"), "ae");
    assert_non_null(file);
    fprintf(file, "%s\t%s\t%s\n", okrd_address(p->okrd), handle, okrd_token(p->okrd, handle));
    fclose(file);
}

void program_begin(struct program *p, struct okrd *okrd)
{
    p->okrd = okrd;
    snprintf(p->folder, sizeof p->folder, "/tmp/okr-program-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    log_in(p);
}

void program_end(struct program *p)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
    assert_int_equal(system(command), 0);
}

static void start(struct program *p, char *const argv[])
{
    clearenv();
    setenv("HOME", p->folder, 1);
    setenv("OKR_SERVER", okrd_address(p->okrd), 1);
    setenv("OKR_LANG", "en", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    execv(argv[0], argv);
    _exit(127);
}

static void become(struct program *p, char *const argv[])
{
    int out = open(program_path(p, "out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open(program_path(p, "err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    start(p, argv);
}

static void read_back(const char *path, char text[PROGRAM_TEXT_MOST])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, text, PROGRAM_TEXT_MOST - 1);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
}

static void take_words(char *argv[WORDS_MOST], va_list words)
{
    for (int i = 1; i < WORDS_MOST - 1 && (argv[i] = va_arg(words, char *)); i++)
        continue;
}

static void run(struct program *p, char *path, va_list words)
{
    char *argv[WORDS_MOST] = {path};
    int status;
    take_words(argv, words);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become(p, argv);
    assert_int_equal(waitpid(child, &status, 0), child);
    p->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    read_back(program_path(p, "out"), p->out);
    read_back(program_path(p, "err"), p->err);
}

void program_sync(struct program *p, ...)
{
    va_list words;
    va_start(words, p);
    run(p, BIN_DIR "/okr-plan-sync", words);
    va_end(words);
}

void program_okr(struct program *p, ...)
{
    va_list words;
    va_start(words, p);
    run(p, BIN_DIR "/okr", words);
    va_end(words);
}

// What the terminal shows; once it ends with a question, the answer is typed.
static void talk(struct program *p, int terminal, const char *answer)
{
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    size_t length = 0;
    for (;;) {
        assert_true(poll(&ready, 1, 60000) > 0);
        ssize_t n = read(terminal, p->out + length, sizeof p->out - 1 - length);
        if (n <= 0) // EIO: the program has gone
            return;
        length += (size_t)n;
        p->out[length] = '\0';
        if (answer && length > 2 && strchr("]:", p->out[length - 2]) && p->out[length - 1] == ' ') {
            assert_true(dprintf(terminal, "%s\n", answer) > 0);
            answer = NULL;
        }
    }
}

void program_terminal(struct program *p, const char *answer, ...)
{
    char *argv[WORDS_MOST] = {BIN_DIR "/okr"};
    struct winsize size = {.ws_row = 40, .ws_col = 80};
    int terminal, status;
    va_list words;
    va_start(words, answer);
    take_words(argv, words);
    va_end(words);
    p->out[0] = p->err[0] = '\0';
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    assert_true(child >= 0);
    if (child == 0)
        start(p, argv);
    talk(p, terminal, answer);
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    p->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void program_expect(const struct program *p, int code, const char *in_out, const char *in_err)
{
    if (p->code == code && strstr(p->out, in_out) && strstr(p->err, in_err))
        return;
    okrd_show_log(p->okrd);
    fail_msg("exit %d, expected %d with \"%s\" and \"%s\"\nout: %s\nerr: %s", p->code, code, in_out,
             in_err, p->out, p->err);
}
