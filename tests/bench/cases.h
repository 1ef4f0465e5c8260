// What is measured: the three calls that the department makes most, as load on okrd and as pgbench
// scripts of the same statements.
#ifndef OKR_TESTS_BENCH_CASES_H
#define OKR_TESTS_BENCH_CASES_H

#include "tests/bench/bench.h"
#include "tests/bench/fixture.h"
#include "tests/bench/script.h"
#include "tests/bench/subject.h"

// okrd's side. Kept: okrd has the reply from an earlier call and no change came between. Computed:
// each request is one that okrd has not seen, so the statements run and the reply is made anew.
enum okrd_run {
    OKRD_PROJECT_KEPT,
    OKRD_PROJECT,
    OKRD_BOARD_KEPT,
    OKRD_BOARD,
    OKRD_RESULT,
    OKRD_RUNS
};
// pgbench's. Gapless: with the head row that gives each change its number, as okrd has it. Loose:
// without it; numbers that have gaps and no order.
enum pgbench_run_id {
    PGBENCH_PROJECT,
    PGBENCH_BOARD,
    PGBENCH_GAPLESS,
    PGBENCH_LOOSE,
    PGBENCH_RUNS
};

struct cases {
    const struct subject *subject;
    struct fixture fixture;
    struct script scripts[PGBENCH_RUNS];
    PGconn *conn; // as okrd_owner
    const char *dir;
    double window_s;
    int64_t version[FIXTURE_GOALS]; // while results are set
    int runs;                       // of pgbench so far: each has numbers of its own
};

// Makes the data and the scripts. `dir` is for pgbench's files.
void cases_prepare(struct cases *ret, const struct subject *subject, const char *dir,
                   double window_s);
struct figure cases_run_okrd(struct cases *cases, enum okrd_run what, int clients);
struct figure cases_run_pgbench(struct cases *cases, enum pgbench_run_id what, int clients);

#endif
