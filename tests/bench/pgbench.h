// Runs pgbench with a script against the okrd's own PostgreSQL, and reads its log. The first part
// of a run is not counted: new sessions load catalogues and plan each statement five times.
#ifndef OKR_TESTS_BENCH_PGBENCH_H
#define OKR_TESTS_BENCH_PGBENCH_H

#include "tests/bench/bench.h"
#include "tests/bench/script.h"
#include "tests/bench/subject.h"

struct pgbench {
    const struct subject *subject;
    const struct script *script;
    const char *dir; // for script and logs
    int clients;
    int seconds;     // of the whole run
    double window_s; // its last part, which counts
};

// Dies when pgbench or one of its transactions fails. ret_transactions: of the whole run.
struct figure pgbench_run(const struct pgbench *options, uint64_t *ret_transactions);

#endif
