// The faults of nng before 1.6 that any peer can trigger without a token, against a real okrd: each
// has an answer in server/rpc, and each test fails without it.
//   K1  an accept loop that ends when a peer has gone too early      sendmsg_guard.c
//   K2  a reaper thread that hangs when a peer goes with calls open  heal.c, and beginning anew
//   K6  a peer that pipelines and does not read                      listener.c, the cap in
//   dispatch.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sodium.h>
#include <nng/nng.h>
#include "tests/fault/fault.h"

enum { WRITES_MOST = 200000, FLOODS = 4 };
#ifdef __SANITIZE_ADDRESS__
enum { MORE_KB = 600 * 1024 }; // what was freed is kept in quarantine
#else
enum { MORE_KB = 8 * 1024 };
#endif

static struct daemon *okrd;
static struct world world;

// A hanging reaper leaks, by nng's hand: test_drain looks for leaks of ours.
static int start_okrd(void **state)
{
    (void)state;
    setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
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

static PGconn *blocker; // holds a lock that okrd's statements wait for

static int unblock(void **state)
{
    (void)state;
    PQfinish(blocker);
    blocker = NULL;
    return 0;
}

static int anew_lines(void)
{
    return daemon_log_count(okrd, "warn beginning anew");
}

// ---- K1 -----------------------------------------------------------------------------------------

static void knock_and_go(bool ipc, bool reset)
{
    struct linger now = {1, 0};
    int fd = wire_connect(okrd, ipc);
    if (fd < 0)
        fail_msg("%s refuses connections", ipc ? okrd->ipc : okrd->tcp);
    if (reset)
        shutdown(fd, SHUT_WR);
    if (reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

// Without the guard the first of these ends the accept loop: nothing is served, and heal.c begins
// anew, which the log shows.
static void listen_goes_on_when_peers_go_before_the_handshake(void **state)
{
    (void)state;
    int rounds = setting("K1_ROUNDS", 2000), before = daemon_descriptors(okrd), anew = anew_lines();
    for (int i = 0; i < rounds; i++) {
        knock_and_go(true, false);
        knock_and_go(false, true);
    }
    assert_true(is_served(okrd, true, 5000));
    assert_true(is_served(okrd, false, 5000));
    assert_int_equal(anew_lines(), anew);
    for (int i = 0; i < 100 && daemon_descriptors(okrd) > before + 20; i++)
        pause_ms(100);
    assert_in_range(daemon_descriptors(okrd), 1, before + 20);
}

// ---- K2 -----------------------------------------------------------------------------------------

struct writing {
    atomic_bool stop;
    atomic_int acknowledged, failed;
};

static void *write_on(void *ctx)
{
    struct writing *w = ctx;
    const char *error = NULL;
    struct rpc_options options = {.address = okrd->ipc, .token = world.token, .deadline_ms = 60000};
    struct rpc_client *client = rpc_client_new(&options, &error);
    while (client && !w->stop && w->acknowledged < WRITES_MOST) {
        char text[64];
        Okr__WriteEntryRequest request = OKR__WRITE_ENTRY_REQUEST__INIT;
        snprintf(text, sizeof text, "through %d", (int)w->acknowledged);
        request.has_project_id = true;
        request.project_id = world.project_id;
        request.text = text;
        struct rpc_result result;
        rpc_call(client, RPC_WEEK_WRITE_ENTRY, &request.base, &result);
        if (result.status->code == OKR__CODE__CODE_OK)
            w->acknowledged++;
        else
            fprintf(stderr, "write: %s %d\n", result.status->message, ++w->failed);
        rpc_result_clear(&result);
        pause_ms(2);
    }
    rpc_client_free(client);
    return NULL;
}

static void ask_and_go(bool ipc, int requests)
{
    struct envelope e = {.id = RPC_SERVER_GET_SERVER_INFO};
    struct packed request = pack_envelope(&e);
    struct wire w;
    if (wire_open(okrd, ipc, &w)) {
        for (int i = 0; i < requests; i++)
            wire_send(&w, (uint32_t)i + 1, request.data, request.len);
        wire_close(&w);
    }
    free(request.data);
}

enum { BURST = 32 };

// While the reaper lives, what a burst has opened is gone after a moment.
static bool reaper_hangs(int before)
{
    for (int i = 0; i < 40; i++) {
        if (daemon_descriptors(okrd) < before + BURST / 2)
            return false;
        pause_ms(10);
    }
    return true;
}

// How many such peers it took; -1: it did not hang.
static int hang_the_reaper(void)
{
    int most = setting("K2_TRIES", 6400), before = daemon_descriptors(okrd);
    for (int tries = 0; tries < most;) {
        for (int end = tries + BURST; tries < end; tries++)
            ask_and_go(tries % 2, 4 + tries % 13);
        if (reaper_hangs(before))
            return tries;
    }
    return -1;
}

#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 6

static bool wait_anew(int before, int ms)
{
    for (int64_t until = now_ms() + ms; now_ms() < until; pause_ms(20))
        if (anew_lines() > before)
            return daemon_wait(okrd, 10000);
    return false;
}

static void okrd_begins_anew_when_the_reaper_hangs_and_no_write_is_lost(void **state)
{
    (void)state;
    static struct writing w; // its thread outlives a failure here
    pthread_t thread;
    pid_t pid = okrd->pid, postmaster = daemon_postmaster(okrd);
    int before = daemon_descriptors(okrd), rounds = setting("K2_ROUNDS", 2);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    for (int round = 0; round < rounds; round++) {
        int anew = anew_lines(), tries;
        int64_t start;
        do { // on a busy machine the reaper may only be slow: then what was open goes, and it goes
             // on
            tries = hang_the_reaper();
            start = now_ms();
            assert_true(tries >= 0);
        } while (!wait_anew(anew, 20000) && daemon_descriptors(okrd) < before + BURST / 2);
        assert_true(anew_lines() > anew);
        print_message("          the reaper hung within %d tries; serving again %d ms later\n",
                      tries, (int)(now_ms() - start));
    }
    pause_ms(1000);
    w.stop = true;
    pthread_join(thread, NULL);
    assert_int_equal(okrd->pid, pid);
    assert_int_equal(daemon_postmaster(okrd), postmaster);
    assert_true(is_served(okrd, true, 5000));
    assert_true(is_served(okrd, false, 5000));
    assert_in_range(daemon_descriptors(okrd), 1, before + 20);
    assert_int_equal(w.failed, 0);
    assert_true(w.acknowledged > 0);
    assert_int_equal(daemon_ask(okrd, "SELECT count(*) FROM entry WHERE text LIKE 'through %'"),
                     w.acknowledged);
    assert_int_equal(
        daemon_ask(okrd, "SELECT count(DISTINCT text) FROM entry WHERE text LIKE 'through %'"),
        w.acknowledged);
}

// Told to end while the reaper hangs, okrd ends: nng's own closing would wait for ever.
static void okrd_ends_although_the_reaper_hangs(void **state)
{
    (void)state;
    assert_true(hang_the_reaper() >= 0);
    kill(okrd->pid, SIGTERM);
    int status = daemon_await(okrd, 20000);
    assert_true(status != -1 && WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(daemon_postmaster(okrd), 0);
    daemon_start(okrd);
}

// Where descriptors are few they are gone before the probe sees that a connection's end is not
// told.
static void okrd_begins_anew_when_descriptors_run_out(void **state)
{
    (void)state;
    struct daemon *usual = okrd;
    okrd = daemon_new();
    okrd->descriptors = 400;
    daemon_start(okrd);
    int anew = anew_lines();
    for (int64_t until = now_ms() + 20000; now_ms() < until && anew_lines() == anew;)
        ask_and_go(now_ms() % 2, 16);
    bool healed = wait_anew(anew, 1);
    daemon_free(okrd);
    okrd = usual;
    assert_true(healed);
}

#else

// A sound nng: the same peers, and nothing has to be healed.
static void no_reaper_hangs_and_no_write_is_lost(void **state)
{
    (void)state;
    static struct writing w;
    pthread_t thread;
    int before = daemon_descriptors(okrd), anew = anew_lines();
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    assert_int_equal(hang_the_reaper(), -1);
    w.stop = true;
    pthread_join(thread, NULL);
    assert_int_equal(anew_lines(), anew);
    assert_true(is_served(okrd, true, 5000));
    assert_true(is_served(okrd, false, 5000));
    assert_in_range(daemon_descriptors(okrd), 1, before + 20);
    assert_int_equal(w.failed, 0);
    assert_true(w.acknowledged > 0);
}

#endif

// ---- K6 and full houses -------------------------------------------------------------------------

static void call_of(enum rpc_id id, struct packed *ret)
{
    struct envelope e = {.id = id, .token = world.token};
    *ret = pack_envelope(&e);
}

struct flood {
    atomic_bool stop;
    atomic_long sent;
};

static void *flood_without_reading(void *ctx)
{
    struct flood *f = ctx;
    struct packed request;
    struct wire w;
    call_of(RPC_QUARTER_LIST_QUARTERS, &request);
    while (!f->stop && wire_open(okrd, true, &w)) {
        struct timeval wait = {.tv_usec = 200000};
        setsockopt(w.fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
        while (!f->stop && wire_send(&w, (uint32_t)f->sent + 1, request.data, request.len))
            f->sent++;
        while (!f->stop) // full: stay, and read nothing
            pause_ms(20);
        wire_close(&w);
    }
    free(request.data);
    return NULL;
}

static void a_peer_that_does_not_read_starves_nobody(void **state)
{
    (void)state;
    struct flood f = {0};
    pthread_t threads[FLOODS];
    long before = daemon_resident_kb(okrd);
    int64_t longest = 0;
    for (int i = 0; i < FLOODS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, flood_without_reading, &f), 0);
    for (int64_t until = now_ms() + 4000; now_ms() < until; pause_ms(10)) {
        int64_t start = now_ms();
        assert_true(is_served(okrd, now_ms() % 2, 5000));
        longest = now_ms() - start > longest ? now_ms() - start : longest;
    }
    f.stop = true;
    for (int i = 0; i < FLOODS; i++)
        pthread_join(threads[i], NULL);
    print_message("          %ld calls unread; others waited %d ms at most; %ld KB more\n",
                  (long)f.sent, (int)longest, daemon_resident_kb(okrd) - before);
    assert_true(f.sent > 200);
    assert_in_range(longest, 0, 1000);
    assert_true(daemon_resident_kb(okrd) - before < MORE_KB);
}

// What came until nothing comes for a while. A peer that has more calls open than it may gets not
// even each refusal: nng drops what it does not take away fast enough.
static void count_replies(const struct wire *w, int *refused, int *served)
{
    uint32_t number;
    size_t len;
    for (uint8_t *data; (data = wire_receive(w, 1000, &number, &len)); free(data)) {
        Okr__Reply *reply = okr__reply__unpack(NULL, len, data);
        *refused += reply->status->reason == OKR__REASON__REASON_TOO_MANY_CALLS;
        *served += reply->status->code == OKR__CODE__CODE_OK;
        okr__reply__free_unpacked(reply, NULL);
    }
}

// 200 calls that the database keeps waiting: 64 are taken, the others are told so at once.
static void calls_in_flight_are_capped_for_each_peer(void **state)
{
    (void)state;
    enum { CALLS = 200, TAKEN = 64 };
    struct packed request;
    struct wire w;
    int refused = 0, served = 0;
    blocker = daemon_db(okrd);
    PQclear(PQexec(blocker, "BEGIN; LOCK TABLE project IN ACCESS EXCLUSIVE MODE"));
    call_of(RPC_PROJECT_LIST_PROJECTS, &request);
    assert_true(wire_open(okrd, true, &w));
    for (uint32_t i = 0; i < CALLS; i++)
        assert_true(wire_send(&w, i + 1, request.data, request.len));
    count_replies(&w, &refused, &served);
    print_message("          %d refused, %d served\n", refused, served);
    assert_in_range(refused, 1, CALLS - TAKEN);
    assert_int_equal(served, 0);
    assert_true(is_served(okrd, true, 1000)); // another one is not touched
    unblock(NULL);
    count_replies(&w, &refused, &served);
    assert_int_equal(served, TAKEN);
    wire_close(&w);
    free(request.data);
}

// More peers than okrd takes are turned away; that is no fault to heal.
static void a_full_house_is_no_fault(void **state)
{
    (void)state;
    enum { PEERS = 4300, LIMIT = 4400 };
    static struct wire w[PEERS];
    struct rlimit limit;
    int anew = anew_lines();
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = LIMIT < limit.rlim_max ? LIMIT : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < PEERS; i++)
        wire_open(okrd, true, &w[i]);
    for (int64_t until = now_ms() + 8000; now_ms() < until; pause_ms(200))
        assert_int_equal(anew_lines(), anew);
    struct packed request;
    uint32_t number;
    size_t len;
    call_of(RPC_SERVER_GET_SERVER_INFO, &request);
    assert_true(wire_send(&w[0], 1, request.data, request.len));
    uint8_t *data = wire_receive(&w[0], 5000, &number, &len);
    assert_non_null(data);
    free(data);
    free(request.data);
    for (int i = 0; i < PEERS; i++)
        wire_close(&w[i]);
    for (int i = 0; i < 100 && !is_served(okrd, true, 1000); i++)
        pause_ms(50);
    assert_true(is_served(okrd, true, 5000));
    assert_int_equal(anew_lines(), anew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listen_goes_on_when_peers_go_before_the_handshake),
#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 6
        cmocka_unit_test(okrd_begins_anew_when_the_reaper_hangs_and_no_write_is_lost),
        cmocka_unit_test(okrd_ends_although_the_reaper_hangs),
        cmocka_unit_test(okrd_begins_anew_when_descriptors_run_out),
#else
        cmocka_unit_test(no_reaper_hangs_and_no_write_is_lost),
#endif
        cmocka_unit_test_teardown(calls_in_flight_are_capped_for_each_peer, unblock),
        cmocka_unit_test(a_full_house_is_no_fault),
        // last: peers that go like these may hang the reaper, and okrd begins anew some seconds
        // later
        cmocka_unit_test(a_peer_that_does_not_read_starves_nobody),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start_okrd, stop_okrd);
}
