// What clients saw, written down line by line while it happens, and what the database holds in the
// end: the input of check.py. A line is a word and key=value pairs without spaces (README.md lists
// them). It knows neither methods nor servers.
#ifndef OKR_TESTS_FAULT_HISTORY_H
#define OKR_TESTS_FAULT_HISTORY_H

#include <libpq-fe.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_LINE = 4096, HISTORY_DIGEST = 17 };

struct history;

// Fails the test when the file cannot be made.
struct history *history_new(const char *path);
struct history *history_free(struct history *history);
// One whole line, from any thread; `t`, the monotonic nanosecond, stands in it.
void history_add(struct history *history, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int64_t history_next(struct history *history); // 1, 2, …: a number of a try
// The first 16 hex digits of SHA-256.
void history_digest(const void *data, size_t len, char out[HISTORY_DIGEST]);

// Adds what the database holds: audit rows, head row, goals, projects, published plans. Fails the
// test when it cannot be read.
void history_dump(struct history *history, PGconn *conn);
// Runs check.py over the file; how many faults it found, which it names on lines that begin with
// "fault". `found` (`size` bytes) gets their kinds; NULL: all that it says is printed.
int history_check(const struct history *history, char *found, size_t size);

#endif
