// kill -9 in the middle of writes: of okrd, of its postmaster, of one backend. Writers repeat each
// change with its request_id until they get a definite answer; whatever was acknowledged is there
// exactly once, every retry is answered with the same bytes, and everything comes back by itself.
//
// This shows safety in a crash of processes, not in a loss of power: the kernel keeps what was
// written. KILL_ROUNDS says how often (100).
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fault/fault.h"

enum { WRITERS = 6, BACK_MS = 30000, PATIENCE_MS = 60000, REPLAYED = 400 };

static struct daemon *okrd;
static struct world world;

// ---- Writers ------------------------------------------------------------------------------------

struct change { // one that was acknowledged
    uint8_t id[16];
    bool edit;
    int64_t entry_id, version; // of the request, for an edit
    char text[32];
    int64_t revision;
    struct packed reply;
};

struct writer {
    int number;
    pthread_t thread;
    struct rpc_client *client;
    struct change *changes;
    size_t n, room;
    int64_t entry_id, version; // what the next edit is for
    long unknown;              // answers that were none
    char complaint[200];
};

static struct writer writers[WRITERS];
static atomic_bool stop;
static atomic_long acknowledged;

union request {
    Okr__WriteEntryRequest write;
    Okr__EditEntryRequest edit;
};

static enum rpc_id fill(union request *request, struct change *c)
{
    if (c->edit) {
        request->edit = (Okr__EditEntryRequest)OKR__EDIT_ENTRY_REQUEST__INIT;
        request->edit.has_id = request->edit.has_version = true;
        request->edit.id = c->entry_id;
        request->edit.version = c->version;
        request->edit.text = c->text;
        return RPC_WEEK_EDIT_ENTRY;
    }
    request->write = (Okr__WriteEntryRequest)OKR__WRITE_ENTRY_REQUEST__INIT;
    request->write.has_project_id = true;
    request->write.project_id = world.project_id;
    request->write.text = c->text;
    return RPC_WEEK_WRITE_ENTRY;
}

static bool is_definite(const struct rpc_result *result)
{
    Okr__Code code = result->status->code;
    return !result->outcome_unknown && code != OKR__CODE__CODE_UNAVAILABLE &&
           code != OKR__CODE__CODE_DEADLINE_EXCEEDED;
}

// Another client: nng's dialer gives up for good when its peer dies during the handshake.
static void renew_client(struct writer *w)
{
    const char *error = NULL;
    struct rpc_options options = {.address = w->number % 2 ? okrd->tcp : okrd->ipc,
                                  .token = world.token,
                                  .deadline_ms = 8000};
    rpc_client_free(w->client);
    w->client = rpc_client_new(&options, &error);
    if (!w->client)
        abort();
}

// Until it is acknowledged; false when it was refused, which nothing here should be.
static bool carry_out(struct writer *w, struct change *c)
{
    union request request;
    struct rpc_result result;
    enum rpc_id method = fill(&request, c);
    int64_t until = now_ms() + PATIENCE_MS;
    rpc_call_with_id(w->client, method, (const ProtobufCMessage *)&request, c->id, &result);
    while (!is_definite(&result) && now_ms() < until) {
        w->unknown++;
        rpc_result_clear(&result);
        renew_client(w);
        rpc_call_with_id(w->client, method, (const ProtobufCMessage *)&request, c->id, &result);
    }
    bool ok = result.status->code == OKR__CODE__CODE_OK;
    if (ok) {
        const Okr__Entry *entry = (const Okr__Entry *)result.reply;
        c->revision = result.revision;
        c->reply = pack_message(entry);
        w->entry_id = entry->id;
        w->version = entry->version;
    } else {
        snprintf(w->complaint, sizeof w->complaint, "%s (%s): %s", c->text,
                 c->edit ? "edit" : "write", result.status->message);
    }
    rpc_result_clear(&result);
    return ok;
}

static void keep(struct writer *w, const struct change *c)
{
    if (w->n == w->room) {
        w->room = w->room ? w->room * 2 : 256;
        w->changes = realloc(w->changes, w->room * sizeof *w->changes);
        if (!w->changes)
            abort();
    }
    w->changes[w->n++] = *c;
    acknowledged++;
}

static void *write_on(void *ctx)
{
    struct writer *w = ctx;
    renew_client(w);
    for (size_t n = 0; !stop; n++) {
        struct change c = {.edit = n % 3 != 0, .entry_id = w->entry_id, .version = w->version};
        randombytes_buf(c.id, sizeof c.id);
        snprintf(c.text, sizeof c.text, "w%d-%zu", w->number, n);
        if (!carry_out(w, &c))
            break;
        keep(w, &c);
        pause_ms(2);
    }
    w->client = rpc_client_free(w->client);
    return NULL;
}

static void start_writers(void)
{
    stop = false;
    for (int i = 0; i < WRITERS; i++) {
        writers[i].number = i;
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_on, &writers[i]), 0);
    }
}

static void stop_writers(void)
{
    stop = true;
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        if (writers[i].complaint[0])
            print_error("writer %d: %s\n", i, writers[i].complaint);
    }
}

// ---- Killing ------------------------------------------------------------------------------------

static void wait_for_writes(void)
{
    long before = acknowledged;
    for (int64_t until = now_ms() + BACK_MS; acknowledged < before + WRITERS; pause_ms(2))
        if (now_ms() > until) {
            daemon_log_show(okrd);
            fail_msg("nothing is acknowledged any more");
        }
    pause_ms((int)randombytes_uniform(80));
}

static void kill_okrd(void)
{
    wait_for_writes();
    daemon_kill(okrd);
    daemon_start(okrd);
}

static int unavailable; // answers of this kind, seen while the database was away

// okrd lives on, says that the database is away instead of hanging, and gets it back by itself.
static void kill_database(bool backend_only)
{
    wait_for_writes();
    pid_t pid = okrd->pid;
    pid_t victim = backend_only ? daemon_writer_backend(okrd) : daemon_postmaster(okrd);
    assert_true(victim > 1);
    assert_int_equal(kill(victim, SIGKILL), 0);
    int64_t start = now_ms();
    struct envelope e = {
        .id = RPC_QUARTER_LIST_QUARTERS, .token = world.token, .deadline_ms = 2000};
    for (bool back = false, away = false; !back; pause_ms(5)) {
        assert_in_range(now_ms() - start, 0, BACK_MS);
        Okr__Reply *reply = wire_call(okrd, true, &e, 5000);
        assert_non_null(reply);
        away |= reply->status->code == OKR__CODE__CODE_UNAVAILABLE;
        unavailable += reply->status->code == OKR__CODE__CODE_UNAVAILABLE;
        back = reply->status->code == OKR__CODE__CODE_OK && (away || now_ms() > start + 2000);
        okr__reply__free_unpacked(reply, NULL);
    }
    assert_int_equal(okrd->pid, pid);
}

// ---- What is left -------------------------------------------------------------------------------

static void check_recorded(PGconn *db, const struct change *c)
{
    char sql[256], id[33], *reply = malloc(2 * c->reply.len + 1);
    sodium_bin2hex(id, sizeof id, c->id, sizeof c->id);
    sodium_bin2hex(reply, 2 * c->reply.len + 1, c->reply.data, c->reply.len);
    snprintf(sql, sizeof sql,
             "SELECT revision, encode(reply, 'hex') FROM audit WHERE request_id = '\\x%s'", id);
    PGresult *r = PQexec(db, sql);
    if (PQntuples(r) != 1)
        print_error("%s was acknowledged as revision %lld and is there %d times\n", c->text,
                    (long long)c->revision, PQntuples(r));
    assert_int_equal(PQntuples(r), 1);
    assert_int_equal(strtoll(PQgetvalue(r, 0, 0), NULL, 10), c->revision);
    assert_string_equal(PQgetvalue(r, 0, 1), reply);
    PQclear(r);
    free(reply);
}

static void check_replayed(const struct change *c)
{
    union request request;
    struct change copy = *c;
    enum rpc_id method = fill(&request, &copy);
    struct packed body = pack_message(&request);
    struct envelope e = {.id = method, .token = world.token, .request_id = c->id, .body = body};
    Okr__Reply *reply = wire_call(okrd, true, &e, 10000);
    assert_non_null(reply);
    assert_int_equal(reply->status->code, OKR__CODE__CODE_OK);
    assert_int_equal(reply->revision, c->revision);
    assert_int_equal(reply->body.len, c->reply.len);
    assert_memory_equal(reply->body.data, c->reply.data, c->reply.len);
    okr__reply__free_unpacked(reply, NULL);
    free(body.data);
}

#define OURS "method IN ('okr.v1.WeekService/WriteEntry', 'okr.v1.WeekService/EditEntry')"

static void check_everything(void)
{
    PGconn *db = daemon_db(okrd);
    size_t inserts = 0, all = 0;
    assert_non_null(db);
    for (int i = 0; i < WRITERS; i++)
        for (size_t k = 0; k < writers[i].n; k++, all++) {
            check_recorded(db, &writers[i].changes[k]);
            inserts += !writers[i].changes[k].edit;
        }
    PQfinish(db);
    for (int i = 0; i < WRITERS; i++)
        for (size_t k = 0; k < writers[i].n; k++)
            if (randombytes_uniform((uint32_t)all) < REPLAYED)
                check_replayed(&writers[i].changes[k]);
    assert_int_equal(daemon_ask(okrd, "SELECT count(*) FROM audit WHERE " OURS), all);
    assert_int_equal(daemon_ask(okrd, "SELECT count(*) FROM entry"), inserts);
    assert_int_equal(daemon_ask(okrd, "SELECT sum(version) FROM entry"), all);
    assert_int_equal(daemon_ask(okrd, "SELECT max(revision) - count(*) FROM audit"), 0);
    assert_int_equal(daemon_ask(okrd, "SELECT revision FROM head"),
                     daemon_ask(okrd, "SELECT max(revision) FROM audit"));
}

static void check_chain(void)
{
    Okr__VerifyAuditRequest request = OKR__VERIFY_AUDIT_REQUEST__INIT;
    for (bool more = true; more;) {
        struct rpc_result result;
        Okr__Code code =
            call_once(okrd->ipc, world.token, 20000, RPC_AUDIT_VERIFY_AUDIT, &request, &result);
        assert_int_equal(code, OKR__CODE__CODE_OK);
        const Okr__AuditVerification *v = (const Okr__AuditVerification *)result.reply;
        assert_false(v->has_broken_at);
        request.has_after_revision = true;
        request.after_revision = v->checked_to;
        more = v->has_more && v->more;
        rpc_result_clear(&result);
    }
}

static void what_was_acknowledged_is_there_once(void **state)
{
    (void)state;
    int rounds = setting("KILL_ROUNDS", 100);
    int64_t start = now_ms();
    start_writers();
    for (int i = 0; i < rounds; i++) {
        if (i % 10 == 3 || i % 10 == 8)
            kill_database(false);
        else if (i % 10 == 5)
            kill_database(true);
        else
            kill_okrd();
    }
    wait_for_writes();
    stop_writers();
    long unknown = 0;
    for (int i = 0; i < WRITERS; i++)
        unknown += writers[i].unknown;
    print_message("          %d kills in %d ms: %ld changes, %ld tries without an answer, %d times"
                  " UNAVAILABLE\n",
                  rounds, (int)(now_ms() - start), (long)acknowledged, unknown, unavailable);
    for (int i = 0; i < WRITERS; i++)
        assert_string_equal(writers[i].complaint, "");
    assert_true(rounds < 10 || unavailable > 0);
    check_everything();
    check_chain();
}

static int start_okrd(void **state)
{
    (void)state;
    okrd = daemon_new();
    daemon_start(okrd);
    world_make(okrd, &world);
    return 0;
}

static int stop_okrd(void **state)
{
    (void)state;
    if (!stop)
        stop_writers();
    for (int i = 0; i < WRITERS; i++) {
        for (size_t k = 0; k < writers[i].n; k++)
            free(writers[i].changes[k].reply.data);
        free(writers[i].changes);
    }
    okrd = daemon_free(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_is_there_once),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start_okrd, stop_okrd);
}
