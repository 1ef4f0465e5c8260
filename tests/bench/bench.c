// The bench's tools. They know nothing of okrd.
#include "tests/bench/bench.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("okr-bench: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void figure_set_cpu(struct figure *figure, const struct cpu *before, const struct cpu *after)
{
    for (int i = 0; i < BUSY_COUNT; i++)
        figure->cpu[i] = after->at > before->at
                             ? (after->used[i] - before->used[i]) / (after->at - before->at)
                             : 0;
}

double figure_cpu_ms(const struct figure *figure)
{
    double sum = 0;
    for (int i = 0; i < BUSY_COUNT; i++)
        sum += figure->cpu[i];
    return figure->rate > 0 ? sum * 1000 / figure->rate : 0;
}

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double seconds_now(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

double seconds_1970(void)
{
    return clock_seconds(CLOCK_REALTIME);
}

void sleep_until(double seconds)
{
    for (double left; (left = seconds - seconds_now()) > 0;) {
        time_t whole = (time_t)left;
        struct timespec pause = {whole, (long)((left - (double)whole) * 1e9)};
        nanosleep(&pause, NULL);
    }
}

double cpu_of_self(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

struct process {
    pid_t parent;
    double own, children; // seconds; children: those that ended and were waited for
};

// proc(5): the fields behind the name, which stands in parentheses and may hold anything.
static struct process process_of(pid_t pid)
{
    char *path = text_of("/proc/%d/stat", (int)pid);
    char *text = read_text(path);
    struct process p = {0};
    long utime = 0, stime = 0, cutime = 0, cstime = 0;
    int parent = 0;
    const char *rest = text ? strrchr(text, ')') : NULL;
    if (rest && sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld",
                       &parent, &utime, &stime, &cutime, &cstime) == 5) {
        double tick = (double)sysconf(_SC_CLK_TCK);
        p = (struct process){parent, (double)(utime + stime) / tick,
                             (double)(cutime + cstime) / tick};
    }
    free(text);
    free(path);
    return p;
}

double cpu_of_process(pid_t pid)
{
    return process_of(pid).own;
}

double cpu_of_family(pid_t pid)
{
    struct process head = process_of(pid);
    double sum = head.own + head.children;
    char *path = text_of("/proc/%d/task/%d/children", (int)pid, (int)pid);
    char *list = read_text(path), *rest = list;
    for (char *word; list && (word = strsep(&rest, " "));) {
        struct process p = *word ? process_of((pid_t)atoi(word)) : (struct process){0};
        if (p.parent == pid)
            sum += p.own + p.children;
    }
    free(list);
    free(path);
    return sum;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double percentile(double *values, size_t n, double p)
{
    if (n == 0)
        return 0;
    qsort(values, n, sizeof *values, by_value);
    size_t at = (size_t)((double)n * p / 100);
    return values[at < n ? at : n - 1];
}

double median(const double *values, size_t n)
{
    double copy[MOST_ROUNDS];
    if (n == 0 || n > MOST_ROUNDS)
        return 0;
    memcpy(copy, values, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_value);
    return n % 2 ? copy[n / 2] : (copy[n / 2 - 1] + copy[n / 2]) / 2;
}

char *read_text(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    size_t size = 0, room = 4096;
    char *text = malloc(room);
    for (size_t got; text && (got = fread(text + size, 1, room - size - 1, file)) > 0;) {
        size += got;
        if (room - size > 1)
            continue;
        char *bigger = realloc(text, room *= 2);
        if (!bigger)
            free(text);
        text = bigger;
    }
    fclose(file);
    if (text)
        text[size] = '\0';
    return text;
}

void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        die("%s cannot be written: %m", path);
}

char *text_of(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        die("out of memory");
    va_end(args);
    return text;
}
