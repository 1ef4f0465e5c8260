// The agent as a process. What a failing test needs to know is in the log, which is shown then.
#include "tests/support/agent_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/support/plan_fixture.h"

enum { WAIT_MS = 30 * 1000, NAP_MS = 20 };

static char folder[64];
static pid_t pid;
static size_t heard; // bytes of the log up to what was waited for

void agent_nap(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

// ---- files ------------------------------------------------------------------------------------

void agent_folder_new(void)
{
    snprintf(folder, sizeof folder, "/tmp/okr-agent-XXXXXX");
    assert_non_null(mkdtemp(folder));
    heard = 0;
    pid = 0;
}

void agent_folder_remove(void)
{
    char command[192];
    if (pid > 0)
        agent_end(SIGKILL);
    snprintf(command, sizeof command, "chmod -R u+rwX '%s'; rm -rf '%s'", folder, folder);
    assert_int_equal(system(command), 0);
}

char *agent_path(const char *name)
{
    static char path[32][256];
    static unsigned turn;
    char *at = path[turn++ % 32];
    snprintf(at, sizeof path[0], "%s/%s", folder, name);
    return at;
}

static void write_mode(const char *name, const char *text, mode_t mode)
{
    int fd = open(agent_path(name), O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

void agent_write(const char *name, const char *text)
{
    write_mode(name, text, 0600);
}

void agent_copy(const char *from, const char *name)
{
    char command[1024];
    snprintf(command, sizeof command, "cat '%s' > '%s'", from, agent_path(name));
    assert_int_equal(system(command), 0);
}

void agent_move(const char *name, const char *to)
{
    assert_int_equal(rename(agent_path(name), agent_path(to)), 0);
}

char *agent_plan(const char *word, int tasks, int minute)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    fprintf(file,
            "<Project xmlns=\"http://schemas.microsoft.com/project\"><LastSaved>"
            "2021-02-08T%02d:%02d:00</LastSaved><Tasks>\n",
            10 + minute / 60, minute % 60);
    for (int i = 1; i <= tasks; i++)
        fprintf(file,
                "<Task><UID>%d</UID><ID>%d</ID><Name>%s %d</Name><OutlineLevel>1</OutlineLevel>"
                "</Task>\n",
                i, i, word, i);
    fputs("</Tasks></Project>\n", file);
    fclose(file);
    return text;
}

static void read_file(const char *name, char text[AGENT_TEXT_MOST])
{
    int fd = open(agent_path(name), O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, AGENT_TEXT_MOST - 1) : 0;
    text[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

// ---- rights -----------------------------------------------------------------------------------

int64_t agent_delegate(struct okrd *okrd, const char *label, ...)
{
    char token[44], line[64];
    uint8_t hash[32];
    char *sources[AGENT_WORDS_MOST];
    size_t n = 0;
    va_list names;
    va_start(names, label);
    while (n < AGENT_WORDS_MOST && (sources[n] = va_arg(names, char *)))
        n++;
    va_end(names);
    okrd_make_token(token);
    Okr__DelegateAgentRequest request = OKR__DELEGATE_AGENT_REQUEST__INIT;
    request.label = (char *)(uintptr_t)label;
    request.n_sources = n;
    request.sources = sources;
    request.has_token_hash = true;
    request.token_hash = okrd_hash(token, hash);
    Okr__Agent *agent = okrd_must(okrd, "pm", RPC_PLAN_DELEGATE_AGENT, &request);
    int64_t id = agent->id;
    protobuf_c_message_free_unpacked(&agent->base, NULL);
    snprintf(line, sizeof line, "%s\n", token);
    write_mode("token.new", line, 0600);
    agent_move("token.new", "token");
    return id;
}

// ---- the process ------------------------------------------------------------------------------

static void become_agent(struct okrd *okrd, char *const argv[], const char *out, const char *err)
{
    char *names[] = {agent_path(out), agent_path(err)};
    dup2(open(names[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), STDOUT_FILENO);
    dup2(open(names[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), STDERR_FILENO);
    char path[512];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    clearenv();
    setenv("PATH", path, 1);
    setenv("HOME", folder, 1);
    setenv("TMPDIR", folder, 1);
    setenv("XDG_STATE_HOME", agent_path("state"), 1);
    if (okrd)
        setenv("OKR_SERVER", okrd_address(okrd), 1);
    setenv("OKR_LANG", "en", 1);
    setenv("TZ", "UTC", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (chdir(folder) != 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

static void take_words(char *argv[], size_t n, va_list words)
{
    while (n < AGENT_WORDS_MOST - 1 && (argv[n] = va_arg(words, char *)))
        n++;
    argv[n] = NULL;
}

void agent_start(struct okrd *okrd, ...)
{
    char *token = agent_path("token"), *state = agent_path("state");
    char *argv[AGENT_WORDS_MOST] = {
        BIN_DIR "/okr-plan-sync", "run", "--quiet-seconds", "0.3",
        "--poll-seconds",         "1",   "--state",         state,
        "--token-file",           token,
    };
    va_list words;
    va_start(words, okrd);
    take_words(argv, 10, words);
    va_end(words);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become_agent(okrd, argv, "out", "log");
    agent_expect("watching");
}

pid_t agent_pid(void)
{
    return pid;
}

static int wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int agent_end(int signal)
{
    pid_t child = pid;
    pid = 0;
    kill(child, signal);
    return wait_for(child);
}

const struct agent_ran *agent_run(struct okrd *okrd, ...)
{
    static struct agent_ran ran;
    char *argv[AGENT_WORDS_MOST] = {BIN_DIR "/okr-plan-sync"};
    va_list words;
    va_start(words, okrd);
    take_words(argv, 1, words);
    va_end(words);
    unlink(agent_path("ran.out"));
    unlink(agent_path("ran.err"));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become_agent(okrd, argv, "ran.out", "ran.err");
    ran.code = wait_for(child);
    read_file("ran.out", ran.out);
    read_file("ran.err", ran.err);
    return &ran;
}

// ---- the log ----------------------------------------------------------------------------------

const char *agent_log(void)
{
    static char text[AGENT_TEXT_MOST];
    read_file("log", text);
    return text;
}

void agent_expect(const char *text)
{
    for (int waited = 0; waited < WAIT_MS; waited += NAP_MS) {
        const char *log = agent_log();
        const char *at = strlen(log) >= heard ? strstr(log + heard, text) : NULL;
        if (at) {
            heard = (size_t)(at - log) + strlen(text);
            return;
        }
        agent_nap(NAP_MS);
    }
    fail_msg("the agent did not say \"%s\"; it said\n%s", text, agent_log());
}

size_t agent_count(const char *text)
{
    size_t n = 0;
    for (const char *at = agent_log(); (at = strstr(at, text)); at += strlen(text))
        n++;
    return n;
}

void agent_forget_log(void)
{
    agent_write("log", "");
    heard = 0;
}
