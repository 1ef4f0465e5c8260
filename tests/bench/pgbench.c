#include "tests/bench/pgbench.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGS = 192, THREADS = 2 };

struct entry {
    double ended; // seconds since 1970
    double took_ms;
};

struct entries {
    struct entry *list;
    size_t n, room;
};

static void become_pgbench(const struct pgbench *o, char *const *argv, const char *output)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    // Half of a session's settings: okrd's own sessions do without JIT, too.
    bool ok = out >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0 &&
              setenv("PGOPTIONS", "-c jit=off -c search_path=bench,public", 1) == 0 &&
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

// Starts it, waits for its end, measures its processor time.
static double run(const struct pgbench *o, const char *output)
{
    char *argv[MOST_ARGS], *script = text_of("%s/script.sql", o->dir);
    struct rusage use;
    int status = 0;
    write_text(script, o->script->text);
    fill_arguments(o, argv, script);
    pid_t pid = fork();
    if (pid == 0)
        become_pgbench(o, argv, output);
    wait4(pid, &status, 0, &use);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        char *said = read_text(output);
        die("pgbench failed:\n%s", said ? said : "");
    }
    for (char **arg = argv; *arg; arg++)
        free(*arg);
    free(script);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
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

// Up to a moment before the end, where the first clients have stopped already.
static struct figure add_up(const struct pgbench *o, const struct entries *entries)
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
    free(took);
    return figure;
}

struct figure pgbench_run(const struct pgbench *o, uint64_t *ret_transactions)
{
    char *output = text_of("%s/pgbench.out", o->dir);
    double from = seconds_now(), postgres = cpu_of_family(o->subject->postmaster);
    double okrd = cpu_of_process(o->subject->pid);
    double client = run(o, output);
    double took = seconds_now() - from;
    struct entries entries = read_logs(o->dir);
    struct figure figure = add_up(o, &entries);
    figure.cpu[BUSY_CLIENT] = client / took;
    figure.cpu[BUSY_OKRD] = (cpu_of_process(o->subject->pid) - okrd) / took;
    figure.cpu[BUSY_POSTGRES] = (cpu_of_family(o->subject->postmaster) - postgres) / took;
    *ret_transactions = entries.n;
    free(entries.list);
    free(output);
    return figure;
}
