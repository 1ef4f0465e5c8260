#include "server/call/route.h"
#include <string.h>
#include "common/log.h"
#include "server/call/sqlstate.h"

void route_clear_results(struct call_route *r)
{
    for (int i = 0; i < CALL_MAX_QUERIES; i++) {
        PQclear(r->results[i]);
        r->results[i] = NULL;
    }
    PQclear(r->error);
    r->error = NULL;
}

bool route_queries_sound(struct call_route *r)
{
    for (int i = 0; i < r->call.n_queries; i++) {
        const struct query *q = r->call.queries[i];
        if (!q->failed && (size_t)q->n == strlen(q->statement->params))
            continue;
        if (arena_exhausted(r->call.arena)) {
            call_fail(&r->call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                      NULL);
            return false;
        }
        log_error("%s: statement %s has wrong parameters", rpc_methods[r->call.id].name,
                  q->statement->name);
        call_fail(&r->call, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
        return false;
    }
    return true;
}

// Each answer is held against the shape that its statement declares.
static bool answer_fits(struct call_route *r, int i)
{
    const struct statement *statement = r->call.queries[i]->statement;
    if (statement_fits(statement, PQntuples(r->results[i])))
        return true;
    log_error("statement %s: %d rows", statement->name, PQntuples(r->results[i]));
    return false;
}

static void take_rows(struct call_route *r)
{
    struct call *c = &r->call;
    memset(c->rows, 0, sizeof c->rows);
    c->round++;
    for (int i = 0; i < c->n_queries; i++) {
        c->rows[i] = (struct rows){r->results[i], c->queries[i]->statement, c->arena, &c->broken};
        c->broken |= !answer_fits(r, i);
    }
}

void route_continue(struct call_route *r)
{
    struct call *c = &r->call;
    if (r->error) {
        sqlstate_fail(c, r->error);
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
    route_clear_results(r);
    if (!c->done && (!c->n_queries || !c->then)) {
        log_error("%s: the handler neither answered nor asked", rpc_methods[c->id].name);
        call_fail(c, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
    }
    if (!c->done)
        route_queries_sound(r);
}
