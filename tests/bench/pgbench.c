#include "tests/bench/pgbench.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGS = 192, THREADS = 2, MOST_SAMPLES = 2048, SAMPLE_MS = 100 };

struct entry {
    double ended; // seconds since 1970
    double took_ms;
};

struct entries {
    struct entry *list;
    size_t n, room;
};

// Processor time in the course of a run: which part of it counts is known at its end.
struct samples {
    struct cpu list[MOST_SAMPLES];
    size_t n;
};

static void become_pgbench(const struct pgbench *o, char *const *argv, const char *output)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    // As okrd's own sessions have it, where it decides about plans.
    bool ok = out >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0 &&
              setenv("PGOPTIONS", "-c jit=off -c random_page_cost=1.1 -c search_path=bench,public",
                     1) == 0 &&
              chdir(o->dir) == 0;
    if (ok)
        execv(o->subject->pgbench, argv);
    _exit(127);
}

static void fill_arguments(const struct pgbench *o, char *argv[MOST_ARGS], char *script)
{
    int n = 0;
    const char *const fixed[] = {"pgbench", "-n",
                                 "-M",      "prepared",
                                 "-l",      "--log-prefix=log",
                                 "-h",      o->subject->pg_dir,
                                 "-p",      "5432",
                                 "-U",      "okrd_app",
                                 "-f",      script};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        argv[n++] = text_of("%s", fixed[i]);
    argv[n++] = text_of("-c%d", o->clients);
    argv[n++] = text_of("-j%d", o->clients < THREADS ? o->clients : THREADS);
    argv[n++] = text_of("-T%d", o->seconds);
    for (int i = 0; i < o->script->n_defines; i++) {
        argv[n++] = text_of("-D");
        argv[n++] = text_of("%s", o->script->defines[i]);
    }
    argv[n++] = text_of("okrd");
    argv[n] = NULL;
}

static void take_sample(struct samples *samples, const struct subject *s, pid_t pgbench)
{
    if (samples->n < MOST_SAMPLES)
        samples->list[samples->n++] =
            (struct cpu){.at = seconds_1970(),
                         .used = {[BUSY_CLIENT] = cpu_of_process(pgbench),
                                  [BUSY_OKRD] = cpu_of_process(s->pid),
                                  [BUSY_POSTGRES] = cpu_of_family(s->postmaster)}};
}

// Starts it and waits for its end.
static void run(const struct pgbench *o, struct samples *samples)
{
    char *argv[MOST_ARGS], *script = text_of("%s/script.sql", o->dir);
    char *output = text_of("%s/pgbench.out", o->dir);
    int status = 0;
    write_text(script, o->script->text);
    fill_arguments(o, argv, script);
    pid_t pid = fork();
    if (pid == 0)
        become_pgbench(o, argv, output);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        take_sample(samples, o->subject, pid);
        sleep_until(seconds_now() + (double)SAMPLE_MS / 1000);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        char *said = read_text(output);
        die("pgbench failed:\n%s", said ? said : "");
    }
    for (char **arg = argv; *arg; arg++)
        free(*arg);
    free(output);
    free(script);
}

static void add_entry(struct entries *entries, const char *line)
{
    long long seconds = 0, us = 0;
    double took_us = 0;
    // client, number, time, script, end in seconds and microseconds
    if (sscanf(line, "%*d %*d %lf %*d %lld %lld", &took_us, &seconds, &us) != 3)
        die("pgbench wrote a log line that the bench cannot read: %s", line);
    if (entries->n == entries->room) {
        entries->room = entries->room ? entries->room * 2 : 65536;
        entries->list = realloc(entries->list, entries->room * sizeof *entries->list);
        if (!entries->list)
            die("out of memory");
    }
    entries->list[entries->n++] =
        (struct entry){(double)seconds + (double)us / 1e6, took_us / 1000};
}

// One file a thread; each is removed.
static struct entries read_logs(const char *dir)
{
    struct entries entries = {0};
    DIR *files = opendir(dir);
    for (struct dirent *file; files && (file = readdir(files));) {
        if (strncmp(file->d_name, "log.", 4) != 0)
            continue;
        char *path = text_of("%s/%s", dir, file->d_name), *text = read_text(path), *rest = text;
        for (char *line; text && (line = strsep(&rest, "\n"));)
            if (*line)
                add_entry(&entries, line);
        unlink(path);
        free(text);
        free(path);
    }
    if (files)
        closedir(files);
    if (!entries.n)
        die("pgbench carried out nothing");
    return entries;
}

// The last sample before a moment.
static const struct cpu *sample_at(const struct samples *samples, double at)
{
    size_t i = 0;
    while (i + 1 < samples->n && samples->list[i + 1].at <= at)
        i++;
    return &samples->list[i];
}

// Up to a moment before the end, where the first clients have stopped already.
static struct figure add_up(const struct pgbench *o, const struct entries *entries,
                            const struct samples *samples)
{
    struct figure figure = {0};
    double *took = malloc(entries->n * sizeof *took), end = 0;
    size_t n = 0;
    if (!took)
        die("out of memory");
    for (size_t i = 0; i < entries->n; i++)
        end = entries->list[i].ended > end ? entries->list[i].ended : end;
    end -= 0.1;
    for (size_t i = 0; i < entries->n; i++)
        if (entries->list[i].ended >= end - o->window_s && entries->list[i].ended < end)
            took[n++] = entries->list[i].took_ms;
    figure.rate = (double)n / o->window_s;
    figure.p50_ms = percentile(took, n, 50);
    figure.p99_ms = percentile(took, n, 99);
    figure_set_cpu(&figure, sample_at(samples, end - o->window_s), sample_at(samples, end));
    free(took);
    return figure;
}

struct figure pgbench_run(const struct pgbench *o, uint64_t *ret_transactions)
{
    struct samples samples = {.n = 0};
    run(o, &samples);
    struct entries entries = read_logs(o->dir);
    struct figure figure = add_up(o, &entries, &samples);
    *ret_transactions = entries.n;
    free(entries.list);
    return figure;
}
