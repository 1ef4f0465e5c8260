#include "tests/bench/cases.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "okr/all.h"
#include "tests/bench/load.h"
#include "tests/bench/pgbench.h"

enum { WARM_MS = 300 };

#define PUT(message, field, value) ((message).has_##field = 1, (message).field = (value))

// ---- okrd: requests ---------------------------------------------------------------------------

// A field that the contract does not have, with another value each time: reads let it pass, and no
// reply is kept for it.
static size_t add_novelty(uint8_t *space, int client, uint64_t n)
{
    uint64_t value = ((uint64_t)client << 32 | n) + 1;
    size_t len = 0;
    space[len++] = 0xC0; // field 1000, a varint
    space[len++] = 0x3E;
    for (; value >= 0x80; value >>= 7)
        space[len++] = (uint8_t)(value | 0x80);
    space[len++] = (uint8_t)value;
    return len;
}

static size_t kept_project(void *ctx, int client, uint64_t n, uint8_t *space)
{
    const struct cases *cases = ctx;
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    uint64_t mixed = (n + 1) * UINT64_C(2654435761) + (uint64_t)client * 40503;
    PUT(request, id, cases->fixture.first_project + (int64_t)((mixed >> 8) % FIXTURE_PROJECTS));
    return okr__get_project_request__pack(&request, space);
}

static size_t computed_project(void *ctx, int client, uint64_t n, uint8_t *space)
{
    size_t len = kept_project(ctx, client, n, space);
    return len + add_novelty(space + len, client, n);
}

static size_t kept_board(void *ctx, int client, uint64_t n, uint8_t *space)
{
    (void)ctx, (void)client, (void)n;
    Okr__GetBoardRequest request = OKR__GET_BOARD_REQUEST__INIT;
    request.quarter = (char *)(uintptr_t)FIXTURE_QUARTER;
    request.week = (char *)(uintptr_t)FIXTURE_WEEK;
    return okr__get_board_request__pack(&request, space);
}

static size_t computed_board(void *ctx, int client, uint64_t n, uint8_t *space)
{
    size_t len = kept_board(ctx, client, n, space);
    return len + add_novelty(space + len, client, n);
}

// Each client has a goal of its own: its versions count up from where they stood.
static size_t own_result(void *ctx, int client, uint64_t n, uint8_t *space)
{
    const struct cases *cases = ctx;
    Okr__SetResultRequest request = OKR__SET_RESULT_REQUEST__INIT;
    PUT(request, id, cases->fixture.first_goal + client);
    PUT(request, version, cases->version[client] + (int64_t)n);
    PUT(request, result, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED);
    return okr__set_result_request__pack(&request, space);
}

static const char *lead_token(void *ctx, int client)
{
    const struct cases *cases = ctx;
    return fixture_goal_token(&cases->fixture, client);
}

static void read_versions(struct cases *cases)
{
    PGresult *r = PQexec(cases->conn, "SELECT version FROM goal ORDER BY id");
    if (PQntuples(r) != FIXTURE_GOALS)
        die("the goals are not those of the data set: %s", PQerrorMessage(cases->conn));
    for (int i = 0; i < FIXTURE_GOALS; i++)
        cases->version[i] = atoll(PQgetvalue(r, i, 0));
    PQclear(r);
}

struct figure cases_run_okrd(struct cases *cases, enum okrd_run what, int clients)
{
    static const struct {
        enum rpc_id method;
        size_t (*body)(void *, int, uint64_t, uint8_t *);
    } rows[OKRD_RUNS] = {
        [OKRD_PROJECT_KEPT] = {RPC_PROJECT_GET_PROJECT, kept_project},
        [OKRD_PROJECT] = {RPC_PROJECT_GET_PROJECT, computed_project},
        [OKRD_BOARD_KEPT] = {RPC_BOARD_GET_BOARD, kept_board},
        [OKRD_BOARD] = {RPC_BOARD_GET_BOARD, computed_board},
        [OKRD_RESULT] = {RPC_WEEK_SET_RESULT, own_result},
    };
    read_versions(cases);
    struct load load = {.subject = cases->subject,
                        .method = rows[what].method,
                        .clients = clients,
                        .warm_s = (double)WARM_MS / 1000,
                        .window_s = cases->window_s,
                        .body = rows[what].body,
                        .token = lead_token,
                        .ctx = cases};
    return load_run(&load, NULL);
}

// ---- pgbench: scripts -------------------------------------------------------------------------

// Ids that no row has: where a handler binds them, pgbench's variable stands.
enum { ID_STAND_IN = 1999999901, VERSION_STAND_IN = 1999999902, ACTOR_STAND_IN = 1999999903 };

static void write_project(struct cases *cases)
{
    struct script *s = &cases->scripts[PGBENCH_PROJECT];
    const struct stand_in stand_ins[] = {{ID_STAND_IN, "project"}, {0, NULL}};
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    PUT(request, id, ID_STAND_IN);
    char *line =
        text_of("\\set project random(%lld, %lld)", (long long)cases->fixture.first_project,
                (long long)cases->fixture.first_project + FIXTURE_PROJECTS - 1);
    script_line(s, line);
    script_method(s, RPC_PROJECT_GET_PROJECT, &request.base, 1, stand_ins);
    free(line);
}

static void write_board(struct cases *cases)
{
    const struct stand_in none[] = {{0, NULL}};
    Okr__GetBoardRequest request = OKR__GET_BOARD_REQUEST__INIT;
    request.quarter = (char *)(uintptr_t)FIXTURE_QUARTER;
    request.week = (char *)(uintptr_t)FIXTURE_WEEK;
    script_method(&cases->scripts[PGBENCH_BOARD], RPC_BOARD_GET_BOARD, &request.base, 1, none);
}

static void define_asked(struct cases *cases, struct script *s, const char *name, const char *sql)
{
    char *value = subject_ask(cases->conn, sql);
    script_define(s, name, value);
    free(value);
}

// What an audit row holds, taken from the one of the last result that was set. pgbench writes no
// bytes: texts of the same length stand for ids, hashes and reply.
#define LAST_RESULT                                                                                \
    " FROM audit WHERE method = 'okr.v1.WeekService/SetResult' ORDER BY revision DESC LIMIT 1"
static void define_audit(struct cases *cases, struct script *s)
{
    define_asked(cases, s, "at", "SELECT at" LAST_RESULT);
    define_asked(cases, s, "name", "SELECT actor" LAST_RESULT);
    define_asked(cases, s, "role", "SELECT role" LAST_RESULT);
    define_asked(cases, s, "method", "SELECT method" LAST_RESULT);
    define_asked(cases, s, "resource", "SELECT resource" LAST_RESULT);
    define_asked(cases, s, "before", "SELECT before" LAST_RESULT);
    define_asked(cases, s, "after", "SELECT after" LAST_RESULT);
    define_asked(cases, s, "reply", "SELECT repeat('r', length(reply))" LAST_RESULT);
    script_define(s, "hash", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh");
}

// The goal of this client, its version and its lead: asked once.
static void write_result_head(struct cases *cases, struct script *s)
{
    char *goal = text_of("%lld", (long long)cases->fixture.first_goal);
    script_define(s, "first_goal", goal);
    script_define(s, "version", "0");
    script_line(s, "\\set goal :first_goal + :client_id");
    script_line(s, "\\if :version = 0");
    script_line(s, "SELECT g.version, p.lead_id AS actor FROM goal g JOIN project p"
                   " ON p.id = g.project_id WHERE g.id = :goal \\gset");
    script_line(s, "\\endif");
    script_line(s, "\\set request random(1000000000000000, 9999999999999999)");
    free(goal);
}

static void write_domain(struct script *s)
{
    const struct stand_in stand_ins[] = {
        {ID_STAND_IN, "goal"}, {VERSION_STAND_IN, "version"}, {ACTOR_STAND_IN, "actor"}, {0, NULL}};
    Okr__SetResultRequest request = OKR__SET_RESULT_REQUEST__INIT;
    PUT(request, id, ID_STAND_IN);
    PUT(request, version, VERSION_STAND_IN);
    PUT(request, result, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED);
    script_method(s, RPC_WEEK_SET_RESULT, &request.base, ACTOR_STAND_IN, stand_ins);
}

// okrd's writer counts revisions in memory; sessions beside each other must let the row count.
static void write_revision(struct script *s, bool gapless)
{
    const char *const advance[] = {"revision + 1", ":hash", "revision", "epoch"};
    if (gapless) {
        script_statement(s, "writer_sql_advance", advance, " RETURNING revision \\gset");
        return;
    }
    script_define(s, "n", "0");
    script_line(s, "\\set n :n + 1");
    script_line(s, "\\set revision :base + :client_id * 1000000000 + :n");
}

// A group of one: the writer's statements take arrays.
static void write_result(struct cases *cases, enum pgbench_run_id what)
{
    struct script *s = &cases->scripts[what];
    const char *const id[] = {"ARRAY[:request]::bytea[]"};
    const char *const row[] = {
        "ARRAY[:revision]", "ARRAY[:at]",       "ARRAY[:name]",   "ARRAY[:role]",  "ARRAY[NULL]",
        "ARRAY[:method]",   "ARRAY[:resource]", "ARRAY[:before]", "ARRAY[:after]", "ARRAY[NULL]",
        "ARRAY[:request]",  "ARRAY[:hash]",     "ARRAY[:reply]",  "ARRAY[:hash]"};
    define_audit(cases, s);
    write_result_head(cases, s);
    script_statement(s, "writer_sql_begin", NULL, ";");
    script_statement(s, "record_find_requests", id, ";");
    write_domain(s);
    write_revision(s, what == PGBENCH_GAPLESS);
    script_statement(s, "record_audit", row, ";");
    script_statement(s, "writer_sql_commit", NULL, ";");
    script_line(s, "\\set version :version + 1");
}

// pgbench counts revisions of its own: okrd would rightly refuse to write behind somebody else.
static void make_copies(PGconn *conn)
{
    subject_execute(conn, "CREATE SCHEMA bench;"
                          " CREATE TABLE bench.head (LIKE public.head INCLUDING ALL);"
                          " INSERT INTO bench.head SELECT * FROM public.head;"
                          " CREATE TABLE bench.audit (LIKE public.audit INCLUDING ALL);"
                          " GRANT USAGE ON SCHEMA bench TO okrd_app;"
                          " GRANT SELECT, UPDATE ON bench.head TO okrd_app;"
                          " GRANT SELECT, INSERT ON bench.audit TO okrd_app");
}

void cases_prepare(struct cases *ret, const struct subject *subject, const char *dir,
                   double window_s)
{
    *ret = (struct cases){.subject = subject, .dir = dir, .window_s = window_s};
    fixture_make(&ret->fixture, subject);
    ret->conn = subject_connect(subject, "okrd_owner");
    make_copies(ret->conn);
    write_project(ret);
    write_board(ret);
    write_result(ret, PGBENCH_GAPLESS);
    write_result(ret, PGBENCH_LOOSE);
    PGconn *admin = subject_connect(subject, "okrd_admin");
    subject_execute(admin, "VACUUM ANALYZE");
    PQfinish(admin);
}

// ---- pgbench: runs ----------------------------------------------------------------------------

static int64_t sum_of_versions(const struct cases *cases)
{
    char *sum = subject_ask(cases->conn, "SELECT sum(version) FROM goal");
    int64_t value = atoll(sum);
    free(sum);
    return value;
}

struct figure cases_run_pgbench(struct cases *cases, enum pgbench_run_id what, int clients)
{
    struct script script = cases->scripts[what];
    char *base = text_of("%lld000000000000", (long long)(1000 + ++cases->runs));
    script_define(&script, "base", base);
    struct pgbench options = {.subject = cases->subject,
                              .script = &script,
                              .dir = cases->dir,
                              .clients = clients,
                              .seconds = (int)(cases->window_s + 1.4),
                              .window_s = cases->window_s};
    uint64_t transactions = 0;
    int64_t before = sum_of_versions(cases);
    struct figure figure = pgbench_run(&options, &transactions);
    bool writes = what == PGBENCH_GAPLESS || what == PGBENCH_LOOSE;
    if (sum_of_versions(cases) - before != (writes ? (int64_t)transactions : 0))
        die("pgbench's statements did not do what okrd's do");
    free(script.defines[script.n_defines - 1]);
    free(base);
    return figure;
}
