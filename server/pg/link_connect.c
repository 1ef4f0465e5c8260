// From nothing to a session with everything prepared, in steps that never wait: the server's names
// are looked up, each address is tried for a moment, then the session's settings and all statements
// go down one pipeline. What takes too long is dropped, and the next address is tried.
#include "server/pg/link_private.h"
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include "common/log.h"
#include "server/clock.h"
#include "server/bug.h"

enum {
    RETRY_MS = 200,
    CONNECT_MS = 2000,
    CONNECT_NEXT_MS = 1000, // where there is another address to try
    PREPARE_MS = 3000,      // without a word
    INDEX_SETTLE = -1,
    INDEX_SAY = -2,
    INDEX_SYNC = -3,
};

// What each session is to be like, whatever the database's defaults. A server whose client is gone
// is to notice it, also in the middle of a statement.
// Answers with what the server calls the session.
static const char settle[] =
    "SELECT (SELECT " LINK_SESSION_SQL " FROM pg_stat_activity WHERE pid = pg_backend_pid()),"
    " set_config('statement_timeout', '60s', false), set_config('jit', 'off', false),"
    " set_config('random_page_cost', '1.1', false), set_config('timezone', 'UTC', false),"
    " set_config('client_encoding', 'UTF8', false), set_config('datestyle', 'ISO', false),"
    " set_config('client_connection_check_interval', '2s', false),"
    " set_config('tcp_keepalives_idle', '10', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false),"
    " set_config('tcp_user_timeout', '20000', false)";

static void begin_attempt(struct link *link);

static void note(struct link *link, const char *why)
{
    snprintf(link->error, sizeof link->error, "%s", why && *why ? why : "no answer");
    for (char *end = link->error + strlen(link->error); end > link->error && end[-1] == '\n';)
        *--end = '\0';
}

static void rest(struct link *link)
{
    link->state = LINK_DOWN;
    link->next_try_ms = clock_monotonic_ms() + RETRY_MS;
    if (!link->quiet)
        log_warn("%s: cannot be reached: %s", link->options.name, link->error);
    link->quiet = true;
}

void link_attempt_failed(struct link *link, const char *why)
{
    note(link, why);
    link_drop(link);
    link->at++;
    begin_attempt(link);
}

// Connecting to one address.

static PGconn *start(const struct link *link, const struct candidate *to)
{
    char name[64];
    snprintf(name, sizeof name, "okrd %s", link->options.name);
    const char *keys[16], *values[16];
    size_t n = 0;
    bool several = endpoint_count(link->options.endpoint) > 1;
    const struct {
        const char *key, *value;
    } all[] = {
        {"target_session_attrs", several ? "read-write" : NULL},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"}, // the conninfo may say other
        {"dbname", endpoint_conninfo(link->options.endpoint)},
        {"host", to->host},
        {"hostaddr", to->address},
        {"port", to->port},
        {"application_name", name},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value) {
            keys[n] = all[i].key;
            values[n++] = all[i].value;
        }
    keys[n] = values[n] = NULL;
    return PQconnectStartParams(keys, values, 1);
}

static bool watch(struct link *link, uint32_t events)
{
    return loop_watch(link->options.loop, PQsocket(link->conn), events, link_on_socket, link);
}

static void notice(void *ctx, const PGresult *result)
{
    struct link *link = ctx;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) {
        link->warned = true;
        log_warn("%s: %s", link->options.name, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    }
}

static void begin_attempt(struct link *link)
{
    struct endpoint *endpoint = link->options.endpoint;
    if (link->at >= endpoint_count(endpoint)) {
        if (link->at == 0)
            note(link, "its name cannot be looked up");
        rest(link);
        return;
    }
    struct candidate to = endpoint_candidate(endpoint, link->at);
    link->conn = start(link, &to);
    link->state = LINK_CONNECTING;
    link->limit_ms =
        clock_monotonic_ms() + (endpoint_count(endpoint) > 1 ? CONNECT_NEXT_MS : CONNECT_MS);
    if (!link->conn || PQstatus(link->conn) == CONNECTION_BAD || !watch(link, EPOLLOUT))
        link_attempt_failed(link, PQerrorMessage(link->conn));
}

// Setting the session up.

static bool prepare(struct link *link, const struct statement *s, int index)
{
    Oid types[QUERY_MAX_PARAMS];
    int n = (int)strlen(s->params);
    for (int i = 0; i < n; i++)
        types[i] = link_type(s->params[i]);
    return link_expect(link, NULL, index, 0) &&
           PQsendPrepare(link->conn, s->name, s->sql, n, types) == 1;
}

static bool say(struct link *link, const char *sql, int index)
{
    return !sql || (link_expect(link, NULL, index, 0) &&
                    PQsendQueryParams(link->conn, sql, 0, NULL, NULL, NULL, NULL, 0) == 1);
}

static bool send_all(struct link *link)
{
    size_t n;
    const struct statement *const *table = statement_table(&n);
    bool sent = PQsetnonblocking(link->conn, 1) == 0 && PQenterPipelineMode(link->conn) == 1 &&
                say(link, settle, INDEX_SETTLE);
    if (BUG(commit_not_waited_for))
        sent = sent && say(link, "SET synchronous_commit = local", INDEX_SAY);
    for (size_t i = 0; sent && i < LINK_SESSION; i++)
        sent = say(link, link->options.session[i], INDEX_SAY);
    for (size_t i = 0; sent && i < n && !link->options.unprepared; i++)
        sent = prepare(link, table[i], (int)i);
    return sent && link_expect(link, NULL, INDEX_SYNC, INT64_MAX) &&
           PQpipelineSync(link->conn) == 1;
}

static void connected(struct link *link)
{
    PQsetNoticeReceiver(link->conn, notice, link);
    link->state = LINK_PREPARING;
    link->bad = link->misfit = link->wants_write = false;
    link->limit_ms = clock_monotonic_ms() + PREPARE_MS;
    if (!send_all(link) || !watch(link, EPOLLIN)) {
        link_attempt_failed(link, PQerrorMessage(link->conn));
        return;
    }
    link_flush(link);
}

// Class 42: syntax error or access rule violation, which undefined tables and columns belong to.
static void not_prepared(struct link *link, int index, const PGresult *result)
{
    size_t n;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (link->bad)
        return;
    link->bad = true;
    link->misfit = state && strncmp(state, "42", 2) == 0;
    const char *name = index >= 0 ? statement_table(&n)[index]->name : "session";
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    snprintf(link->error, sizeof link->error, "%s: %s", name, message ? message : "no message");
}

static void ready(struct link *link)
{
    if (link->quiet)
        log_info("%s: connected again", link->options.name);
    link->quiet = false;
    link->state = LINK_UP;
    endpoint_answered(link->options.endpoint, link->at);
    if (link->options.ready)
        link->options.ready(link->options.ctx);
}

void link_prepared(struct link *link, int index, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    link->limit_ms = clock_monotonic_ms() + PREPARE_MS;
    if (result && status == PGRES_FATAL_ERROR)
        not_prepared(link, index, result);
    if (index == INDEX_SETTLE && status == PGRES_TUPLES_OK && PQntuples(result) == 1)
        snprintf(link->session, sizeof link->session, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    if (index != INDEX_SYNC)
        return;
    if (!link->bad) {
        ready(link);
        return;
    }
    char why[sizeof link->error];
    snprintf(why, sizeof why, "%s", link->error);
    bool misfit = link->misfit;
    link_attempt_failed(link, why);
    if (misfit && link->options.refused)
        link->options.refused(link->options.refused_ctx, why);
}

// The socket may be another one after each step.
void link_connect_step(struct link *link)
{
    loop_unwatch(link->options.loop, PQsocket(link->conn));
    switch (PQconnectPoll(link->conn)) {
    case PGRES_POLLING_READING:
        watch(link, EPOLLIN);
        break;
    case PGRES_POLLING_WRITING:
        watch(link, EPOLLOUT);
        break;
    case PGRES_POLLING_OK:
        connected(link);
        break;
    default:
        link_attempt_failed(link, PQerrorMessage(link->conn));
    }
}

void link_connect_tick(struct link *link)
{
    int64_t now = clock_monotonic_ms();
    if (link->state == LINK_DOWN && now >= link->next_try_ms)
        link->state = LINK_RESOLVING;
    if (link->state == LINK_RESOLVING && endpoint_resolve(link->options.endpoint)) {
        link->at = 0;
        begin_attempt(link);
    } else if ((link->state == LINK_CONNECTING || link->state == LINK_PREPARING) &&
               now >= link->limit_ms) {
        link_attempt_failed(link, "no answer");
    }
}
