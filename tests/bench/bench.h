// What the parts of the bench share: a figure, clocks, processor time, and how to give up. A bench
// that meets an error ends: half a table would be read as a whole one.
#ifndef OKR_TESTS_BENCH_BENCH_H
#define OKR_TESTS_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { MOST_CLIENTS = 128, MOST_ROUNDS = 31 };

// Who keeps the processors busy.
enum busy { BUSY_CLIENT, BUSY_OKRD, BUSY_POSTGRES, BUSY_COUNT };

// Processor seconds used so far, at a moment.
struct cpu {
    double at; // seconds since 1970
    double used[BUSY_COUNT];
};

// One run. `cpu`: processor seconds a second, so 1.0 is one core.
struct figure {
    double rate; // calls or transactions per second
    double p50_ms, p99_ms;
    double cpu[BUSY_COUNT];
};

// What was used between two moments, into figure->cpu.
void figure_set_cpu(struct figure *figure, const struct cpu *before, const struct cpu *after);
// Processor milliseconds a call, of all who had to do with it. On a machine that others use as well
// this says more than the rate.
double figure_cpu_ms(const struct figure *figure);

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

double seconds_now(void);  // monotonic
double seconds_1970(void); // since 1970
void sleep_until(double seconds);

// Processor seconds used so far; 0 for a process that is gone.
double cpu_of_self(void);
double cpu_of_process(pid_t pid);
// With its children, those that ended included: a postmaster and its backends.
double cpu_of_family(pid_t pid);

// The p-th percentile (0 to 100) of n values, which are sorted by it; 0 for none.
double percentile(double *values, size_t n, double p);
double median(const double *values, size_t n);

// The file's text, NUL-terminated; the caller frees it. NULL: it cannot be read.
char *read_text(const char *path);
void write_text(const char *path, const char *text);
// printf into memory that the caller frees.
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
