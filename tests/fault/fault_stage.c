// The stage of tests with recorded clients: set up, and the check at the end.
#include "tests/fault/stage.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

enum { STOP_MS = 15000 };

static void as_boss(const struct stage *s, char conninfo[200])
{
    snprintf(conninfo, 200, "host=%s/run dbname=okrd user=boss", s->primary->dir);
}

static void start_servers(struct stage *s, int servers)
{
    char owner[200];
    s->primary = postgres_new(s->okrd->base, "a");
    postgres_init(s->primary);
    as_boss(s, owner);
    daemon_migrate(s->okrd, owner);
    if (servers == 2) {
        s->standby = postgres_new(s->okrd->base, "b");
        postgres_follow(s->standby, s->primary);
    }
    snprintf(s->conninfo, sizeof s->conninfo,
             "host=%s%s%s dbname=okrd user=okrd_app target_session_attrs=read-write",
             s->primary->via, s->standby ? "," : "", s->standby ? s->standby->via : "");
    s->okrd->database = s->conninfo;
}

struct stage *stage_new(int servers, const char *program)
{
    struct stage *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->okrd = daemon_new();
    s->okrd->program = program;
    if (servers > 0)
        start_servers(s, servers);
    daemon_start(s->okrd);
    world_make(s->okrd, &s->world);
    world_add_guest(s->okrd, &s->world);
    return s;
}

struct stage *stage_free(struct stage *s)
{
    if (!s)
        return NULL;
    load_free(s->load);
    history_free(s->history);
    s->okrd = daemon_free(s->okrd);
    postgres_free(s->standby);
    postgres_free(s->primary);
    free(s);
    return NULL;
}

void stage_begin(struct stage *s, const struct load_options *clients)
{
    char path[96];
    struct load_options options = *clients;
    snprintf(path, sizeof path, "%s/history-%d", s->okrd->base, ++s->histories);
    s->history = options.history = history_new(path);
    options.world = &s->world;
    if (!options.daemon)
        options.daemon = s->okrd;
    if (!options.seed)
        options.seed = (uint32_t)setting("SEED", (int)(time(NULL) % 1000000));
    s->seed = options.seed;
    print_message("          seed %u\n", options.seed);
    s->load = load_start(&options);
}

int stage_end(struct stage *s, char *found, size_t size)
{
    char owner[200];
    load_stop(s->load, STOP_MS);
    load_replay(s->load);
    if (s->primary)
        as_boss(s, owner);
    PGconn *conn = s->primary ? PQconnectdb(owner) : daemon_db(s->okrd);
    history_dump(s->history, conn);
    PQfinish(conn);
    int faults = history_check(s->history, found, size);
    s->load = load_free(s->load);
    s->history = history_free(s->history);
    return faults;
}

int stage_serves(struct stage *s)
{
    int ms = load_serves(s->load, STAGE_PATIENCE_MS);
    if (ms < 0) {
        daemon_log_show(s->okrd);
        fail_msg("nothing is acknowledged any more");
    }
    return ms;
}

static int64_t revision_of(const struct postgres *p)
{
    char conninfo[200];
    snprintf(conninfo, sizeof conninfo, "host=%s/run dbname=okrd user=boss", p->dir);
    PGconn *conn = PQconnectdb(conninfo);
    PGresult *r = PQexec(conn, "SELECT revision FROM head");
    if (PQntuples(r) != 1)
        fail_msg("PostgreSQL %s does not say what it has: %s", p->name, PQerrorMessage(conn));
    int64_t revision = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    PQfinish(conn);
    return revision;
}

// okrd comes to it after it has said what it has.
void stage_promote(struct stage *s)
{
    struct postgres *old = s->primary;
    proxy_rule(s->standby->proxy, &(struct proxy_rule){.fault = PROXY_REFUSE, .lasting = true});
    postgres_promote(s->standby);
    history_add(s->history, "failover", "rev=%lld", (long long)revision_of(s->standby));
    proxy_heal(s->standby->proxy);
    s->primary = s->standby;
    s->standby = old;
}

void stage_mend(struct stage *s)
{
    postgres_follow(s->standby, s->primary);
}
