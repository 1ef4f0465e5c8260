#include "server/call/route.h"
#include <stddef.h>
#include <string.h>
#include "common/log.h"
#include "server/call/sqlstate.h"

_Static_assert((int)CALL_MAX_QUERIES <= (int)JOB_MAX_QUERIES, "a round of a call is one of a job");

struct call_route *route_of(struct job *job)
{
    return (struct call_route *)(void *)((char *)job - offsetof(struct call_route, job));
}

static void void_outcome(struct call_route *r)
{
    r->call.done = false;
    r->call.reply = NULL;
    r->call.status = (Okr__Status)OKR__STATUS__INIT;
    r->stored = (struct bytes){NULL, 0};
    r->seen_revision = 0;
    r->repeated = false;
}

static void settle(struct call_route *r)
{
    r->job.done = r->call.done;
    r->job.succeeded = r->call.done && r->call.status.code == OKR__CODE__CODE_OK;
}

void route_asked(struct call_route *r)
{
    struct call *c = &r->call;
    if (!c->done && (!c->n_queries || !c->then)) {
        log_error("%s: the handler neither answered nor asked", rpc_methods[c->id].name);
        call_fail(c, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
    }
    r->job.n_queries = c->n_queries;
    settle(r);
}

void route_fail(struct call_route *r, Okr__Code code, Okr__Reason reason)
{
    void_outcome(r);
    call_fail(&r->call, code, reason, NULL);
    settle(r);
}

void route_repeat(struct call_route *r, int64_t revision, struct bytes reply)
{
    if (!reply.data) {
        route_fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE);
        return;
    }
    void_outcome(r);
    r->seen_revision = revision;
    r->stored = reply;
    r->repeated = r->call.done = true;
    SET(&r->call.status, code, OKR__CODE__CODE_OK);
    settle(r);
}

void route_refuse(struct call_route *r)
{
    struct call *c = &r->call;
    r->refused = NEW(c, Okr__Status, OKR__STATUS__INIT);
    *r->refused = c->status;
    void_outcome(r);
    c->n_queries = r->job.n_queries = 0;
    c->then = NULL;
    settle(r);
}

// Each answer is held against the shape that its statement declares.
static bool answer_fits(const struct call_route *r, int i)
{
    const struct statement *statement = r->call.queries[i]->statement;
    int n = PQntuples(r->job.results[i]);
    if (statement_fits(statement, n))
        return true;
    log_error("statement %s: %d rows", statement->name, n);
    return false;
}

static void take_rows(struct call_route *r)
{
    struct call *c = &r->call;
    memset(c->rows, 0, sizeof c->rows);
    c->round++;
    for (int i = 0; i < c->n_queries; i++) {
        c->rows[i] =
            (struct rows){r->job.results[i], c->queries[i]->statement, c->arena, &c->broken};
        c->broken |= !answer_fits(r, i);
    }
}

void route_answered(struct job *job)
{
    struct call_route *r = route_of(job);
    struct call *c = &r->call;
    if (job->error) {
        void_outcome(r);
        sqlstate_fail(c, job->error);
        settle(r);
        return;
    }
    if (r->refused) {
        c->done = true;
        c->status = *r->refused;
        settle(r);
        return;
    }
    take_rows(r);
    void (*then)(struct call *) = c->then;
    c->then = NULL;
    c->n_queries = 0;
    if (then && !c->broken)
        then(c);
    if (c->broken && !c->done)
        call_fail(c, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
    job_clear_results(job);
    route_asked(r);
}

void route_failed(struct job *job, enum job_failure why)
{
    static const struct {
        Okr__Code code;
        Okr__Reason reason;
    } outcomes[] = {
        [JOB_DOWN] = {OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
        [JOB_UNKNOWN] = {OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_OUTCOME_UNKNOWN},
        [JOB_TOO_LARGE] = {OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE},
        [JOB_UNSOUND] = {OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL},
    };
    route_fail(route_of(job), outcomes[why].code, outcomes[why].reason);
}

void route_init(struct call_route *r, struct arena *arena, const struct job_kind *kind)
{
    r->call.arena = arena;
    r->call.route = r;
    r->call.status = (Okr__Status)OKR__STATUS__INIT;
    r->call.id = RPC_COUNT;
    r->call.since = r->call.as_of = -1;
    r->job = (struct job){.kind = kind, .arena = arena, .queries = r->call.queries};
}
