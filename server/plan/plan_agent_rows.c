// Delegations in SQL. What a delegation is good for is decided where the token is looked up.
#include "server/plan/plan_agent_rows.h"

#define AGENT_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, id, "a.id")                                                                         \
    NEXT(text, label, "a.label")                                                                   \
    NEXT(texts, sources, "a.sources")                                                              \
    NEXT(text, delegated_by, "m.handle")                                                           \
    NEXT(stamp, expires_at, "a.expires_at")                                                        \
    NEXT(stamp, revoked_at, "a.revoked_at")
#define AGENT_COLUMNS ROW_COLUMNS(AGENT_ROW)
#define AGENT_LETTERS ROW_LETTERS(AGENT_ROW)
static MESSAGE_READER(agent_take, Okr__Agent, AGENT_ROW);
MESSAGE_LIST(plan_agent_rows, Okr__Agent, OKR__AGENT__INIT, agent_take);

Okr__Agent *plan_agent_row(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Agent *agent = NEW(call, Okr__Agent, OKR__AGENT__INIT);
    agent_take(&row, agent);
    return agent;
}

STATEMENT(plan_agent_hash, ONE, "y", "b",
          "SELECT EXISTS (SELECT FROM agent WHERE hash = $1) "
          "OR EXISTS (SELECT FROM token WHERE hash = $1)");

struct asked plan_agent_ask_hash(struct call *call, const ProtobufCBinaryData *hash)
{
    struct query *q = call_ask(call, &plan_agent_hash);
    bind_bytes(q, hash->data, hash->len);
    return q->asked;
}

STATEMENT(
    plan_agent_add, ONE, "tTlyzz", AGENT_LETTERS,
    "WITH a AS (INSERT INTO agent (label, sources, delegated_by, hash, created_at, expires_at) "
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING *) "
    "SELECT " AGENT_COLUMNS " FROM a JOIN member m ON m.id = a.delegated_by");

struct asked plan_agent_ask_add(struct call *call, const struct plan_delegation *delegation)
{
    struct query *q = call_ask(call, &plan_agent_add);
    bind_text(q, delegation->label);
    bind_text_array(q, delegation->sources, delegation->n_sources);
    bind_i64(q, call->actor.member_id);
    bind_bytes(q, delegation->hash->data, delegation->hash->len);
    bind_time(q, call->now);
    bind_time(q, delegation->expires_at);
    return q->asked;
}

STATEMENT(plan_agent_get, MAYBE, "l", AGENT_LETTERS,
          "SELECT " AGENT_COLUMNS " FROM agent a JOIN member m ON m.id = a.delegated_by "
          "WHERE a.id = $1");

struct asked plan_agent_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_agent_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(plan_agent_list, MANY, "", AGENT_LETTERS,
          "SELECT " AGENT_COLUMNS " FROM agent a JOIN member m ON m.id = a.delegated_by "
          "ORDER BY a.id");

struct asked plan_agents_ask(struct call *call)
{
    return call_ask(call, &plan_agent_list)->asked;
}

STATEMENT(plan_agent_revoke, NONE, "lz", "", "UPDATE agent SET revoked_at = $2 WHERE id = $1");

void plan_agent_ask_revoke(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_agent_revoke);
    bind_i64(q, id);
    bind_time(q, call->now);
}
