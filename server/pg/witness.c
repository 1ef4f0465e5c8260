#include "server/pg/witness.h"
#include <stdlib.h>
#include <string.h>
#include "server/clock.h"

enum { MOST_LINKS = 8, SILENT_MS = 1000, AGAIN_MS = 1000, ANSWER_MS = 2000 };

// One that waits for its client while that waits for it: a question or an answer was lost on the
// way.
STATEMENT(witness_sessions, MANY, "", "tb",
          "SELECT " LINK_SESSION_SQL ", "
          " coalesce(wait_event_type = 'Client', false) "
          "FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user");

struct witness {
    struct endpoint *endpoint;
    struct loop *loop;
    struct link *links[MOST_LINKS];
    size_t n;
    struct link *fresh; // NULL: nobody is asked
    PGresult *sessions;
    bool over; // the fresh one has done its work
    int64_t next_ms;
};

struct witness *witness_new(struct endpoint *endpoint, struct loop *loop)
{
    struct witness *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->endpoint = endpoint;
    w->loop = loop;
    return w;
}

static void dismiss(struct witness *w)
{
    w->fresh = link_close(w->fresh);
    PQclear(w->sessions);
    w->sessions = NULL;
    w->over = false;
}

struct witness *witness_free(struct witness *w)
{
    if (w)
        dismiss(w);
    free(w);
    return NULL;
}

void witness_add(struct witness *w, struct link *link)
{
    if (w->n < MOST_LINKS)
        w->links[w->n++] = link;
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    (void)owner, (void)index;
    struct witness *w = ctx;
    if (!result) {
        w->over = true;
        return;
    }
    PQclear(w->sessions);
    w->sessions = result;
}

static void on_lost(void *ctx)
{
    ((struct witness *)ctx)->over = true;
}

static void on_ready(void *ctx)
{
    struct witness *w = ctx;
    struct query q = {.statement = &witness_sessions};
    if (!link_query(w->fresh, &q, NULL, 0) || !link_sync(w->fresh, NULL, 0, ANSWER_MS))
        w->over = true;
    link_flush(w->fresh);
}

static void ask(struct witness *w)
{
    struct link_options options = {
        .name = "witness",
        .endpoint = w->endpoint,
        .unprepared = true,
        .loop = w->loop,
        .result = on_result,
        .lost = on_lost,
        .ready = on_ready,
        .ctx = w,
    };
    w->fresh = link_open(&options);
}

static bool works(const PGresult *sessions, const char *session, struct arena *arena)
{
    struct rows rows = {sessions, &witness_sessions, arena};
    for (struct row row = rows_begin(&rows); row_next(&row);) {
        const char *name = take_text(&row);
        bool waits = take_bool(&row);
        if (name && strcmp(name, session) == 0)
            return !waits;
    }
    return false;
}

static void judge(struct witness *w)
{
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; arena && i < w->n; i++)
        if (link_silent_ms(w->links[i]) >= SILENT_MS &&
            !works(w->sessions, link_session(w->links[i]), arena))
            link_break(w->links[i], "the server does not work for it");
    arena_free(arena);
}

static bool anybody_silent(const struct witness *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (link_silent_ms(w->links[i]) >= SILENT_MS)
            return true;
    return false;
}

void witness_tick(struct witness *w)
{
    int64_t now = clock_monotonic_ms();
    bool silent = anybody_silent(w);
    if (w->over || (w->fresh && !silent)) {
        if (silent && w->sessions && PQresultStatus(w->sessions) == PGRES_TUPLES_OK)
            judge(w);
        dismiss(w);
        w->next_ms = now + AGAIN_MS;
    }
    if (silent && !w->fresh && now >= w->next_ms)
        ask(w);
    if (w->fresh)
        link_tick(w->fresh);
}
