// okr-bench: okrd's speed beside pgbench's with the same statements, on one database, by turns.
// Called by bench.sh, which gives it a directory of its own and takes it away.
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>
#include "server/privilege.h"
#include "tests/bench/report.h"

static const char help[] =
    "usage: bench.sh [OPTIONS]\n"
    "\n"
    "  --quick            one short round with 1 and 64 clients: does it work, and about how fast\n"
    "  --json             instead of the table\n"
    "  --rounds N         rounds, whose median counts (3)\n"
    "  --seconds S        measured in each round, after a warm-up (1.2)\n"
    "  --clients N,N,…    (1,16,64)\n"
    "  --only WORD        only lines with this word in their name\n";

struct choices {
    bool json;
    const char *okrd, *dir, *only;
};

static void take_clients(struct report *r, char *list)
{
    r->steps = 0;
    for (char *word; (word = strsep(&list, ","));) {
        int n = atoi(word);
        if (n < 1 || n > MOST_CLIENTS || r->steps == MOST_STEPS)
            die("--clients: at most %d numbers from 1 to %d", MOST_STEPS, MOST_CLIENTS);
        r->clients[r->steps++] = n;
    }
}

static void take_option(int option, struct report *r, struct choices *choices)
{
    switch (option) {
    case 'q':
        r->rounds = 1;
        r->window_s = 0.5;
        r->steps = 2;
        r->clients[1] = 64;
        break;
    case 'j':
        choices->json = true;
        break;
    case 'r':
        r->rounds = atoi(optarg);
        break;
    case 's':
        r->window_s = atof(optarg);
        break;
    case 'c':
        take_clients(r, optarg);
        break;
    case 'o':
        choices->only = optarg;
        break;
    case 'O':
        choices->okrd = optarg;
        break;
    case 'd':
        choices->dir = optarg;
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    default:
        fputs(help, stderr);
        exit(2);
    }
}

static void take_options(int argc, char **argv, struct report *r, struct choices *choices)
{
    static const struct option options[] = {
        {"quick", no_argument, NULL, 'q'},         {"json", no_argument, NULL, 'j'},
        {"rounds", required_argument, NULL, 'r'},  {"seconds", required_argument, NULL, 's'},
        {"clients", required_argument, NULL, 'c'}, {"only", required_argument, NULL, 'o'},
        {"okrd", required_argument, NULL, 'O'},    {"dir", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},          {0}};
    for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;)
        take_option(o, r, choices);
    if (!choices->okrd || !choices->dir || optind != argc)
        die("call tests/bench/bench.sh, or ./dev bench");
    if (r->rounds < 1 || r->rounds > MOST_ROUNDS || !(r->window_s >= 0.2 && r->window_s <= 60))
        die("--rounds: 1 to %d; --seconds: 0.2 to 60", MOST_ROUNDS);
    for (int i = 0; i < report_pair_count; i++)
        if (!choices->only || strstr(report_pairs[i].name, choices->only))
            r->wanted[report_pairs[i].okrd] = true;
}

// PostgreSQL refuses root, and its socket lets in one user only: okrd, pgbench and this program are
// all the same ordinary user. okrd is opened before, where that user may not look.
static int become_ordinary(const struct choices *choices)
{
    struct privilege_error error;
    int program = open(choices->okrd, O_RDONLY | O_CLOEXEC);
    if (program < 0)
        die("%s: %m", choices->okrd);
    if (!privilege_prepare_dir(choices->dir, NULL, 0700, &error) || !privilege_drop(NULL, &error))
        die("%s", error.message);
    return program;
}

static void run_okrd(struct report *r, struct cases *cases, int step, int round, enum okrd_run what)
{
    if (r->wanted[what])
        r->okrd[step][what][round] = cases_run_okrd(cases, what, r->clients[step]);
}

static void run_pgbench(struct report *r, struct cases *cases, int step, int round,
                        enum pgbench_run_id what)
{
    bool wanted = false;
    for (int i = 0; i < report_pair_count; i++)
        wanted |= report_pairs[i].pgbench == what && r->wanted[report_pairs[i].okrd];
    if (wanted)
        r->pgbench[step][what][round] = cases_run_pgbench(cases, what, r->clients[step]);
}

static void run_round(struct report *r, struct cases *cases, int step, int round)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%d clients, round %d of %d ", r->clients[step], round + 1, r->rounds);
    run_okrd(r, cases, step, round, OKRD_PROJECT_KEPT);
    run_pgbench(r, cases, step, round, PGBENCH_PROJECT);
    run_okrd(r, cases, step, round, OKRD_PROJECT);
    run_okrd(r, cases, step, round, OKRD_BOARD_KEPT);
    run_pgbench(r, cases, step, round, PGBENCH_BOARD);
    run_okrd(r, cases, step, round, OKRD_BOARD);
    run_pgbench(r, cases, step, round, PGBENCH_GAPLESS);
    run_okrd(r, cases, step, round, OKRD_RESULT);
    run_pgbench(r, cases, step, round, PGBENCH_LOOSE);
}

int main(int argc, char **argv)
{
    static struct report report = {
        .rounds = 3, .steps = 3, .clients = {1, 16, 64}, .window_s = 1.2};
    struct choices choices = {0};
    struct subject subject;
    struct cases cases;
    take_options(argc, argv, &report, &choices);
    if (sodium_init() < 0)
        die("libsodium cannot be used");
    subject_start(&subject, become_ordinary(&choices), choices.dir);
    cases_prepare(&cases, &subject, choices.dir, report.window_s);
    for (int step = 0; step < report.steps; step++)
        for (int round = 0; round < report.rounds; round++)
            run_round(&report, &cases, step, round);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    PQfinish(cases.conn);
    subject_stop(&subject);
    if (choices.json)
        report_json(&report);
    else
        report_table(&report);
    return 0;
}
