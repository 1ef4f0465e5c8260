// okrd: start → verify schema → listen → drain. One thread; nng's own hand over messages.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <linux/close_range.h>
#include <unistd.h>
#include <sodium.h>
#include "common/calendar.h"
#include "common/log.h"
#include "server/people/directory.h"
#include "server/people/first_admin.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/privilege.h"
#include "server/rpc/dispatch.h"
#include "server/rpc/heal.h"
#include "server/rpc/listener.h"
#include "server/pg/cluster.h"
#include "server/pg/migrate.h"

enum {
    DRAIN_MS = 10000,
    LINGER_MS = 500,
    MESSAGES_PER_TURN = 256,
    AWAIT_MS = 2000,
    DISK_FLOOR = 256 << 20
};

struct server {
    struct config config;
    struct cluster *cluster;
    const char *conninfo;
    struct loop *loop;
    struct listener *listener;
    struct dispatch *dispatch;
    struct heal *heal;
    int signals, exe;
    bool draining, again; // again: begin anew instead of ending
    bool serving, first_admin_known;
    bool failed; // it ends as it cannot serve
    int64_t listen_by_ms, drain_until_ms, idle_since_ms;
    int64_t next_cluster_try_ms, next_disk_look_ms;
};

static void say(void *ctx, const char *line)
{
    (void)ctx;
    log_info("%s", line);
}

static bool complain(const char *what)
{
    log_error("%s", what);
    return false;
}

// Before the first thread: who we are, and what the process may use.

static bool set_log_level(const char *name)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    for (int i = 0; name && i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            log_set_level((enum log_level)i);
            return true;
        }
    return !name || complain("--log-level: error, warn, info or debug");
}

static bool set_clock(const char *text)
{
    int64_t us;
    if (!text)
        return true;
    if (!timestamp_parse(text, &us))
        return complain(
            "--clock: not a time as RFC 3339 writes it, such as 2021-02-08T10:00:00+09:00");
    clock_simulate(us);
    return true;
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool settle_in(struct server *s)
{
    struct privilege_error error;
    s->exe = privilege_keep_exe();
    bool same = strcmp(s->config.dir, s->config.run_dir) == 0;
    bool ok = privilege_prepare_dir(s->config.dir, s->config.user, 0755, &error) &&
              (same || privilege_prepare_dir(s->config.run_dir, s->config.user, 0755, &error)) &&
              privilege_drop(s->config.user, &error);
    return ok || complain(error.message);
}

static void block_signals(struct server *s)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The database.

static bool migrate_private(struct server *s)
{
    struct migrate_error error;
    PGconn *owner = PQconnectdb(cluster_conninfo(s->cluster, CLUSTER_OWNER));
    bool ok = PQstatus(owner) == CONNECTION_OK;
    if (!ok)
        complain(PQerrorMessage(owner));
    else if (!(ok = migrate_run(owner, migrations_embedded, migrations_embedded_count, "okrd_app",
                                say, NULL, &error)))
        complain(error.message);
    PQfinish(owner);
    return ok;
}

static bool start_private(struct server *s)
{
    struct cluster_error error;
    static char dir[4200];
    snprintf(dir, sizeof dir, "%s/cluster", s->config.dir);
    struct cluster_options options = {.dir = dir, .dir_option = "--dir", .say = say};
    s->cluster = cluster_start(&options, &error);
    if (!s->cluster)
        return complain(error.message);
    s->conninfo = cluster_conninfo(s->cluster, CLUSTER_APP);
    return migrate_private(s);
}

static int migrate_only(const struct config *config)
{
    struct migrate_error error;
    PGconn *owner = PQconnectdb(config->database);
    bool ok = PQstatus(owner) == CONNECTION_OK;
    if (!ok)
        log_error("--database: %s", PQerrorMessage(owner));
    else if (!(ok = migrate_run(owner, migrations_embedded, migrations_embedded_count, "okrd_app",
                                say, NULL, &error)))
        complain(error.message);
    PQfinish(owner);
    return ok ? 0 : 1;
}

// The loop's events.

static void take_peer_events(struct server *s)
{
    struct peer_event event;
    while (listener_event(s->listener, &event)) {
        dispatch_peer(s->dispatch, &event);
        heal_peer(s->heal, &event);
    }
}

// A peer's coming is told before its first message: looked at in between, no message comes from a
// peer that is not known yet.
static void on_message(void *ctx, uint32_t events)
{
    (void)events;
    struct server *s = ctx;
    struct message *message;
    take_peer_events(s);
    for (int i = 0; i < MESSAGES_PER_TURN && listener_receive(s->listener, &message); i++) {
        take_peer_events(s);
        dispatch_message(s->dispatch, message);
    }
    dispatch_turn(s->dispatch);
}

static void drain(struct server *s, bool again)
{
    if (s->draining)
        return;
    s->draining = true;
    s->again = again;
    s->idle_since_ms = clock_monotonic_ms();
    s->drain_until_ms = s->idle_since_ms + DRAIN_MS;
    dispatch_drain(s->dispatch);
}

static void on_signal(void *ctx, uint32_t events)
{
    (void)events;
    struct server *s = ctx;
    struct signalfd_siginfo info;
    while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
            log_info("draining");
            drain(s, false);
            s->again = false; // also when it was about to begin anew
        }
    }
}

// A postmaster that died is started again; the links come back by themselves.
static void watch_cluster(struct server *s)
{
    struct cluster_error error;
    if (!s->cluster || !cluster_reap(s->cluster) || clock_monotonic_ms() < s->next_cluster_try_ms)
        return;
    log_warn("PostgreSQL has ended: starting it again");
    if (!cluster_spawn(s->cluster, &error))
        log_error("%s", error.message);
    s->next_cluster_try_ms = clock_monotonic_ms() + 500;
}

static void watch_disk(struct server *s)
{
    if (!s->cluster || clock_monotonic_ms() < s->next_disk_look_ms)
        return;
    s->next_disk_look_ms = clock_monotonic_ms() + 2000;
    int64_t free_bytes = cluster_free_bytes(s->cluster);
    dispatch_disk_full(s->dispatch, free_bytes >= 0 && free_bytes < DISK_FLOOR);
}

static void watch_drain(struct server *s)
{
    int64_t now = clock_monotonic_ms();
    if (heal_needed(s->heal))
        drain(s, true);
    if (!s->draining)
        return;
    if (!dispatch_idle(s->dispatch))
        s->idle_since_ms = now;
    bool settled = now - s->idle_since_ms >= LINGER_MS; // nng still sends the last replies
    if (settled || now >= s->drain_until_ms + LINGER_MS)
        loop_stop(s->loop);
}

// Calls are taken once the database was read, or it is clear that they will have to be told that it
// is away.
static void begin_to_serve(struct server *s)
{
    if (s->serving || (!dispatch_ready(s->dispatch) && clock_monotonic_ms() < s->listen_by_ms))
        return;
    s->serving = loop_watch(s->loop, listener_receive_fd(s->listener), EPOLLIN, on_message, s) &&
                 loop_watch(s->loop, listener_event_fd(s->listener), EPOLLIN, on_message, s);
    for (size_t i = 0; i < s->config.n_listen; i++)
        log_info("serving on %s", s->config.listen[i]);
    if (!dispatch_ready(s->dispatch))
        log_warn("the database is away: calls are answered UNAVAILABLE until it comes");
}

static void fail(struct server *s, const char *why)
{
    s->failed = !complain(why);
    loop_stop(s->loop);
}

// The first admin's code is made once it is known whether there is an admin.
static void watch_database(struct server *s)
{
    struct first_admin_error error;
    if (dispatch_trouble(s->dispatch))
        fail(s, dispatch_trouble(s->dispatch));
    else if (server_directory() && !s->first_admin_known) {
        s->first_admin_known = true;
        if (!first_admin_prepare(s->config.dir, &error))
            fail(s, error.message);
    }
}

static void on_tick(void *ctx)
{
    struct server *s = ctx;
    dispatch_tick(s->dispatch);
    dispatch_turn(s->dispatch);
    heal_tick(s->heal);
    watch_database(s);
    begin_to_serve(s);
    watch_cluster(s);
    watch_disk(s);
    watch_drain(s);
}

// Start and end.

static bool open_for_calls(struct server *s)
{
    char error[512] = "out of memory";
    s->loop = loop_new();
    if (!s->loop)
        return complain(error);
    s->listener = listener_open(s->config.listen, s->config.n_listen, error, sizeof error);
    if (!s->listener)
        return complain(error);
    struct dispatch_options options = {s->loop, s->listener, s->conninfo};
    s->dispatch = dispatch_open(&options, error, sizeof error);
    s->heal = heal_new(s->config.socket_path);
    if (!s->dispatch || !s->heal)
        return complain(error);
    s->listen_by_ms = clock_monotonic_ms() + AWAIT_MS;
    loop_on_tick(s->loop, on_tick, s);
    return loop_watch(s->loop, s->signals, EPOLLIN, on_signal, s);
}

static void close_for_calls(struct server *s)
{
    heal_free(s->heal);
    dispatch_close(s->dispatch);
    listener_close(s->listener);
    loop_free(s->loop);
    server_directory_set(NULL);
}

// The same okrd again, in this process: nng's threads and descriptors go, the private cluster stays
// our child. Everything that a default would decide anew is said.
static void begin_anew(struct server *s, const char *program)
{
    char *argv[2 * CONFIG_MAX_LISTEN + 16];
    size_t n = 0;
    char clock[TIMESTAMP_SIZE];
    argv[n++] = (char *)(uintptr_t)program;
    argv[n++] = (char *)(uintptr_t) "serve";
    argv[n++] = (char *)(uintptr_t) "--dir";
    argv[n++] = s->config.dir;
    for (size_t i = 0; i < s->config.n_listen; i++) {
        argv[n++] = (char *)(uintptr_t) "--listen";
        argv[n++] = s->config.listen[i];
    }
    const char *const optional[][2] = {{"--database", s->config.database},
                                       {"--log-level", s->config.log_level}};
    for (size_t i = 0; i < 2; i++)
        if (optional[i][1]) {
            argv[n++] = (char *)(uintptr_t)optional[i][0];
            argv[n++] = (char *)(uintptr_t)optional[i][1];
        }
    if (clock_is_simulated()) {
        timestamp_format(clock_now(), clock);
        argv[n++] = (char *)(uintptr_t) "--clock";
        argv[n++] = clock;
    }
    argv[n] = NULL;
    log_warn("beginning anew");
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    s->cluster = cluster_close(s->cluster);
    fexecve(s->exe, argv, environ);
    log_error("cannot begin anew: %m");
}

static int serve(struct server *s, const char *program)
{
    struct cluster_error error;
    s->conninfo = s->config.database;
    bool ok = (s->config.database || start_private(s)) && open_for_calls(s);
    if (ok)
        loop_run(s->loop);
    ok = ok && !s->failed;
    if (s->again)
        begin_anew(s, program); // does not return, unless it fails
    close_for_calls(s);
    if (s->cluster && !cluster_stop(s->cluster, &error))
        log_error("%s", error.message);
    cluster_close(s->cluster);
    log_info("ended");
    return ok && !s->again ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct server s;
    char error[256];
    if (!config_parse(&s.config, argc, argv, error, sizeof error)) {
        fprintf(stderr, "okrd: %s\n", error);
        return 2;
    }
    if (s.config.command == COMMAND_HELP)
        return fputs(config_help(), stdout) < 0;
    if (s.config.command == COMMAND_VERSION)
        return printf("okrd %s\n", OKR_VERSION) < 0;
    if (sodium_init() < 0 || !set_log_level(s.config.log_level) || !set_clock(s.config.clock))
        return 2;
    if (s.config.command == COMMAND_MIGRATE)
        return migrate_only(&s.config);
    umask(022);
    raise_descriptor_limit();
    block_signals(&s);
    return settle_in(&s) ? serve(&s, argv[0]) : 1;
}
