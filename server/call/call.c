#include "server/call/call.h"
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "common/log.h"

enum { MAX_VIOLATIONS = 64, MAX_ARGS = 4 };

// A query that goes nowhere: what a handler binds to after the arena or the round ran out.
static struct query *query_nowhere(struct call *call)
{
    static const struct statement nothing = {"nothing", SHAPE_NONE, "", "", ""};
    static _Thread_local struct query sink;
    sink = (struct query){.statement = &nothing, .arena = call->arena, .failed = true};
    return &sink;
}

struct query *call_ask(struct call *call, const struct statement *statement)
{
    struct query *q = call->n_queries < CALL_MAX_QUERIES ? query_new(call->arena, statement) : NULL;
    if (!q) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return query_nowhere(call);
    }
    q->asked = (struct asked){call->round + 1, call->n_queries};
    call->queries[call->n_queries++] = q;
    return q;
}

static const struct rows *no_rows(struct call *call)
{
    static const struct statement nothing = {"nothing", SHAPE_NONE, "", "", ""};
    static const struct rows none = {NULL, &nothing, NULL, NULL};
    log_error("%s: reads rows that were not asked for", rpc_methods[call->id].name);
    call->broken = true;
    return &none;
}

const struct rows *call_rows(struct call *call, struct asked asked)
{
    bool now = asked.round == call->round && asked.at >= 0 && asked.at < CALL_MAX_QUERIES;
    return now && call->rows[asked.at].statement ? &call->rows[asked.at] : no_rows(call);
}

int asked_count(struct call *call, struct asked asked)
{
    return rows_count(call_rows(call, asked));
}

struct row asked_begin(struct call *call, struct asked asked)
{
    return rows_begin(call_rows(call, asked));
}

struct row asked_at(struct call *call, struct asked asked, int index)
{
    return rows_at(call_rows(call, asked), index);
}

bool asked_first(struct call *call, struct asked asked, struct row *ret)
{
    *ret = asked_begin(call, asked);
    return row_next(ret);
}

int64_t asked_i64(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    return take_i64(&row);
}

bool asked_bool(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    return take_bool(&row);
}

size_t asked_i64s(struct call *call, struct asked asked, int64_t **ret)
{
    struct row row = asked_at(call, asked, 0);
    return take_i64s(&row, ret);
}

struct asked asked_only(struct call *call)
{
    bool one = call->rows[0].statement && !call->rows[1].statement;
    return one ? (struct asked){call->round, 0} : (struct asked){-1, -1};
}

void call_reply(struct call *call, const ProtobufCMessage *reply)
{
    if (call->done)
        return;
    if (arena_exhausted(call->arena)) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return;
    }
    if (call->broken) {
        call_fail(call, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
        return;
    }
    call->done = true;
    SET(&call->status, code, OKR__CODE__CODE_OK);
    call->reply = reply;
}

void call_park(struct call *call, int64_t up_to, const ProtobufCMessage *otherwise)
{
    call_reply(call, otherwise);
    call->parked = call->status.code == OKR__CODE__CODE_OK;
    call->since = up_to;
}

static const char *word(const ProtobufCEnumDescriptor *type, int value, size_t skip)
{
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(type, value);
    return v ? v->name + skip : "?";
}

void call_fail(struct call *call, Okr__Code code, Okr__Reason reason, const char *arg)
{
    if (call->done)
        return;
    call->done = true;
    SET(&call->status, code, code);
    SET(&call->status, reason, reason);
    const char *why = word(&okr__reason__descriptor, (int)reason, strlen("REASON_"));
    call->status.message =
        arg ? call_printf(call, "%s: %s", why, arg) : call_printf(call, "%s", why);
    if (!arg)
        return;
    call->status.args = NEW_ARRAY(call, char *, 1);
    call->status.args[0] = call_printf(call, "%s", arg);
    call->status.n_args = 1;
}

void call_violation(struct call *call, const char *field, Okr__Reason reason, const char *arg)
{
    Okr__Status *s = &call->status;
    if (s->n_violations >= MAX_VIOLATIONS)
        return;
    if (!s->violations)
        s->violations = NEW_ARRAY(call, Okr__FieldViolation *, MAX_VIOLATIONS);
    Okr__FieldViolation *v = NEW(call, Okr__FieldViolation, OKR__FIELD_VIOLATION__INIT);
    v->field = call_printf(call, "%s", field);
    SET(v, reason, reason);
    v->arg = arg ? call_printf(call, "%s", arg) : NULL;
    s->violations[s->n_violations++] = v;
    const char *why = word(&okr__reason__descriptor, (int)reason, strlen("REASON_"));
    if (s->n_violations == 1)
        s->message = call_printf(call, "%s: %s", field, why);
    SET(s, code, OKR__CODE__CODE_INVALID_ARGUMENT);
    SET(s, reason, reason);
    call->done = true;
}

bool call_invalid(const struct call *call)
{
    return call->done && call->status.code != OKR__CODE__CODE_OK;
}

void call_conflict(struct call *call, const char *resource, int64_t your_version,
                   int64_t current_version, const ProtobufCMessage *current)
{
    if (call->done)
        return;
    call_fail(call, OKR__CODE__CODE_ABORTED, OKR__REASON__REASON_VERSION_CONFLICT, resource);
    Okr__Conflict *c = NEW(call, Okr__Conflict, OKR__CONFLICT__INIT);
    c->resource = call_printf(call, "%s", resource);
    SET(c, your_version, your_version);
    SET(c, current_version, current_version);
    if (current) {
        c->type = call_printf(call, "%s", current->descriptor->name);
        c->current.data = NEW_ARRAY(call, uint8_t, protobuf_c_message_get_packed_size(current) + 1);
        c->current.len = protobuf_c_message_pack(current, c->current.data);
        c->has_current = true;
    }
    call->status.conflict = c;
}

void call_record(struct call *call, const char *resource, const ProtobufCMessage *before,
                 const ProtobufCMessage *after)
{
    call->resource = resource;
    call->before = before;
    call->after = after;
}

bool call_may_use_source(struct call *call, const char *source)
{
    if (!call->actor.agent)
        return true;
    for (size_t i = 0; i < call->actor.n_sources; i++)
        if (source && strcmp(call->actor.sources[i], source) == 0)
            return true;
    call_fail(call, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_SOURCE_NOT_DELEGATED,
              source);
    return false;
}

int32_t call_today(const struct call *call)
{
    return local_days(call->now);
}

void *call_new_(struct call *call, size_t size, const void *init)
{
    return memcpy(call_array_(call, 1, size), init, size);
}

// Where the arena is used up, single allocations from the heap go on, freed with the call: a
// handler need not look at each one, and call_reply answers RESOURCE_EXHAUSTED since the arena
// remembers.
struct call_spill {
    struct call_spill *next;
    max_align_t memory[];
};

void *call_array_(struct call *call, size_t n, size_t size)
{
    void *p = arena_calloc(call->arena, n ? n : 1, size);
    if (p)
        return p;
    struct call_spill *spill = NULL;
    if (size == 0 || n <= (SIZE_MAX - sizeof *spill) / size)
        spill = calloc(1, sizeof *spill + (n ? n : 1) * size);
    if (!spill) {
        log_error("out of memory");
        abort();
    }
    spill->next = call->spill;
    call->spill = spill;
    return spill->memory;
}

void call_spill_free(struct call *call)
{
    while (call->spill) {
        struct call_spill *next = call->spill->next;
        free(call->spill);
        call->spill = next;
    }
}

char *call_printf(struct call *call, const char *format, ...)
{
    char buffer[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    if (len < 0)
        len = 0;
    char *text = NEW_ARRAY(call, char, (size_t)len + 1);
    if ((size_t)len < sizeof buffer)
        return memcpy(text, buffer, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
