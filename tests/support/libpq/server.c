// The scripted server: what it does with what arrives, and what it remembers of it.
#include "tests/support/libpq/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STEPS_MOST = 64, SENT_MOST = 16384 };

struct pg_conn *fake_connections;
static const struct fake_step *script;
static bool used[STEPS_MOST];
static char sent[SENT_MOST];
static int held;
static int64_t forward_ms;

void fake_play(const struct fake_step *steps)
{
    script = steps;
    memset(used, 0, sizeof used);
    sent[0] = '\0';
    held = 0;
    for (size_t i = 0; steps && steps[i].on; i++)
        assert_true(i < STEPS_MOST);
}

void fake_played(void)
{
    for (size_t i = 0; script && script[i].on; i++)
        if (!used[i] && !script[i].always)
            fail_msg("the script's step %zu, on \"%s\", never came; sent: %s", i, script[i].on,
                     sent);
}

int fake_ended(void **state)
{
    (void)state;
    fake_play(NULL);
    assert_null(fake_connections);
    assert_int_equal(fake_results, 0);
    return 0;
}

const char *fake_sent(void)
{
    return sent;
}

void fake_note(const char *name)
{
    size_t length = strlen(sent);
    snprintf(sent + length, sizeof sent - length, "%s%s", length ? " " : "", name);
}

int fake_count(const char *name)
{
    int n = 0;
    size_t length = strlen(name);
    for (const char *at = sent; (at = strstr(at, name)); at += length)
        n += (at == sent || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
    return n;
}

const struct fake_step *fake_meets(const char *on, const char *sql)
{
    for (size_t i = 0; script && script[i].on; i++) {
        bool fits = strcmp(script[i].on, on) == 0 ||
                    (sql && strncmp(sql, script[i].on, strlen(script[i].on)) == 0);
        if (!fits || (used[i] && !script[i].always))
            continue;
        used[i] = true;
        return &script[i];
    }
    return NULL;
}

// Answers.

static void put(struct pg_conn *conn, PGresult *result, bool notice)
{
    bool told = conn->n_replies > conn->arrived; // a byte lies in the socket already
    if (conn->n_replies == REPLIES_MOST || (!told && write(conn->server, "", 1) != 1))
        fail_msg("the scripted server cannot send");
    conn->replies[(conn->first_reply + conn->n_replies++) % REPLIES_MOST] =
        (struct reply){result, notice};
}

static PGresult *ordinary(const struct request *request)
{
    if (request->kind == REQUEST_SYNC)
        return fake_result(PGRES_PIPELINE_SYNC);
    if (request->kind == REQUEST_PREPARE)
        return fake_command("PREPARE", NULL);
    if (request->statement ? request->statement->columns[0] != '\0'
                           : strncmp(request->sql, "SELECT", 6) == 0)
        return fake_rows(request->statement, "");
    return fake_command(request->sql, NULL);
}

static PGresult *result_of(const struct request *request, const struct fake_step *step)
{
    if (step && step->error)
        return fake_error(step->error);
    if (step && step->rows)
        return fake_rows(request->statement, step->rows);
    if (step && step->tag)
        return fake_command(request->sql, step->tag);
    return ordinary(request);
}

static void answer(struct pg_conn *conn, const struct request *request,
                   const struct fake_step *step)
{
    bool sync = request->kind == REQUEST_SYNC;
    if (step && step->warning)
        put(conn, fake_notice(step->warning), true);
    if (conn->skips && !sync)
        put(conn, fake_result(PGRES_PIPELINE_ABORTED), false);
    else
        put(conn, result_of(request, step), false);
    if (!sync)
        put(conn, NULL, false); // ends a query's results; a sync stands alone
    conn->skips = sync ? false : conn->skips || (step && step->error);
}

static const struct fake_step *meets(const struct pg_conn *conn, const struct request *request)
{
    char name[128];
    if (request->kind == REQUEST_SYNC) {
        fake_note(FAKE_SYNC);
        return fake_meets(FAKE_SYNC, NULL);
    }
    if (request->kind == REQUEST_PREPARE) {
        snprintf(name, sizeof name, FAKE_PREPARE "%s", request->statement->name);
        return fake_meets(name, NULL);
    }
    if (request->statement)
        fake_note(request->statement->name);
    return conn->skips ? NULL
                       : fake_meets(request->statement ? request->statement->name : request->sql,
                                    request->sql);
}

void fake_serve(struct pg_conn *conn)
{
    while (conn->server >= 0 && !conn->silent && conn->n_requests) {
        struct request *request = &conn->requests[conn->first_request];
        const struct fake_step *step = meets(conn, request);
        conn->silent = step && step->then == FAKE_SILENT;
        if (conn->silent)
            return; // it is answered when the silence ends
        if (!step || step->then != FAKE_CUT)
            answer(conn, request, step);
        conn->first_request = (conn->first_request + 1) % REQUESTS_MOST;
        conn->n_requests--;
        if (step && step->then != FAKE_GO_ON)
            fake_cut_one(conn);
    }
}

// From outside.

void fake_cut_one(struct pg_conn *conn)
{
    if (conn->server >= 0)
        close(conn->server);
    conn->server = -1;
}

void fake_cut(void)
{
    for (struct pg_conn *conn = fake_connections; conn; conn = conn->next)
        fake_cut_one(conn);
}

void fake_speak(void)
{
    for (struct pg_conn *conn = fake_connections; conn; conn = conn->next) {
        conn->silent = false;
        fake_serve(conn);
    }
}

void fake_hold(int n)
{
    held = n;
}

bool fake_holds(void)
{
    return held > 0 && held--;
}

// Time.

int64_t __wrap_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + forward_ms;
}

void fake_forward(int ms)
{
    forward_ms += ms;
}
