#include "server/pg/record.h"
#include <stdlib.h>
#include <string.h>
#include "common/json.h"

// A revision that is there already (somebody else wrote) fails here, and takes the transaction with
// it.
STATEMENT(
    writer_audit, NONE, "LZTTTTTTTTYYYY", "",
    "INSERT INTO audit (revision, at, actor, role, agent, method, resource, before, after,"
    " reason, request_id, request_hash, reply, hash)"
    " SELECT revision, at, actor, role, agent, method, resource, before::json, after::json, reason,"
    " request_id, request_hash, reply, hash"
    " FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],"
    " $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[],"
    " $14::bytea[]) AS a (revision, at, actor, role, agent, method, resource, before, after,"
    " reason, request_id, request_hash, reply, hash)");
STATEMENT(writer_advance, NONE, "lyl", "",
          "UPDATE head SET revision = $1, hash = $2 WHERE revision = $3");

enum { TEXTS = 8, BYTES = 4 };

struct record {
    struct arena *arena;
    size_t n;
    int64_t revision[RECORD_MAX], at[RECORD_MAX];
    char *text[TEXTS][RECORD_MAX]; // actor, role, agent, method, resource, before, after, reason
    struct bytes bytes[BYTES][RECORD_MAX]; // request_id, request_hash, reply, hash
};

struct record *record_new(struct arena *arena)
{
    struct record *rec = arena_alloc(arena, sizeof *rec);
    if (rec) {
        rec->arena = arena;
        rec->n = 0;
    }
    return rec;
}

static char *to_json(struct arena *arena, const ProtobufCMessage *message)
{
    char *json = message ? json_from_message(message, false) : NULL;
    char *copy = arena_strdup(arena, json);
    free(json);
    return copy;
}

static void pack_reply(struct call_route *r)
{
    size_t size = protobuf_c_message_get_packed_size(r->call.reply);
    uint8_t *data = NEW_ARRAY(&r->call, uint8_t, size + 1);
    protobuf_c_message_pack(r->call.reply, data);
    r->stored = (struct bytes){data, size};
}

static void add_row(struct record *rec, const struct audit_entry *e,
                    const uint8_t hash[AUDIT_HASH_BYTES])
{
    const char *texts[TEXTS] = {e->actor,    e->role,   e->agent, e->method,
                                e->resource, e->before, e->after, e->reason};
    const struct bytes bytes[BYTES] = {
        {e->request_id, REQUEST_ID_BYTES},
        {e->request_hash, REQUEST_HASH_BYTES},
        e->reply,
        {arena_memdup(rec->arena, hash, AUDIT_HASH_BYTES), AUDIT_HASH_BYTES},
    };
    size_t i = rec->n++;
    rec->revision[i] = e->revision;
    rec->at[i] = e->at;
    for (int k = 0; k < TEXTS; k++)
        rec->text[k][i] = (char *)(uintptr_t)texts[k];
    for (int k = 0; k < BYTES; k++)
        rec->bytes[k][i] = bytes[k];
}

static const char *text_of(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    const char *text = NULL;
    if (field && field->type == PROTOBUF_C_TYPE_STRING && field->label != PROTOBUF_C_LABEL_REPEATED)
        memcpy(&text, (const char *)message + field->offset, sizeof text);
    return text && *text ? text : NULL;
}

// What the request says why, if it says so at all. A push says it when it begins, which is no
// change yet: what it becomes says it again.
static const char *reason_of(const struct call *call)
{
    const char *reason = text_of(call->request, "reason");
    return reason || !call->after ? reason : text_of(call->after, "force_reason");
}

void record_call(struct record *rec, struct call_route *r, struct head *head)
{
    const struct call *c = &r->call;
    pack_reply(r);
    r->seen_revision = ++head->revision;
    struct audit_entry e = {
        .revision = head->revision,
        .at = c->now,
        .actor = c->actor.handle,
        .role = c->actor.role,
        .agent = c->actor.agent,
        .method = rpc_methods[c->id].name,
        .resource = c->resource ? c->resource : "",
        .before = to_json(rec->arena, c->before),
        .after = to_json(rec->arena, c->after),
        .reason = arena_strdup(rec->arena, reason_of(c)),
        .request_id = r->request_id,
        .request_hash = r->request_hash,
        .reply = r->stored,
    };
    audit_hash(&e, head->hash, head->hash);
    add_row(rec, &e, head->hash);
}

static struct query *sound(const struct record *rec, struct query *q)
{
    return q && !q->failed && !arena_exhausted(rec->arena) ? q : NULL;
}

struct query *record_rows(const struct record *rec)
{
    struct query *q = query_new(rec->arena, &writer_audit);
    if (!q)
        return NULL;
    bind_i64_array(q, rec->revision, rec->n);
    bind_time_array(q, rec->at, rec->n);
    for (int k = 0; k < TEXTS; k++)
        bind_text_array(q, rec->text[k], rec->n);
    for (int k = 0; k < BYTES; k++)
        bind_bytes_array(q, rec->bytes[k], rec->n);
    return sound(rec, q);
}

struct query *record_head(const struct record *rec, const struct head *from, const struct head *to)
{
    struct query *q = query_new(rec->arena, &writer_advance);
    if (!q)
        return NULL;
    bind_i64(q, to->revision);
    bind_bytes(q, to->hash, AUDIT_HASH_BYTES);
    bind_i64(q, from->revision);
    return sound(rec, q);
}
