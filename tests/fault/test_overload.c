// More is asked than okrd can do: many connections, each with many changes in flight, all within
// the limits. Every request is answered in the end, what was acknowledged is there once, what was
// refused is not, and somebody who asks one thing at a time is still served. Prints what it looked
// like beside a load that okrd carries. CROWD: connections (40), DEPTH: in flight on each (30),
// OVERLOAD_MS: how long (3000).
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/stage.h"

enum { MOST = 200, DEPTH_MOST = 60, DEADLINE_MS = 6000, PATIENCE_MS = 30000 };

static struct stage *stage;
static struct history *history;

// ---- A crowd ------------------------------------------------------------------------------------

struct peer { // one connection
    pthread_t thread;
    int number, depth;
    int64_t until;
    struct wire wire;
    struct {
        int64_t n, since; // the try, 0: free; when it was sent
    } under_way[DEPTH_MOST];
    long answered, admitted, refused, lost;
    int *waits; // of what was admitted, ms
};

static struct peer peers[MOST];

static void ask(struct peer *p, int slot)
{
    char mark[40], hex[33];
    uint8_t id[16];
    int64_t n = history_next(history);
    randombytes_buf(id, sizeof id);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    snprintf(mark, sizeof mark, "f%d-%" PRId64, p->number, n);
    Okr__WriteEntryRequest request = OKR__WRITE_ENTRY_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = stage->world.project_id;
    request.text = mark;
    struct packed body = pack_message(&request);
    struct envelope e = {.id = RPC_WEEK_WRITE_ENTRY,
                         .token = stage->world.token,
                         .request_id = id,
                         .deadline_ms = DEADLINE_MS,
                         .body = body};
    struct packed whole = pack_envelope(&e);
    history_add(history, "sent",
                "n=%" PRId64 " client=%d conn=%d server=0 method=WriteEntry id=%s mark=%s", n,
                p->number, p->number, hex, mark);
    p->under_way[slot].n = n;
    p->under_way[slot].since = now_ms();
    wire_send(&p->wire, (uint32_t)n, whole.data, whole.len);
    free(body.data);
    free(whole.data);
}

static void note_answer(struct peer *p, int slot, const Okr__Reply *reply)
{
    char digest[HISTORY_DIGEST];
    history_digest(reply->body.data, reply->body.len, digest);
    history_add(history, "done", "n=%" PRId64 " code=%d reason=%d rev=%" PRId64 " body=%s",
                p->under_way[slot].n, (int)reply->status->code, (int)reply->status->reason,
                reply->revision, digest);
    p->answered++;
    if (reply->status->code == OKR__CODE__CODE_OK) {
        p->waits = realloc(p->waits, (size_t)(p->admitted + 1) * sizeof *p->waits);
        p->waits[p->admitted++] = (int)(now_ms() - p->under_way[slot].since);
    } else {
        p->refused++;
    }
}

// The slot whose answer has come; -1: none comes any more.
static int hear(struct peer *p)
{
    uint32_t number;
    size_t len;
    uint8_t *data = wire_receive(&p->wire, DEADLINE_MS + PATIENCE_MS, &number, &len);
    Okr__Reply *reply = data ? okr__reply__unpack(NULL, len, data) : NULL;
    free(data);
    int slot = p->depth - 1;
    while (reply && slot >= 0 && p->under_way[slot].n != number)
        slot--;
    if (!reply || slot < 0 || !reply->status)
        return -1;
    note_answer(p, slot, reply);
    p->under_way[slot].n = 0;
    okr__reply__free_unpacked(reply, NULL);
    return slot;
}

static void *press(void *ctx)
{
    struct peer *p = ctx;
    int left = p->depth;
    for (int i = 0; i < p->depth; i++)
        ask(p, i);
    for (int slot; left > 0 && (slot = hear(p)) >= 0;) {
        if (now_ms() < p->until)
            ask(p, slot);
        else
            left--;
    }
    for (int i = 0; i < p->depth; i++)
        if (p->under_way[i].n) {
            history_add(history, "lost", "n=%" PRId64, p->under_way[i].n);
            p->lost++;
        }
    wire_close(&p->wire);
    return NULL;
}

// ---- Somebody who asks one thing at a time
// --------------------------------------------------------

static struct {
    pthread_t thread;
    atomic_bool enough;
    int waits[100000], n;
} honest;

static void *ask_modestly(void *ctx)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = true;
    request.id = stage->world.project_id;
    struct packed body = pack_message(&request);
    struct envelope e = {.id = RPC_PROJECT_GET_PROJECT, .token = stage->world.token, .body = body};
    for (honest.n = 0; !honest.enough && honest.n < 100000; pause_ms(10)) {
        int64_t start = now_ms();
        Okr__Reply *reply = wire_call(stage->okrd, true, &e, PATIENCE_MS);
        honest.waits[honest.n++] = (int)(now_ms() - start);
        if (reply)
            okr__reply__free_unpacked(reply, NULL);
    }
    free(body.data);
    return ctx;
}

// ---- What it looked like ------------------------------------------------------------------------

struct look {
    double rate; // acknowledged a second
    int middle, most, honest_middle, honest_most;
    long answered, admitted, refused, lost;
};

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int part(int *waits, long n, double where)
{
    if (!n)
        return 0;
    qsort(waits, (size_t)n, sizeof *waits, by_size);
    return waits[(long)((double)(n - 1) * where)];
}

static struct look look_at(int crowd, int64_t start)
{
    struct look look = {0};
    int *all = NULL;
    for (int i = 0; i < crowd; i++) {
        struct peer *p = &peers[i];
        all = realloc(all, (size_t)(look.admitted + p->admitted + 1) * sizeof *all);
        if (p->admitted)
            memcpy(all + look.admitted, p->waits, (size_t)p->admitted * sizeof *all);
        look.answered += p->answered;
        look.admitted += p->admitted;
        look.refused += p->refused;
        look.lost += p->lost;
        free(p->waits);
    }
    look.rate = (double)look.admitted * 1000 / (double)(now_ms() - start);
    look.middle = part(all, look.admitted, 0.5);
    look.most = part(all, look.admitted, 0.99);
    look.honest_middle = part(honest.waits, honest.n, 0.5);
    look.honest_most = part(honest.waits, honest.n, 0.99);
    free(all);
    return look;
}

static struct look press_with(int crowd, int depth)
{
    int64_t start = now_ms(), until = start + setting("OVERLOAD_MS", 3000);
    honest.enough = false;
    assert_int_equal(pthread_create(&honest.thread, NULL, ask_modestly, NULL), 0);
    for (int i = 0; i < crowd; i++) {
        peers[i] = (struct peer){.number = i, .depth = depth, .until = until};
        assert_true(wire_open(stage->okrd, i % 2 == 0, &peers[i].wire));
        assert_int_equal(pthread_create(&peers[i].thread, NULL, press, &peers[i]), 0);
    }
    for (int i = 0; i < crowd; i++)
        pthread_join(peers[i].thread, NULL);
    honest.enough = true;
    pthread_join(honest.thread, NULL);
    struct look look = look_at(crowd, start);
    print_message(
        "          %3d connections x %2d: %6.0f changes/s, %4d ms (p99 %5d), %ld refused; "
        "one read at a time: %3d ms (p99 %4d)\n",
        crowd, depth, look.rate, look.middle, look.most, look.refused, look.honest_middle,
        look.honest_most);
    return look;
}

static void what_is_too_much_is_refused_and_nothing_is_lost(void **state)
{
    (void)state;
    char path[96];
    int crowd = setting("CROWD", 40), depth = setting("DEPTH", 30);
    assert_true(crowd <= MOST && depth <= DEPTH_MOST);
    snprintf(path, sizeof path, "%s/history", stage->okrd->base);
    stage->history = history = history_new(path);
    pid_t pid = stage->okrd->pid;
    press_with(8, 8);
    long before = daemon_resident_kb(stage->okrd);
    struct look look = press_with(crowd, depth);
    long during = daemon_resident_kb(stage->okrd);
    assert_int_equal(look.lost, 0);
    assert_true(look.admitted > 0);
    pause_ms(2000);
    press_with(8, 8);
    print_message("          memory: %ld KiB, after the crowd %ld, later %ld\n", before, during,
                  daemon_resident_kb(stage->okrd));
    assert_int_equal(stage->okrd->pid, pid);
    assert_true(is_served(stage->okrd, true, PATIENCE_MS));
    PGconn *conn = daemon_db(stage->okrd);
    history_dump(history, conn);
    PQfinish(conn);
    assert_int_equal(history_check(history, NULL, 0), 0);
}

static int start(void **state)
{
    (void)state;
    stage = stage_new(0, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    stage = stage_free(stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_much_is_refused_and_nothing_is_lost)};
    return cmocka_run_group_tests(tests, start, stop);
}
