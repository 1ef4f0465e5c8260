// One call of a recorded client: sent, answered or not, and written down as a line each.
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fault/load_private.h"

enum { RETRY_MS = 20 };

unsigned client_chance(struct client *c, unsigned below)
{
    return (unsigned)rand_r(&c->random) % below;
}

struct op op_new(enum rpc_id method, const char *token, const void *message, const char *format,
                 ...)
{
    struct op op = {.method = method, .token = token, .body = pack_message(message)};
    randombytes_buf(op.id, sizeof op.id);
    va_list args;
    va_start(args, format);
    vsnprintf(op.note, sizeof op.note, format, args);
    va_end(args);
    return op;
}

void op_clear(struct op *op)
{
    free(op->body.data);
    op->body = (struct packed){NULL, 0};
}

void answer_clear(struct answer *a)
{
    if (a->reply)
        protobuf_c_message_free_unpacked(a->reply, NULL);
    a->reply = NULL;
}

void client_close(struct client *c)
{
    if (c->peer)
        wire_close(&c->wire);
    c->peer = NULL;
}

static bool connected(struct client *c)
{
    const struct daemon *now = c->load->daemon;
    if (c->peer == now)
        return true;
    client_close(c);
    if (!wire_open(now, c->number % 2 == 0, &c->wire))
        return false;
    c->peer = now;
    c->connection = ++c->load->connections;
    return true;
}

// ---- What the history keeps of a reply ----------------------------------------------------------

static void add(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, size - used, format, args);
    va_end(args);
}

static void describe_week(const Okr__ProjectWeek *week, char *out, size_t size)
{
    add(out, size, "saw=");
    for (size_t i = 0; i < week->n_goals; i++)
        add(out, size, "goal/%" PRId64 ":%" PRId64 ":%s,", week->goals[i]->id,
            week->goals[i]->version, week->goals[i]->text);
}

static void describe_tasks(const Okr__PlanTaskList *list, char *out, size_t size)
{
    const char *last = "";
    add(out, size,
        "number=%" PRId64 " tasks=%zu marks=", list->plan_version ? list->plan_version->number : 0,
        list->n_tasks);
    for (size_t i = 0; i < list->n_tasks; i++) {
        if (strcmp(list->tasks[i]->name, last) != 0)
            add(out, size, "%s,", list->tasks[i]->name);
        last = list->tasks[i]->name;
    }
}

static void describe_events(const Okr__WatchReply *reply, char *out, size_t size)
{
    add(out, size, "up_to=%" PRId64 " events=", reply->up_to);
    for (size_t i = 0; i < reply->n_events; i++)
        add(out, size, "%" PRId64 ":%s:%s,", reply->events[i]->revision,
            strrchr(reply->events[i]->method, '/') + 1,
            reply->events[i]->resource ? reply->events[i]->resource : "");
}

static void describe(enum rpc_id method, const ProtobufCMessage *reply, char *out, size_t size)
{
    const Okr__Goal *goal = (const Okr__Goal *)reply;
    const Okr__Project *project = (const Okr__Project *)reply;
    const Okr__PlanVersion *plan = (const Okr__PlanVersion *)reply;
    if (rpc_methods[method].reply == &okr__goal__descriptor)
        add(out, size, "thing=goal/%" PRId64 " version=%" PRId64 " mark=%s", goal->id,
            goal->version, goal->text);
    else if (rpc_methods[method].reply == &okr__project__descriptor)
        add(out, size, "%s=project/%" PRId64 "%s%" PRId64 "%s%s",
            method == RPC_PROJECT_GET_PROJECT ? "saw" : "thing", project->id,
            method == RPC_PROJECT_GET_PROJECT ? ":" : " version=", project->version,
            method == RPC_PROJECT_GET_PROJECT ? ":" : " mark=",
            project->description ? project->description : "");
    else if (rpc_methods[method].reply == &okr__plan_version__descriptor)
        add(out, size, "number=%" PRId64, plan->number);
    else if (method == RPC_WEEK_GET_WEEK)
        describe_week((const Okr__ProjectWeek *)reply, out, size);
    else if (method == RPC_PLAN_LIST_PLAN_TASKS)
        describe_tasks((const Okr__PlanTaskList *)reply, out, size);
    else if (method == RPC_WATCH_WATCH)
        describe_events((const Okr__WatchReply *)reply, out, size);
}

// ---- One try ------------------------------------------------------------------------------------

static void write_sent(const struct client *c, int64_t n, const struct op *op)
{
    char id[33] = "-";
    if (rpc_methods[op->method].effect == OKR__EFFECT__EFFECT_CHANGE)
        sodium_bin2hex(id, sizeof id, op->id, sizeof op->id);
    history_add(c->load->options.history, "sent",
                "n=%" PRId64 " client=%d conn=%d server=%d method=%s id=%s %s", n, c->number,
                c->connection, c->peer->port, strrchr(rpc_methods[op->method].name, '/') + 1, id,
                op->note);
}

static struct answer write_done(struct client *c, int64_t n, const struct op *op,
                                const Okr__Reply *reply)
{
    char said[HISTORY_LINE - 256] = "", body[HISTORY_DIGEST];
    struct answer a = {.came = true, .code = reply->status->code, .reason = reply->status->reason};
    if (reply->status->conflict)
        a.conflict_version = reply->status->conflict->current_version;
    history_digest(reply->body.data, reply->body.len, body);
    if (a.code == OKR__CODE__CODE_OK) {
        a.reply = protobuf_c_message_unpack(rpc_methods[op->method].reply, NULL, reply->body.len,
                                            reply->body.data);
        if (a.reply)
            describe(op->method, a.reply, said, sizeof said);
    }
    if (reply->revision > c->last)
        c->last = reply->revision;
    history_add(c->load->options.history, "done",
                "n=%" PRId64 " code=%d reason=%d rev=%" PRId64 " body=%s %s", n, (int)a.code,
                (int)a.reason, reply->revision, body, said);
    return a;
}

static Okr__Reply *exchange(struct client *c, const struct op *op)
{
    bool read = rpc_methods[op->method].effect == OKR__EFFECT__EFFECT_READ;
    struct envelope e = {.id = op->method,
                         .token = op->token,
                         .request_id = read ? NULL : op->id,
                         .deadline_ms = c->load->options.deadline_ms,
                         .body = op->body};
    struct packed request = pack_envelope(&e);
    uint32_t number, mine = ++c->tries & 0x7fffffff;
    size_t len = 0;
    bool sent = wire_send(&c->wire, mine, request.data, request.len);
    uint8_t *data =
        sent ? wire_receive(&c->wire, (int)c->load->options.deadline_ms + 1000, &number, &len)
             : NULL;
    Okr__Reply *reply = data && number == mine ? okr__reply__unpack(NULL, len, data) : NULL;
    free(data);
    free(request.data);
    return reply;
}

struct answer client_try(struct client *c, const struct op *op)
{
    if (!connected(c))
        return (struct answer){0};
    int64_t n = history_next(c->load->options.history);
    c->sent_ms = now_ms();
    write_sent(c, n, op);
    Okr__Reply *reply = exchange(c, op);
    if (!reply || !reply->status) {
        history_add(c->load->options.history, "lost", "n=%" PRId64, n);
        client_close(c);
        if (reply)
            okr__reply__free_unpacked(reply, NULL);
        return (struct answer){0};
    }
    struct answer a = write_done(c, n, op, reply);
    okr__reply__free_unpacked(reply, NULL);
    return a;
}

// ---- Until it is known --------------------------------------------------------------------------

static bool is_definite(const struct answer *a)
{
    bool busy = a->code == OKR__CODE__CODE_RESOURCE_EXHAUSTED &&
                a->reason == OKR__REASON__REASON_TOO_MANY_CALLS;
    return a->came && !busy && a->code != OKR__CODE__CODE_UNAVAILABLE &&
           a->code != OKR__CODE__CODE_DEADLINE_EXCEEDED;
}

// Said to be not done, though it may be later. One client in a few takes that for an answer.
static bool is_refused_for_now(const struct answer *a)
{
    return a->came && a->reason != OKR__REASON__REASON_OUTCOME_UNKNOWN;
}

struct answer client_call(struct client *c, const struct op *op)
{
    bool patient = client_chance(c, 4) > 0;
    struct answer a = client_try(c, op);
    while (!is_definite(&a) && (patient || !is_refused_for_now(&a)) && !c->load->over) {
        answer_clear(&a);
        pause_ms(RETRY_MS);
        a = client_try(c, op);
    }
    return a;
}

static void keep(struct client *c, const struct op *op)
{
    if (c->n == c->room) {
        c->room = c->room ? c->room * 2 : 256;
        c->done = realloc(c->done, c->room * sizeof *c->done);
        if (!c->done)
            abort();
    }
    c->done[c->n++] = *op;
}

struct answer client_change(struct client *c, struct op *op)
{
    struct answer a = client_call(c, op);
    if (a.came && a.code == OKR__CODE__CODE_OK) {
        keep(c, op);
        c->load->acknowledged++;
        if (c->sent_ms >= c->load->fresh_since && !c->load->fresh)
            c->load->fresh = now_ms();
    } else {
        op_clear(op);
    }
    return a;
}
