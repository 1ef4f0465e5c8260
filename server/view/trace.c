// InsightService: what hangs together with a thing, from the roadmap down to weekly goals and
// people and from any of these up to the roadmap (R6), as one list in depth-first order.
#include <stdlib.h>
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/view/trace_rows.h"

enum { NODES_MOST = 20000 };

// --- The walk

// The edges of one thing to what follows from it stand together; `next` of them comes next.
struct branch {
    size_t next, end;
};

struct walk {
    struct trace_edge *edges; // by `from`, in the order of the rows
    size_t n_edges;
    bool *walked; // of the first edge of each thing: its branch was entered already
    struct branch *stack;
    size_t depth;
};

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_keys(const struct trace_key *a, const struct trace_key *b)
{
    int order = compare(a->kind, b->kind);
    if (order == 0)
        order = compare(a->source, b->source);
    return order != 0 ? order : compare(a->id, b->id);
}

struct numbered {
    struct trace_edge edge;
    size_t number;
};

static int compare_edges(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;
    int order = compare_keys(&a->edge.from, &b->edge.from);
    return order != 0 ? order : compare((int64_t)a->number, (int64_t)b->number);
}

static void sort_edges(struct call *call, struct walk *walk)
{
    struct numbered *list = NEW_ARRAY(call, struct numbered, walk->n_edges);
    struct row row = asked_begin(call, asked_only(call));
    for (size_t i = 0; i < walk->n_edges && row_next(&row); i++)
        list[i] = (struct numbered){trace_row(call, &row), i};
    qsort(list, walk->n_edges, sizeof *list, compare_edges);
    walk->edges = NEW_ARRAY(call, struct trace_edge, walk->n_edges);
    for (size_t i = 0; i < walk->n_edges; i++)
        walk->edges[i] = list[i].edge;
}

// The edges that begin at `key`.
static struct branch branch_of(const struct walk *walk, const struct trace_key *key)
{
    size_t low = 0, high = walk->n_edges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(&walk->edges[middle].from, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct branch branch = {low, low};
    while (branch.end < walk->n_edges && compare_keys(&walk->edges[branch.end].from, key) == 0)
        branch.end++;
    return branch;
}

// What follows from a thing is walked once: where it stands again, it says so.
static void enter(struct walk *walk, const struct trace_edge *edge)
{
    struct branch branch = branch_of(walk, &edge->to);
    if (branch.next == branch.end)
        return;
    if (walk->walked[branch.next]) {
        SET(edge->node, again, true);
        return;
    }
    walk->walked[branch.next] = true;
    walk->stack[walk->depth++] = branch;
}

// A stack of our own: how deep a plan's outline goes is up to the file.
static void walk_all(struct walk *walk, Okr__TraceResult *result)
{
    static const struct trace_key nothing = {0, 0, 0};
    walk->stack[0] = branch_of(walk, &nothing);
    walk->depth = 1;
    while (walk->depth > 0) {
        struct branch *top = &walk->stack[walk->depth - 1];
        if (top->next == top->end) {
            walk->depth--;
            continue;
        }
        const struct trace_edge *edge = &walk->edges[top->next++];
        SET(edge->node, depth, (int32_t)walk->depth - 1);
        result->nodes[result->n_nodes++] = edge->node;
        enter(walk, edge);
    }
}

// --- The call

static const char *name_of(struct call *call, const Okr__TraceRequest *request)
{
    static const char *const prefixes[] = {
        [OKR__TRACE_KIND__TRACE_KIND_ROADMAP] = "R",
        [OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE] = "O",
        [OKR__TRACE_KIND__TRACE_KIND_KR] = "KR",
        [OKR__TRACE_KIND__TRACE_KIND_PROJECT] = "P",
        [OKR__TRACE_KIND__TRACE_KIND_TASK] = NULL,
        [OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT] = NULL,
        [OKR__TRACE_KIND__TRACE_KIND_GOAL] = "G",
    };
    const char *prefix = prefixes[request->kind];
    if (prefix != NULL)
        return call_printf(call, "%s-%lld", prefix, (long long)request->id);
    return call_printf(call, "%s#%lld", request->source, (long long)request->id);
}

static void trace_answer(struct call *call)
{
    const Okr__TraceRequest *request = trace_request(call);
    Okr__TraceResult *result = NEW(call, Okr__TraceResult, OKR__TRACE_RESULT__INIT);
    struct walk walk = {.n_edges = (size_t)asked_count(call, asked_only(call))};
    if (walk.n_edges > NODES_MOST) {
        walk.n_edges = NODES_MOST;
        SET(result, truncated, true);
    }
    sort_edges(call, &walk);
    walk.walked = NEW_ARRAY(call, bool, walk.n_edges);
    walk.stack = NEW_ARRAY(call, struct branch, walk.n_edges + 1);
    result->nodes = NEW_ARRAY(call, Okr__TraceNode *, walk.n_edges);
    walk_all(&walk, result);
    if (result->n_nodes == 0)
        guard_not_found(call, name_of(call, request));
    else
        call_reply(call, &result->base);
}

// A task is named by its plan too, and its UID may be 0: the plan as a whole.
static void check_names(struct call *call, const Okr__TraceRequest *request)
{
    bool assignment = request->kind == OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT;
    bool task = assignment || request->kind == OKR__TRACE_KIND__TRACE_KIND_TASK;
    if (task && !request->source)
        call_violation(call, "source", OKR__REASON__REASON_REQUIRED, NULL);
    if (!request->has_id || (!task && request->id <= 0))
        call_violation(call, "id", OKR__REASON__REASON_REQUIRED, NULL);
    if (assignment && !request->has_resource_uid)
        call_violation(call, "resource_uid", OKR__REASON__REASON_REQUIRED, NULL);
}

static void trace_start(struct call *call, const Okr__TraceRequest *request)
{
    check_names(call, request);
    if (call_invalid(call))
        return;
    trace_ask(call, request, NODES_MOST + 1);
    call->then = trace_answer;
}

HANDLER(insight_trace, trace_start, .bulk = true, .shared = true);
