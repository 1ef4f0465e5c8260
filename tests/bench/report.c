#include "tests/bench/report.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "common/table.h"

const struct pair report_pairs[] = {
    {"one project (kept)", OKRD_PROJECT_KEPT, PGBENCH_PROJECT,
     "GetProject of 50 projects in turn; okrd keeps a reply until the next change, so none of these"
     " reaches PostgreSQL"},
    {"one project (computed)", OKRD_PROJECT, PGBENCH_PROJECT,
     "the same with a field in each request that okrd has not seen: none is kept, each runs its"
     " statement"},
    {"board (kept)", OKRD_BOARD_KEPT, PGBENCH_BOARD,
     "GetBoard as everybody opens it, between two changes"},
    {"board (computed)", OKRD_BOARD, PGBENCH_BOARD,
     "GetBoard made anew each time: what the first caller after a change waits for"},
    {"weekly result", OKRD_RESULT, PGBENCH_GAPLESS,
     "SetResult, each client on a goal of its own, with audit row, request_id and gapless revision;"
     " pgbench: the same statements, one transaction a change, and so one session at a time past "
     "the"
     " head row"},
    {"weekly result / loose", OKRD_RESULT, PGBENCH_LOOSE,
     "the same of okrd beside a pgbench without the head row: numbers with gaps, in no order"},
};
const int report_pair_count = sizeof report_pairs / sizeof *report_pairs;

static double middle(const struct figure *rounds, int n, double (*value)(const struct figure *))
{
    double values[MOST_ROUNDS] = {0};
    for (int i = 0; i < n; i++)
        values[i] = value(&rounds[i]);
    return median(values, (size_t)n);
}

static double rate(const struct figure *f)
{
    return f->rate;
}

static double p50(const struct figure *f)
{
    return f->p50_ms;
}

static double p99(const struct figure *f)
{
    return f->p99_ms;
}

static double cpu_client(const struct figure *f)
{
    return f->cpu[BUSY_CLIENT];
}

static double cpu_okrd(const struct figure *f)
{
    return f->cpu[BUSY_OKRD];
}

static double cpu_postgres(const struct figure *f)
{
    return f->cpu[BUSY_POSTGRES];
}

// Of the rounds' own ratios: what slows a round down slows both down.
static double ratio(const struct figure *okrd, const struct figure *pgbench, int n)
{
    double values[MOST_ROUNDS] = {0};
    for (int i = 0; i < n; i++)
        values[i] = pgbench[i].rate > 0 ? okrd[i].rate / pgbench[i].rate : 0;
    return median(values, (size_t)n);
}

static void add_row(struct table *t, const struct report *r, int step, const struct pair *pair)
{
    const struct figure *o = r->okrd[step][pair->okrd], *p = r->pgbench[step][pair->pgbench];
    table_cellf(t, "%d", r->clients[step]);
    table_cell(t, pair->name);
    table_cellf(t, "%.0f", middle(o, r->rounds, rate));
    table_cellf(t, "%.2f", middle(o, r->rounds, p50));
    table_cellf(t, "%.2f", middle(o, r->rounds, p99));
    table_cellf(t, "%.0f", middle(p, r->rounds, rate));
    table_cellf(t, "%.2f", middle(p, r->rounds, p50));
    table_cellf(t, "%.2f", middle(p, r->rounds, p99));
    table_cellf(t, "%.2f", ratio(o, p, r->rounds));
    table_cellf(t, "%.2f %.2f %.2f", middle(o, r->rounds, cpu_client),
                middle(o, r->rounds, cpu_okrd), middle(o, r->rounds, cpu_postgres));
    table_cellf(t, "%.2f %.2f", middle(p, r->rounds, cpu_client),
                middle(p, r->rounds, cpu_postgres));
    table_row_end(t);
}

static struct table *new_table(void)
{
    static const char *const right[] = {"okrd/s", "p50 ms", "p99 ms", "pgbench/s",
                                        "p50 ms", "p99 ms", "ratio"};
    struct table *t = table_new();
    table_column(t, "clients", TABLE_RIGHT, 0);
    table_column(t, "what", TABLE_LEFT, 0);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        table_column(t, right[i], TABLE_RIGHT, 0);
    table_column(t, "cores: load okrd pg", TABLE_LEFT, 0);
    table_column(t, "pgbench pg", TABLE_LEFT, 0);
    return t;
}

void report_table(const struct report *r)
{
    struct table *t = new_table();
    for (int step = 0; step < r->steps; step++)
        for (int i = 0; i < report_pair_count; i++)
            if (r->wanted[report_pairs[i].okrd])
                add_row(t, r, step, &report_pairs[i]);
    printf("okrd beside pgbench -M prepared with okrd's own statements, on one PostgreSQL, %ld "
           "cores;\n"
           "medians of %d rounds of %.1f s each, okrd and pgbench by turns\n\n",
           sysconf(_SC_NPROCESSORS_ONLN), r->rounds, r->window_s);
    table_print(t, stdout, (struct table_style){0});
    table_free(t);
    putchar('\n');
    for (int i = 0; i < report_pair_count; i++)
        if (r->wanted[report_pairs[i].okrd])
            printf("%s: %s.\n", report_pairs[i].name, report_pairs[i].note);
    puts(
        "ratio: okrd/s ÷ pgbench/s of a round; the median of the rounds.\n"
        "cores: processor seconds a second of the load generator (nng clients), okrd and "
        "PostgreSQL;\n"
        "of pgbench and PostgreSQL. They share the machine: what the load takes, the others lack.");
}

static json_t *figure_json(const struct figure *rounds, int n)
{
    return json_pack("{s:f, s:f, s:f, s:{s:f, s:f, s:f}}", "rate", middle(rounds, n, rate),
                     "p50_ms", middle(rounds, n, p50), "p99_ms", middle(rounds, n, p99), "cores",
                     "client", middle(rounds, n, cpu_client), "okrd", middle(rounds, n, cpu_okrd),
                     "postgres", middle(rounds, n, cpu_postgres));
}

void report_json(const struct report *r)
{
    json_t *lines = json_array();
    for (int step = 0; step < r->steps; step++)
        for (int i = 0; i < report_pair_count; i++) {
            const struct pair *pair = &report_pairs[i];
            const struct figure *o = r->okrd[step][pair->okrd],
                                *p = r->pgbench[step][pair->pgbench];
            if (r->wanted[pair->okrd])
                json_array_append_new(
                    lines, json_pack("{s:s, s:i, s:o, s:o, s:f}", "what", pair->name, "clients",
                                     r->clients[step], "okrd", figure_json(o, r->rounds), "pgbench",
                                     figure_json(p, r->rounds), "ratio", ratio(o, p, r->rounds)));
        }
    json_t *all = json_pack("{s:i, s:f, s:i, s:o}", "rounds", r->rounds, "seconds", r->window_s,
                            "cores", (int)sysconf(_SC_NPROCESSORS_ONLN), "lines", lines);
    json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(all);
}
