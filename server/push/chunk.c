// PlanService, the rows of an upload: those that the published version has already are taken over
// from it in runs, and only the others are sent. Must not know SQL.
#include <string.h>
#include "common/plan_row_hash.h"
#include "server/call/json.h"
#include "server/call/handler.h"
#include "server/push/push.h"
#include "server/plan/plan_rows.h"
#include "server/push/base_rows.h"
#include "server/bug.h"

enum {
    CHUNK_ROWS = 2000,
    CHUNK_BYTES = 1024 * 1024,
    KEPT_ROWS = 20000,      // copied by one chunk: nobody waits for long
    BASE_ROWS_MOST = 20000, // of one page
};
static const int64_t SHIFT_MOST = INT64_C(1) << 53;

// The contract's tables and ours: one more than an index, 0 is none.
static int table_of(bool has, Okr__PlanTable table)
{
    return has && table >= OKR__PLAN_TABLE__PLAN_TABLE_TASKS &&
                   table <= OKR__PLAN_TABLE__PLAN_TABLE_CALENDARS
               ? (int)table - 1
               : -1;
}

// The rows that a chunk brings for a table.
struct row_list {
    size_t n;
    const ProtobufCMessage *const *rows;
};

static struct row_list rows_of(const Okr__PushChunkRequest *request, int table)
{
    switch (table) {
    case PLAN_TASKS:
        return (struct row_list){request->n_tasks, (const void *)request->tasks};
    case PLAN_RESOURCES:
        return (struct row_list){request->n_resources, (const void *)request->resources};
    case PLAN_ASSIGNMENTS:
        return (struct row_list){request->n_assignments, (const void *)request->assignments};
    default:
        return (struct row_list){request->n_calendars, (const void *)request->calendars};
    }
}

// ---- PushChunk: checks ------------------------------------------------------------------------

static bool is_run(const Okr__PushChunkRequest *request, const Okr__PlanKeptRun *run)
{
    int table = table_of(run->has_table, run->table);
    return table >= 0 && run->has_before && run->before >= 0 &&
           (size_t)run->before <= rows_of(request, table).n && run->has_base_position &&
           run->base_position >= 0 && run->base_position < SHIFT_MOST && run->has_count &&
           run->count >= 1 && run->count <= KEPT_ROWS &&
           (!run->has_id_shift || (run->id_shift > -SHIFT_MOST && run->id_shift < SHIFT_MOST));
}

static void check_kept(struct call *call, const Okr__PushChunkRequest *request)
{
    int64_t rows = 0;
    int64_t before[PLAN_TABLES] = {0};
    for (size_t i = 0; i < request->n_kept; i++) {
        const Okr__PlanKeptRun *run = request->kept[i];
        int table = table_of(run->has_table, run->table);
        if (!is_run(request, run) || run->before < before[table]) {
            call_violation(call, call_printf(call, "kept[%zu]", i), OKR__REASON__REASON_BAD_VALUE,
                           "table, before, base_position, count");
            return;
        }
        before[table] = run->before;
        rows += run->count;
    }
    if (rows > KEPT_ROWS)
        call_violation(call, "kept", OKR__REASON__REASON_TOO_MANY,
                       call_printf(call, "%d", KEPT_ROWS));
}

static void chunk_check(struct call *call, const Okr__PushChunkRequest *request)
{
    size_t rows = 0;
    for (int table = 0; table < PLAN_TABLES; table++)
        rows += rows_of(request, table).n;
    if (rows > CHUNK_ROWS) {
        call_violation(call, "tasks", OKR__REASON__REASON_TOO_MANY,
                       call_printf(call, "%d", CHUNK_ROWS));
        return;
    }
    check_kept(call, request);
}

// ---- PushChunk: where each row goes -----------------------------------------------------------

static void place_runs(struct call *call, const Okr__PushChunkRequest *request, int table,
                       int64_t have, struct plan_chunk_part *part)
{
    int64_t **lists[] = {&part->from, &part->counts, &part->to, &part->shifts};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        *lists[i] = NEW_ARRAY(call, int64_t, request->n_kept);
    for (size_t i = 0; i < request->n_kept; i++) {
        const Okr__PlanKeptRun *run = request->kept[i];
        if (table_of(run->has_table, run->table) != table)
            continue;
        size_t n = part->n_runs++;
        part->from[n] = run->base_position;
        part->counts[n] = run->count;
        part->to[n] = have + run->before + part->kept;
        part->shifts[n] = run->has_id_shift ? run->id_shift : 0;
        part->kept += run->count;
    }
}

// `have` rows are there; runs and rows follow as the chunk has them.
static struct plan_chunk_part place(struct call *call, const Okr__PushChunkRequest *request,
                                    int table, int64_t have)
{
    struct row_list list = rows_of(request, table);
    struct plan_chunk_part part = {
        .n_rows = list.n,
        .positions = NEW_ARRAY(call, int64_t, list.n),
        .hashes = NEW_ARRAY(call, struct bytes, list.n),
    };
    place_runs(call, request, table, have, &part);
    int64_t kept = 0;
    size_t run = 0;
    for (size_t i = 0; i < list.n; i++) {
        // a run stands before row i when `to` leaves room for no more than i rows before it
        while (run < part.n_runs && part.to[run] <= have + (int64_t)i + kept)
            kept += part.counts[run++];
        part.positions[i] = have + (int64_t)i + kept;
        uint8_t *hash = NEW_ARRAY(call, uint8_t, PLAN_ROW_HASH_BYTES);
        plan_row_hash(list.rows[i], hash);
        part.hashes[i] = (struct bytes){hash, PLAN_ROW_HASH_BYTES};
    }
    return part;
}

// ---- PushChunk: the call ----------------------------------------------------------------------

struct chunk_state {
    struct plan_chunk_part parts[PLAN_TABLES];
    struct asked keep[PLAN_TABLES]; // copies a table's runs, where there are some
    struct asked add;
};

static void chunk_reply(struct call *call, int64_t next_sequence)
{
    Okr__PushChunkReply *reply = NEW(call, Okr__PushChunkReply, OKR__PUSH_CHUNK_REPLY__INIT);
    SET(reply, next_sequence, next_sequence);
    call_reply(call, &reply->base);
}

static void chunk_done(struct call *call)
{
    const struct chunk_state *state = call->state;
    for (int i = 0; i < PLAN_TABLES; i++) {
        if (state->parts[i].n_runs == 0 ||
            rows_affected(call_rows(call, state->keep[i])) == state->parts[i].kept)
            continue;
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_UPLOAD_INCOMPLETE,
                  plan_count_name(i));
        return;
    }
    chunk_reply(call, asked_i64(call, state->add));
}

// More rows than were announced cannot become a version: say so before they take room.
static bool chunk_fits(struct call *call, const struct plan_upload *upload,
                       const struct plan_chunk_part parts[PLAN_TABLES])
{
    for (int i = 0; i < PLAN_TABLES; i++) {
        int64_t added = (int64_t)parts[i].n_rows + parts[i].kept;
        if (upload->have[i] + added <= plan_count(upload->announced, i))
            continue;
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_UPLOAD_INCOMPLETE,
                  plan_count_name(i));
        return false;
    }
    return true;
}

static bool is_next(struct call *call, const struct plan_upload *upload, int64_t sequence)
{
    if (sequence < upload->next_sequence)
        chunk_reply(call, upload->next_sequence);
    else if (sequence > upload->next_sequence)
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION,
                  OKR__REASON__REASON_UPLOAD_OUT_OF_ORDER,
                  call_printf(call, "%lld", (long long)upload->next_sequence));
    return sequence == upload->next_sequence;
}

static void chunk_add(struct call *call)
{
    const Okr__PushChunkRequest *request = push_chunk_request(call);
    const struct plan_upload *upload = upload_take(call);
    if (!upload || !is_next(call, upload, request->sequence))
        return;
    if (BUG(part_of_a_plan) && request->sequence > 1) {
        chunk_reply(call, request->sequence + 1);
        return;
    }
    struct chunk_state *state = NEW_ARRAY(call, struct chunk_state, 1);
    for (int i = 0; i < PLAN_TABLES; i++)
        state->parts[i] = place(call, request, i, upload->have[i]);
    if (!chunk_fits(call, upload, state->parts))
        return;
    const char *json = call_json(call, call->request);
    if (!json)
        return;
    for (int i = 0; i < PLAN_TABLES; i++)
        if (state->parts[i].n_runs > 0)
            state->keep[i] = plan_base_ask_keep(call, upload, i, &state->parts[i]);
    state->add = plan_upload_ask_chunk(call, upload, json, state->parts);
    call->state = state;
    call->then = chunk_done;
}

static void chunk_start(struct call *call, const Okr__PushChunkRequest *request)
{
    if (okr__push_chunk_request__get_packed_size(request) > CHUNK_BYTES) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                  call_printf(call, "%d", CHUNK_BYTES));
        return;
    }
    chunk_check(call, request);
    upload_ask(call, request->upload_id, chunk_add);
}

HANDLER(plan_push_chunk, chunk_start, .bulk = true);

// ---- ListBaseRows -----------------------------------------------------------------------------

static void base_answer(struct call *call)
{
    struct plan_base_page page;
    if (!plan_base_row(call, asked_only(call), &page)) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_UPLOAD_GONE, NULL);
        return;
    }
    if (!call_may_use_source(call, page.source))
        return;
    Okr__BaseRowList *list = NEW(call, Okr__BaseRowList, OKR__BASE_ROW_LIST__INIT);
    list->has_hashes = 1;
    list->hashes = (ProtobufCBinaryData){page.hashes.len, (uint8_t *)(uintptr_t)page.hashes.data};
    list->n_id_offsets = page.n_id_offsets;
    list->id_offsets = page.id_offsets;
    SET(list, more, page.n_rows == BASE_ROWS_MOST);
    call_reply(call, &list->base);
}

static void base_start(struct call *call, const Okr__ListBaseRowsRequest *request)
{
    plan_base_ask(call, request->upload_id, table_of(request->has_table, request->table),
                  request->from_position, BASE_ROWS_MOST);
    call->then = base_answer;
}

HANDLER(plan_list_base_rows, base_start, .bulk = true, .present = true);
