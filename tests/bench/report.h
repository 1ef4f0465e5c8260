// The bench's outcome: medians of the rounds, as a table for people or as JSON.
#ifndef OKR_TESTS_BENCH_REPORT_H
#define OKR_TESTS_BENCH_REPORT_H

#include <stdbool.h>
#include "tests/bench/cases.h"

enum { MOST_STEPS = 8 };

struct report {
    int rounds, steps; // steps: numbers of clients
    int clients[MOST_STEPS];
    double window_s;
    bool wanted[OKRD_RUNS];
    struct figure okrd[MOST_STEPS][OKRD_RUNS][MOST_ROUNDS];
    struct figure pgbench[MOST_STEPS][PGBENCH_RUNS][MOST_ROUNDS];
};

void report_table(const struct report *report);
void report_json(const struct report *report);
// What okrd's run stands beside; a result stands beside two.
extern const struct pair {
    const char *name;
    enum okrd_run okrd;
    enum pgbench_run_id pgbench;
    const char *note;
} report_pairs[];
extern const int report_pair_count;

#endif
