#include "server/call/record.h"
#include <stdlib.h>
#include <string.h>
#include "common/json.h"
#include "server/call/audit_hash.h"
#include "server/call/route.h"
#include "server/bug.h"

_Static_assert((int)AUDIT_HASH_BYTES == (int)HEAD_HASH_BYTES, "the head row keeps the last hash");
_Static_assert((int)REQUEST_ID_BYTES == (int)JOB_KEY_BYTES, "a job is found by its request_id");

// What was carried out before.

STATEMENT(
    record_find_requests, MANY, "Y", "yyly",
    "SELECT request_id, request_hash, revision, reply FROM audit WHERE request_id = ANY ($1)");

static struct query *look_up(struct arena *arena, struct job *const *jobs, size_t n)
{
    struct bytes ids[WRITER_GROUP];
    for (size_t i = 0; i < n; i++)
        ids[i] = (struct bytes){jobs[i]->key, JOB_KEY_BYTES};
    struct query *q = query_new(arena, &record_find_requests);
    if (q)
        bind_bytes_array(q, ids, n);
    return q && !q->failed ? q : NULL;
}

static uint8_t repeated[JOB_KEY_BYTES]; // of a test build: what is applied twice

static bool found(struct job *job, const struct rows *rows, int row)
{
    struct call_route *r = route_of(job);
    struct rows own = *rows;
    own.arena = r->call.arena; // what is read outlives the group
    struct row at = rows_at(&own, row);
    struct bytes id = take_bytes(&at), hash = take_bytes(&at);
    int64_t revision = take_i64(&at);
    if (id.len != JOB_KEY_BYTES || memcmp(id.data, job->key, id.len) != 0)
        return false;
    bool same = hash.len == REQUEST_HASH_BYTES && memcmp(hash.data, r->request_hash, hash.len) == 0;
    if (BUG(retry_applied_twice))
        memcpy(repeated, job->key, sizeof repeated);
    if (BUG(retry_applied_twice) || BUG(retry_not_looked_up))
        return false;
    same |= BUG(taken_request_id_answered);
    if (same)
        route_repeat(r, revision, take_bytes(&at));
    else if (r->refused)
        return false; // somebody else's, or another request: what it was refused for stands
    else
        route_fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_REUSED);
    return true;
}

// What is written.

// A revision that is there already (somebody else wrote) fails here, and takes the transaction with
// it.
STATEMENT(
    record_audit, NONE, "LZTTTTTTTTYYYY", "",
    "INSERT INTO audit (revision, at, actor, role, agent, method, resource, before, after,"
    " reason, request_id, request_hash, reply, hash)"
    " SELECT revision, at, actor, role, agent, method, resource, before::json, after::json, reason,"
    " request_id, request_hash, reply, hash"
    " FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],"
    " $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[],"
    " $14::bytea[]) AS a (revision, at, actor, role, agent, method, resource, before, after,"
    " reason, request_id, request_hash, reply, hash)");
enum { TEXTS = 8, BYTES = 4 };

struct record {
    struct arena *arena;
    size_t n;
    int64_t revision[WRITER_GROUP], at[WRITER_GROUP];
    char *text[TEXTS][WRITER_GROUP]; // actor, role, agent, method, resource, before, after, reason
    struct bytes bytes[BYTES][WRITER_GROUP]; // request_id, request_hash, reply, hash
};

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

// The next revision is this change's. The log's time never goes back, whatever the clock does.
static void add_call(struct record *rec, struct call_route *r, struct head *head)
{
    const struct call *c = &r->call;
    pack_reply(r);
    r->seen_revision = ++head->revision;
    head->at = c->now > head->at ? c->now : head->at;
    if (BUG(time_goes_back) && head->revision % 10 == 0)
        head->at -= 1000000;
    struct audit_entry e = {
        .revision = head->revision,
        .at = head->at,
        .actor = c->actor.handle,
        .role = c->actor.role,
        .agent = c->actor.agent,
        .method = rpc_methods[c->id].name,
        .resource = c->resource ? c->resource : "",
        .before = to_json(rec->arena, c->before),
        .after = to_json(rec->arena, c->after),
        .reason = arena_strdup(rec->arena, reason_of(c)),
        .request_id = r->job.key,
        .request_hash = r->request_hash,
        .reply = r->stored,
    };
    if (BUG(retry_applied_twice) && memcmp(repeated, r->job.key, sizeof repeated) == 0)
        e.request_id = memcpy(repeated, &head->revision, sizeof head->revision);
    audit_hash(&e, head->hash, head->hash);
    if (BUG(hash_of_something_else) && head->revision % 10 == 0)
        head->hash[0] ^= 1;
    add_row(rec, &e, head->hash);
}

static struct query *rows_query(const struct record *rec)
{
    struct query *q = query_new(rec->arena, &record_audit);
    if (!q)
        return NULL;
    bind_i64_array(q, rec->revision, rec->n);
    bind_time_array(q, rec->at, rec->n);
    for (int k = 0; k < TEXTS; k++)
        bind_text_array(q, rec->text[k], rec->n);
    for (int k = 0; k < BYTES; k++)
        bind_bytes_array(q, rec->bytes[k], rec->n);
    return q->failed || arena_exhausted(rec->arena) ? NULL : q;
}

static struct query *record(struct arena *arena, struct job *const *jobs, size_t n,
                            struct head *head)
{
    struct record *rec = arena_alloc(arena, sizeof *rec);
    if (!rec)
        return NULL;
    rec->arena = arena;
    rec->n = 0;
    for (size_t i = 0; i < n; i++)
        if (jobs[i]->succeeded)
            add_call(rec, route_of(jobs[i]), head);
        else if (BUG(sequence_instead_of_revision))
            head->revision++;
    if (BUG(part_of_a_batch) && rec->n > 1)
        rec->n--;
    if (BUG(answer_of_another) && n > 1)
        route_of(jobs[0])->stored = route_of(jobs[1])->stored;
    return rows_query(rec);
}

// Where the log stands.

STATEMENT(record_head, ONE, "", "lyz",
          "SELECT h.revision, h.hash, a.at FROM head h LEFT JOIN audit a USING (revision)");
STATEMENT(record_hash_at, MAYBE, "l", "y", "SELECT hash FROM audit WHERE revision = $1");

const struct writer_log record_log = {
    .look_up = look_up,
    .found = found,
    .record = record,
    .head = &record_head,
    .hash_at = &record_hash_at,
};
