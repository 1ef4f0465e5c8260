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

// Milliseconds of processor time a call.
static double part_ms(const struct figure *f, enum busy who)
{
    return f->rate > 0 ? f->cpu[who] * 1000 / f->rate : 0;
}

static double client_ms(const struct figure *f)
{
    return part_ms(f, BUSY_CLIENT);
}

static double okrd_ms(const struct figure *f)
{
    return part_ms(f, BUSY_OKRD);
}

static double postgres_ms(const struct figure *f)
{
    return part_ms(f, BUSY_POSTGRES);
}

static double client_cores(const struct figure *f)
{
    return f->cpu[BUSY_CLIENT];
}

static double ratio(const struct figure *okrd, const struct figure *pgbench)
{
    return pgbench->rate > 0 ? okrd->rate / pgbench->rate : 0;
}

static double cpu_ratio(const struct figure *okrd, const struct figure *pgbench)
{
    double ms = figure_cpu_ms(okrd);
    return ms > 0 ? figure_cpu_ms(pgbench) / ms : 0;
}

// Of the rounds' own ratios: what slows a round down slows both down.
static double middle_of_pairs(const struct figure *okrd, const struct figure *pgbench, int n,
                              double (*value)(const struct figure *, const struct figure *))
{
    double values[MOST_ROUNDS] = {0};
    for (int i = 0; i < n; i++)
        values[i] = value(&okrd[i], &pgbench[i]);
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
    table_cellf(t, "%.2f", middle_of_pairs(o, p, r->rounds, ratio));
    table_cellf(t, "%.2f", middle_of_pairs(o, p, r->rounds, cpu_ratio));
    table_cellf(t, "%.3f %.3f %.3f", middle(o, r->rounds, client_ms), middle(o, r->rounds, okrd_ms),
                middle(o, r->rounds, postgres_ms));
    table_cellf(t, "%.3f %.3f", middle(p, r->rounds, client_ms), middle(p, r->rounds, postgres_ms));
    table_cellf(t, "%.2f", middle(o, r->rounds, client_cores));
    table_row_end(t);
}

static struct table *new_table(void)
{
    static const char *const right[] = {"okrd/s", "p50 ms", "p99 ms", "pgbench/s",
                                        "p50 ms", "p99 ms", "ratio",  "cpu ratio"};
    struct table *t = table_new();
    table_column(t, "clients", TABLE_RIGHT, 0);
    table_column(t, "what", TABLE_LEFT, 0);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        table_column(t, right[i], TABLE_RIGHT, 0);
    table_column(t, "load okrd pg", TABLE_LEFT, 0);
    table_column(t, "pgbench pg", TABLE_LEFT, 0);
    table_column(t, "load", TABLE_RIGHT, 0);
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
        "cpu ratio: the same of calls per processor second, clients, okrd and PostgreSQL "
        "together.\n"
        "  It holds on a busy machine, too, where pgbench's many sessions get more turns than "
        "okrd.\n"
        "load okrd pg: milliseconds of processor time a call of the load generator (nng clients),\n"
        "  okrd and PostgreSQL; pgbench pg: of pgbench and PostgreSQL.\n"
        "load: cores that the load generator takes.");
}

static json_t *figure_json(const struct figure *rounds, int n)
{
    return json_pack("{s:f, s:f, s:f, s:{s:f, s:f, s:f}, s:f}", "rate", middle(rounds, n, rate),
                     "p50_ms", middle(rounds, n, p50), "p99_ms", middle(rounds, n, p99), "cpu_ms",
                     "client", middle(rounds, n, client_ms), "okrd", middle(rounds, n, okrd_ms),
                     "postgres", middle(rounds, n, postgres_ms), "client_cores",
                     middle(rounds, n, client_cores));
}

static json_t *line_json(const struct report *r, int step, const struct pair *pair)
{
    const struct figure *o = r->okrd[step][pair->okrd], *p = r->pgbench[step][pair->pgbench];
    return json_pack("{s:s, s:i, s:o, s:o, s:f, s:f}", "what", pair->name, "clients",
                     r->clients[step], "okrd", figure_json(o, r->rounds), "pgbench",
                     figure_json(p, r->rounds), "ratio", middle_of_pairs(o, p, r->rounds, ratio),
                     "cpu_ratio", middle_of_pairs(o, p, r->rounds, cpu_ratio));
}

void report_json(const struct report *r)
{
    json_t *lines = json_array();
    for (int step = 0; step < r->steps; step++)
        for (int i = 0; i < report_pair_count; i++)
            if (r->wanted[report_pairs[i].okrd])
                json_array_append_new(lines, line_json(r, step, &report_pairs[i]));
    json_t *all = json_pack("{s:i, s:f, s:i, s:o}", "rounds", r->rounds, "seconds", r->window_s,
                            "cores", (int)sysconf(_SC_NPROCESSORS_ONLN), "lines", lines);
    json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(all);
}
