#include "client/web/site/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "okr/v1/watch.pb-c.h"

enum {
    STREAMS_MOST = 3000,
    HEARTBEAT_MS = 15000, // finds those that are gone: a suspended connection does not show it
    WATCH_MS = 60000,
    KEPT = 64, // the latest notices; who is further behind is told "all"
    KINDS = 160,
    PAUSE_MS = 1000,
};

struct notice {
    int64_t after, up_to;
    char kinds[KINDS];
};

struct listener {
    struct live *live;
    struct listener *next, **at;
    struct stream *stream;
    int64_t seen;
    bool greeted, heartbeat;
};

struct live {
    struct link *link;
    struct listener *first;
    size_t count;
    struct notice kept[KEPT]; // a ring; `n` have been made so far
    size_t n;
    int64_t up_to; // 0: not known yet
    bool watching;
    int64_t not_before, beat;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// ---- the watch --------------------------------------------------------------------------------

static void keep(struct live *live, const Okr__ChangeNotice *notice)
{
    struct notice *one = &live->kept[live->n++ % KEPT];
    *one = (struct notice){.after = live->up_to, .up_to = notice->up_to};
    for (size_t i = 0; i < notice->n_kinds; i++) {
        size_t used = strlen(one->kinds);
        if (used + strlen(notice->kinds[i]) + 2 > KINDS) {
            strcpy(one->kinds, "all");
            break;
        }
        snprintf(one->kinds + used, KINDS - used, "%s%s", used ? " " : "", notice->kinds[i]);
    }
}

// Also when it is not known what there was: before the first notice, or after one that got lost.
static void move_to(struct live *live, int64_t up_to)
{
    bool moved = up_to > live->up_to;
    live->up_to = up_to;
    for (struct listener *l = live->first; l && moved; l = l->next)
        stream_wake(l->stream);
}

static void noticed(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct live *live = ctx;
    (void)outcome_unknown;
    live->watching = false;
    if (reply->status->code != OKR__CODE__CODE_OK) {
        live->not_before = now_ms() + PAUSE_MS;
        return;
    }
    Okr__ChangeNotice *notice = okr__change_notice__unpack(NULL, reply->body.len, reply->body.data);
    if (!notice)
        return;
    if (notice->n_kinds && live->up_to)
        keep(live, notice);
    move_to(live, notice->up_to);
    okr__change_notice__free_unpacked(notice, NULL);
}

static void watch(struct live *live)
{
    uint8_t body[16];
    Okr__WaitForChangeRequest request = OKR__WAIT_FOR_CHANGE_REQUEST__INIT;
    request.has_after_revision = live->up_to > 0;
    request.after_revision = live->up_to;
    struct link_ask ask = {
        .method = "okr.v1.WatchService/WaitForChange",
        .body = body,
        .body_size = okr__wait_for_change_request__pack(&request, body),
        .deadline_ms = live->up_to ? WATCH_MS : PAUSE_MS,
        .lane = LINK_WAITING,
    };
    live->watching = true;
    link_call(live->link, &ask, noticed, live);
}

void live_run(struct live *live)
{
    int64_t now = now_ms();
    if (!live->watching && now >= live->not_before)
        watch(live);
    if (now < live->beat)
        return;
    live->beat = now + HEARTBEAT_MS;
    for (struct listener *l = live->first; l; l = l->next) {
        l->heartbeat = true;
        stream_wake(l->stream);
    }
}

int live_wait_ms(const struct live *live)
{
    int64_t until = live->watching || live->beat < live->not_before ? live->beat : live->not_before;
    int64_t left = until - now_ms();
    return left > 0 ? (int)left : 0;
}

// ---- the streams ------------------------------------------------------------------------------

static const struct notice *next_notice(const struct live *live, int64_t seen)
{
    size_t from = live->n > KEPT ? live->n - KEPT : 0;
    for (size_t i = from; i < live->n; i++) {
        if (live->kept[i % KEPT].up_to > seen)
            return &live->kept[i % KEPT];
    }
    return NULL;
}

static size_t write_next(void *ctx, char *to, size_t most)
{
    struct listener *l = ctx;
    const struct notice *notice = next_notice(l->live, l->seen);
    int size = 0;
    if (!l->greeted) {
        size = snprintf(to, most, "retry: 2000\n\n");
    } else if (notice || l->seen < l->live->up_to) {
        // A gap before what is kept: everything may have changed.
        bool gap = !notice || notice->after > l->seen;
        l->seen = notice ? notice->up_to : l->live->up_to;
        size = snprintf(to, most, "id: %lld\nevent: change\ndata: %s\n\n", (long long)l->seen,
                        gap ? "all" : notice->kinds);
    } else if (l->heartbeat) {
        size = snprintf(to, most, ": still here\n\n");
    }
    l->greeted = true;
    l->heartbeat = false;
    return size > 0 && (size_t)size < most ? (size_t)size : 0;
}

static void closed(void *ctx)
{
    struct listener *l = ctx;
    *l->at = l->next;
    if (l->next)
        l->next->at = l->at;
    l->live->count--;
    free(l);
}

static int64_t revision_of(const struct live *live, const struct exchange *x)
{
    const char *last = exchange_header(x, "Last-Event-ID");
    const char *after = last ? last : exchange_query(x, "after");
    long long revision = after ? strtoll(after, NULL, 10) : 0;
    return revision > 0 ? revision : live->up_to;
}

static struct listener *listen_to(struct live *live, int64_t seen)
{
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    *l = (struct listener){.live = live, .next = live->first, .at = &live->first, .seen = seen};
    if (l->next)
        l->next->at = &l->next;
    live->first = l;
    live->count++;
    return l;
}

void live_serve(struct live *live, struct exchange *x)
{
    bool get = strcmp(x->method, "GET") == 0;
    struct listener *l =
        get && live->count < STREAMS_MOST ? listen_to(live, revision_of(live, x)) : NULL;
    if (!l) {
        exchange_answer(x, get ? 503 : 405, NULL, "", 0);
        return;
    }
    struct stream_source source = {.next = write_next, .closed = closed, .ctx = l};
    exchange_add(x, "X-Accel-Buffering", "no"); // nginx passes each event on at once
    l->stream = exchange_stream(x, "text/event-stream", &source);
    if (!l->stream) {
        closed(l);
        exchange_answer(x, 503, NULL, "", 0);
    }
}

struct live *live_new(struct link *link)
{
    struct live *live = calloc(1, sizeof *live);
    if (live)
        *live = (struct live){.link = link, .beat = now_ms() + HEARTBEAT_MS};
    return live;
}

struct live *live_free(struct live *live)
{
    free(live);
    return NULL;
}
