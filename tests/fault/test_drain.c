// Ends that are not accidents: draining on SIGTERM, deadlines, a database that hangs, requests that
// come twice, and who may serve a database. Every reply says what is known, and no more.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/fault/fault.h"

enum { SOON_MS = 15000 };

static struct daemon *okrd;
static struct world world;
static PGconn *blocker; // holds a lock that okrd's statements wait for

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
    okrd = daemon_free(okrd);
    return 0;
}

static void block(const char *table)
{
    char sql[96];
    snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", table);
    blocker = daemon_db(okrd);
    PGresult *r = PQexec(blocker, sql);
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
}

static void unblock(void)
{
    PQfinish(blocker);
    blocker = NULL;
}

static int unblock_after(void **state)
{
    (void)state;
    unblock();
    return 0;
}

// ---- Calls --------------------------------------------------------------------------------------

struct answer {
    Okr__Code code;
    Okr__Reason reason;
    size_t len;
    uint8_t bytes[4096]; // of the whole reply
    bool came;
};

static struct answer judge(const uint8_t *data, size_t len)
{
    struct answer a = {.came = data != NULL, .len = len};
    Okr__Reply *reply = data ? okr__reply__unpack(NULL, len, data) : NULL;
    if (!reply || !reply->status || len > sizeof a.bytes)
        fail_msg("a reply is missing, too long or none");
    a.code = reply->status->code;
    a.reason = reply->status->has_reason ? reply->status->reason : OKR__REASON__REASON_UNSPECIFIED;
    memcpy(a.bytes, data, len);
    okr__reply__free_unpacked(reply, NULL);
    return a;
}

static struct answer receive(const struct wire *w, int ms)
{
    uint32_t number;
    size_t len = 0;
    uint8_t *data = wire_receive(w, ms, &number, &len);
    if (!data)
        fail_msg("no reply came in %d ms", ms);
    struct answer a = judge(data, len);
    free(data);
    return a;
}

static void new_id(uint8_t id[16])
{
    randombytes_buf(id, 16);
}

static struct wire open_wire(void)
{
    struct wire w;
    if (!wire_open(okrd, true, &w))
        fail_msg("%s refuses connections", okrd->ipc);
    return w;
}

static void send_entry(const struct wire *w, const char *text, const uint8_t *id, uint32_t deadline)
{
    Okr__WriteEntryRequest request = OKR__WRITE_ENTRY_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = world.project_id;
    request.text = (char *)(uintptr_t)text;
    struct packed body = pack_message(&request);
    struct envelope e = {.id = RPC_WEEK_WRITE_ENTRY,
                         .token = world.token,
                         .request_id = id,
                         .deadline_ms = deadline,
                         .body = body};
    struct packed whole = pack_envelope(&e);
    assert_true(wire_send(w, 1, whole.data, whole.len));
    free(body.data);
    free(whole.data);
}

static void send_read(const struct wire *w, enum rpc_id id, uint32_t deadline)
{
    struct envelope e = {.id = id, .token = world.token, .deadline_ms = deadline};
    struct packed whole = pack_envelope(&e);
    assert_true(wire_send(w, 1, whole.data, whole.len));
    free(whole.data);
}

static struct answer write_entry(const char *text, const uint8_t *id, uint32_t deadline)
{
    struct wire w = open_wire();
    send_entry(&w, text, id, deadline);
    struct answer a = receive(&w, SOON_MS);
    wire_close(&w);
    return a;
}

static struct answer read_once(enum rpc_id id, uint32_t deadline)
{
    struct wire w = open_wire();
    send_read(&w, id, deadline);
    struct answer a = receive(&w, SOON_MS);
    wire_close(&w);
    return a;
}

static int64_t entries(const char *text)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM entry WHERE text = '%s'", text);
    return daemon_ask(okrd, sql);
}

static void assert_answer(struct answer a, Okr__Code code, Okr__Reason reason)
{
    assert_int_equal(a.code, code);
    assert_int_equal(a.reason, reason);
}

static void assert_same(const struct answer *a, const struct answer *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->bytes, b->bytes, a->len);
}

// ---- Deadlines ----------------------------------------------------------------------------------

static void a_read_whose_time_is_up_is_answered(void **state)
{
    (void)state;
    block("quarter");
    int64_t start = now_ms();
    assert_answer(read_once(RPC_QUARTER_LIST_QUARTERS, 1), OKR__CODE__CODE_DEADLINE_EXCEEDED,
                  OKR__REASON__REASON_DEADLINE);
    assert_in_range(now_ms() - start, 0, 1000);
    unblock();
    assert_int_equal(read_once(RPC_QUARTER_LIST_QUARTERS, 5000).code, OKR__CODE__CODE_OK);
}

static pid_t stopped; // a backend

static void stop_writer_backend(void)
{
    stopped = daemon_writer_backend(okrd);
    assert_true(stopped > 1);
    assert_int_equal(kill(stopped, SIGSTOP), 0);
}

static void let_writer_go_on(void)
{
    if (stopped > 1)
        kill(stopped, SIGCONT);
    stopped = 0;
}

static int go_on_after(void **state)
{
    (void)state;
    let_writer_go_on();
    return 0;
}

// The first change is with the hanging database: nobody knows. The second was not begun: it was
// taken back, and never happens.
static void a_change_in_a_hanging_database_is_said_to_be_unknown(void **state)
{
    (void)state;
    uint8_t begun[16], queued[16];
    new_id(begun);
    new_id(queued);
    stop_writer_backend();
    struct wire w = open_wire();
    send_entry(&w, "begun", begun, 300);
    pause_ms(100);
    assert_answer(write_entry("queued", queued, 150), OKR__CODE__CODE_DEADLINE_EXCEEDED,
                  OKR__REASON__REASON_DEADLINE);
    assert_answer(receive(&w, SOON_MS), OKR__CODE__CODE_DEADLINE_EXCEEDED,
                  OKR__REASON__REASON_OUTCOME_UNKNOWN);
    send_entry(&w, "begun", begun, 10000); // a retry while it is still under way
    pause_ms(100);
    let_writer_go_on();
    struct answer first = receive(&w, SOON_MS);
    wire_close(&w);
    struct answer again = write_entry("begun", begun, 5000);
    assert_int_equal(first.code, OKR__CODE__CODE_OK);
    assert_same(&first, &again);
    assert_int_equal(entries("begun"), 1);
    assert_int_equal(entries("queued"), 0);
    assert_int_equal(write_entry("queued", queued, 5000).code, OKR__CODE__CODE_OK);
    assert_int_equal(entries("queued"), 1);
}

// ---- request_id ---------------------------------------------------------------------------------

static void a_request_id_belongs_to_one_request(void **state)
{
    (void)state;
    uint8_t id[16];
    new_id(id);
    struct answer first = write_entry("one", id, 0);
    assert_int_equal(first.code, OKR__CODE__CODE_OK);
    assert_answer(write_entry("two", id, 0), OKR__CODE__CODE_INVALID_ARGUMENT,
                  OKR__REASON__REASON_REQUEST_ID_REUSED);
    struct answer again = write_entry("one", id, 0);
    assert_same(&first, &again);
    assert_int_equal(entries("one") + entries("two"), 1);
}

static void a_request_id_that_is_under_way_belongs_to_one_request(void **state)
{
    (void)state;
    uint8_t id[16];
    new_id(id);
    stop_writer_backend();
    struct wire w = open_wire();
    send_entry(&w, "under way", id, 10000);
    pause_ms(100);
    assert_answer(write_entry("other", id, 5000), OKR__CODE__CODE_INVALID_ARGUMENT,
                  OKR__REASON__REASON_REQUEST_ID_REUSED);
    let_writer_go_on();
    assert_int_equal(receive(&w, SOON_MS).code, OKR__CODE__CODE_OK);
    wire_close(&w);
    assert_int_equal(entries("under way"), 1);
    assert_int_equal(entries("other"), 0);
}

static void a_change_needs_a_request_id(void **state)
{
    (void)state;
    assert_answer(write_entry("nameless", NULL, 0), OKR__CODE__CODE_INVALID_ARGUMENT,
                  OKR__REASON__REASON_REQUEST_ID_MISSING);
    assert_int_equal(entries("nameless"), 0);
}

// One connection, many changes at once: if each began with the loop's next tick (20 ms) they would
// take more than a second.
static void changes_that_wait_do_not_wait_for_the_clock(void **state)
{
    (void)state;
    enum { CHANGES = 60 };
    struct wire w = open_wire();
    int64_t start = now_ms();
    for (int i = 0; i < CHANGES; i++) {
        uint8_t id[16];
        new_id(id);
        send_entry(&w, "many", id, 10000);
    }
    for (int i = 0; i < CHANGES; i++)
        assert_int_equal(receive(&w, SOON_MS).code, OKR__CODE__CODE_OK);
    wire_close(&w);
    print_message("          %d changes in %d ms\n", CHANGES, (int)(now_ms() - start));
    assert_in_range(now_ms() - start, 0, 900);
    assert_int_equal(entries("many"), CHANGES);
}

// ---- Errors leave nothing behind ----------------------------------------------------------------

static void cancel_okrds_waiting_statement(void)
{
    for (int64_t until = now_ms() + SOON_MS; now_ms() < until; pause_ms(20))
        if (daemon_ask(okrd, "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                             " WHERE usename = 'okrd_app' AND wait_event_type = 'Lock'") > 0)
            return;
    fail_msg("no statement of okrd waits");
}

// A statement that fails in the middle of a read of several: the lane's next reads are none the
// worse.
static void a_read_that_fails_does_not_spoil_the_lane(void **state)
{
    (void)state;
    struct wire w = open_wire();
    block("project");
    send_read(&w, RPC_BOARD_GET_BOARD, 10000);
    cancel_okrds_waiting_statement();
    assert_int_equal(receive(&w, SOON_MS).code, OKR__CODE__CODE_DEADLINE_EXCEEDED);
    wire_close(&w);
    unblock();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_once(RPC_PROJECT_LIST_PROJECTS, 5000).code, OKR__CODE__CODE_OK);
        assert_int_equal(read_once(RPC_BOARD_GET_BOARD, 5000).code, OKR__CODE__CODE_OK);
    }
}

// The change is refused when its audit row is: in the same transaction, at its very end.
static void a_change_that_cannot_be_recorded_does_not_spoil_the_next(void **state)
{
    (void)state;
    uint8_t id[16];
    new_id(id);
    daemon_ask(okrd,
               "ALTER TABLE audit ADD CONSTRAINT nothing_more CHECK (false) NOT VALID; SELECT 1");
    struct answer refused = write_entry("unrecorded", id, 5000);
    daemon_ask(okrd, "ALTER TABLE audit DROP CONSTRAINT nothing_more; SELECT 1");
    assert_int_not_equal(refused.code, OKR__CODE__CODE_OK);
    assert_int_equal(entries("unrecorded"), 0);
    new_id(id);
    assert_int_equal(write_entry("next", id, 5000).code, OKR__CODE__CODE_OK);
    assert_int_equal(entries("next"), 1);
}

// A postmaster that hangs takes connections and says nothing: okrd must not wait for it without
// end.
static void a_postmaster_that_hangs_does_not_hang_okrd(void **state)
{
    (void)state;
    pid_t backend = daemon_writer_backend(okrd);
    stopped = daemon_postmaster(okrd);
    assert_true(backend > 1 && stopped > 1);
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    assert_int_equal(kill(backend, SIGKILL), 0);
    pause_ms(1000);
    assert_answer(read_once(RPC_QUARTER_LIST_QUARTERS, 5000), OKR__CODE__CODE_UNAVAILABLE,
                  OKR__REASON__REASON_DATABASE_DOWN);
    let_writer_go_on();
    Okr__Code code = OKR__CODE__CODE_UNKNOWN;
    for (int64_t until = now_ms() + 30000; code != OKR__CODE__CODE_OK && now_ms() < until;
         pause_ms(50))
        code = read_once(RPC_QUARTER_LIST_QUARTERS, 5000).code;
    assert_int_equal(code, OKR__CODE__CODE_OK);
}

// ---- Draining -----------------------------------------------------------------------------------

static bool is_turned_away(void)
{
    struct wire w;
    if (!wire_open(okrd, true, &w))
        return true;
    send_read(&w, RPC_QUARTER_LIST_QUARTERS, 1000);
    struct answer a = receive(&w, SOON_MS);
    wire_close(&w);
    return a.code == OKR__CODE__CODE_UNAVAILABLE && a.reason == OKR__REASON__REASON_DRAINING;
}

static void assert_ends_well(pid_t postmaster)
{
    int status = daemon_await(okrd, 30000);
    assert_true(status != -1 && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(daemon_postmaster(okrd), 0);
    assert_int_equal(kill(postmaster, 0), -1);
}

static void draining_finishes_what_runs_and_takes_no_more(void **state)
{
    (void)state;
    uint8_t id[16];
    new_id(id);
    pid_t postmaster = daemon_postmaster(okrd);
    struct wire reader = open_wire(), writer = open_wire();
    block("project");
    send_read(&reader, RPC_PROJECT_LIST_PROJECTS, 20000);
    send_entry(&writer, "last", id, 20000);
    pause_ms(200);
    kill(okrd->pid, SIGTERM);
    pause_ms(200);
    assert_true(is_turned_away());
    unblock();
    assert_int_equal(receive(&reader, SOON_MS).code, OKR__CODE__CODE_OK);
    struct answer first = receive(&writer, SOON_MS);
    assert_int_equal(first.code, OKR__CODE__CODE_OK);
    wire_close(&reader);
    wire_close(&writer);
    assert_ends_well(postmaster);
    daemon_start(okrd);
    struct answer again = write_entry("last", id, 5000);
    assert_same(&first, &again);
    assert_int_equal(entries("last"), 1);
}

// Whoever was heard is answered, also what came in a moment before the signal.
static void draining_loses_no_reply(void **state)
{
    (void)state;
    enum { CALLS = 40 };
    for (int round = 0; round < setting("DRAIN_ROUNDS", 5); round++) {
        pid_t postmaster = daemon_postmaster(okrd);
        struct wire w = open_wire();
        for (int i = 0; i < CALLS; i++)
            send_read(&w, RPC_SERVER_GET_SERVER_INFO, 5000);
        struct answer a = receive(&w, SOON_MS);
        kill(okrd->pid, SIGTERM);
        for (int i = 1; i < CALLS; i++) {
            a = receive(&w, SOON_MS);
            assert_true(a.code == OKR__CODE__CODE_OK || a.reason == OKR__REASON__REASON_DRAINING);
        }
        wire_close(&w);
        assert_ends_well(postmaster);
        daemon_start(okrd);
    }
}

// ---- A database of one's own --------------------------------------------------------------------

static char served[200], where[96];

static int make_cluster(void **state)
{
    (void)state;
    char command[1200];
    snprintf(where, sizeof where, "%s/own", okrd->base);
    if (mkdir(where, 0777) != 0 || chmod(where, 0777) != 0)
        return -1;
    snprintf(command, sizeof command,
             "set -e; umask 077; cd %s; b=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1);"
             " $b/initdb -D data -U boss -A trust -E UTF8 --locale=C.UTF-8 >initdb.log;"
             " echo \"listen_addresses='' \nunix_socket_directories='%s'\" >>data/postgresql.conf;"
             " $b/pg_ctl -D data -l log -w start >/dev/null; $b/createdb -h %s -U boss okrd",
             where, where, where);
    run_as_service(command);
    snprintf(served, sizeof served, "host=%s dbname=okrd user=okrd_app", where);
    return 0;
}

static int remove_cluster(void **state)
{
    (void)state;
    char command[400];
    snprintf(command, sizeof command,
             "cd %s; $(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)/pg_ctl -D data -m fast "
             "-w stop"
             " >/dev/null",
             where);
    run_as_service(command);
    return 0;
}

static int migrate(const char *as_owner)
{
    char program[] = BIN_DIR "/okrd", command[] = "migrate", option[] = "--database";
    char *argv[] = {program, command, option, (char *)(uintptr_t)as_owner, NULL};
    int status = -1;
    pid_t pid = run_program(okrd->log, 0, argv);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The backend by which the okrd that serves writes.
static pid_t session_of_server(const char *as_owner)
{
    PGconn *conn = PQconnectdb(as_owner);
    PGresult *r =
        PQexec(conn, "SELECT pid FROM pg_stat_activity WHERE application_name = 'okrd writer'");
    assert_int_equal(PQntuples(r), 1);
    pid_t pid = atoi(PQgetvalue(r, 0, 0));
    PQclear(r);
    PQfinish(conn);
    assert_true(pid > 1);
    return pid;
}

// It is waited for, and said once.
static void await_database(struct daemon *first)
{
    daemon_launch(first);
    pause_ms(3000);
    assert_int_equal(daemon_log_count(first, "the database is away"), 1);
    assert_int_equal(daemon_log_count(first, "writer: cannot be reached"), 1);
    kill(first->pid, SIGTERM);
    int status = daemon_await(first, 30000);
    assert_true(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// The one that came later writes; the other one can write nothing, and learns it. A session that is
// left over, and does not even notice that it is to end, is in nobody's way.
static void one_okrd_serves_a_database(void **state)
{
    (void)state;
    char as_owner[240];
    struct daemon *first = daemon_new(), *second = daemon_new();
    first->database = second->database = served;
    snprintf(as_owner, sizeof as_owner, "host=%s dbname=okrd user=boss", where);
    assert_int_not_equal(migrate(served), 0); // not by the role that serves, which is not there yet
    await_database(first);
    assert_int_equal(migrate(as_owner), 0);
    assert_int_equal(migrate(as_owner), 0); // nothing left to do

    daemon_start(first);
    daemon_start(second);
    int status = daemon_await(first, SOON_MS);
    assert_true(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) != 0);
    assert_true(daemon_log_count(first, "another okrd has taken over this database") > 0);
    assert_true(is_served(second, true, 5000));

    pid_t session = session_of_server(as_owner);
    kill(session, SIGSTOP);
    daemon_kill(second);
    daemon_start(first);
    assert_true(is_served(first, true, 5000));
    kill(session, SIGCONT);
    kill(first->pid, SIGTERM);
    status = daemon_await(first, 30000);
    assert_true(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    daemon_free(first);
    daemon_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_read_whose_time_is_up_is_answered, unblock_after),
        cmocka_unit_test_teardown(a_change_in_a_hanging_database_is_said_to_be_unknown,
                                  go_on_after),
        cmocka_unit_test(a_request_id_belongs_to_one_request),
        cmocka_unit_test_teardown(a_request_id_that_is_under_way_belongs_to_one_request,
                                  go_on_after),
        cmocka_unit_test(a_change_needs_a_request_id),
        cmocka_unit_test(changes_that_wait_do_not_wait_for_the_clock),
        cmocka_unit_test_teardown(a_read_that_fails_does_not_spoil_the_lane, unblock_after),
        cmocka_unit_test(a_change_that_cannot_be_recorded_does_not_spoil_the_next),
        cmocka_unit_test_teardown(a_postmaster_that_hangs_does_not_hang_okrd, go_on_after),
        cmocka_unit_test_teardown(draining_finishes_what_runs_and_takes_no_more, unblock_after),
        cmocka_unit_test(draining_loses_no_reply),
        cmocka_unit_test_setup_teardown(one_okrd_serves_a_database, make_cluster, remove_cluster),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start_okrd, stop_okrd);
}
