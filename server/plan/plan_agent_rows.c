// Delegations in SQL. What a delegation is good for is decided where the token is looked up.
#include "server/plan/plan_agent_rows.h"

#define AGENT_LETTERS "ltTtzz"
#define AGENT_COLUMNS "a.id, a.label, a.sources, m.handle, a.expires_at, a.revoked_at "

STATEMENT(plan_agent_hash, MANY, "y", "b",
          "SELECT EXISTS (SELECT FROM agent WHERE hash = $1) "
          "OR EXISTS (SELECT FROM token WHERE hash = $1)");

void plan_agent_ask_hash(struct call *call, const ProtobufCBinaryData *hash)
{
    bind_bytes(call_ask(call, &plan_agent_hash), hash->data, hash->len);
}

STATEMENT(
    plan_agent_add, MANY, "tTlyzz", AGENT_LETTERS,
    "WITH a AS (INSERT INTO agent (label, sources, delegated_by, hash, created_at, expires_at) "
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING *) "
    "SELECT " AGENT_COLUMNS "FROM a JOIN member m ON m.id = a.delegated_by");

void plan_agent_ask_add(struct call *call, const struct plan_delegation *delegation)
{
    struct query *q = call_ask(call, &plan_agent_add);
    bind_text(q, delegation->label);
    bind_text_array(q, delegation->sources, delegation->n_sources);
    bind_i64(q, call->actor.member_id);
    bind_bytes(q, delegation->hash->data, delegation->hash->len);
    bind_time(q, call->now);
    bind_time(q, delegation->expires_at);
}

STATEMENT(plan_agent_get, MANY, "l", AGENT_LETTERS,
          "SELECT " AGENT_COLUMNS "FROM agent a JOIN member m ON m.id = a.delegated_by "
          "WHERE a.id = $1");

void plan_agent_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &plan_agent_get), id);
}

STATEMENT(plan_agent_list, MANY, "", AGENT_LETTERS,
          "SELECT " AGENT_COLUMNS "FROM agent a JOIN member m ON m.id = a.delegated_by "
          "ORDER BY a.id");

void plan_agents_ask(struct call *call)
{
    call_ask(call, &plan_agent_list);
}

STATEMENT(plan_agent_revoke, NONE, "lz", "", "UPDATE agent SET revoked_at = $2 WHERE id = $1");

void plan_agent_ask_revoke(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &plan_agent_revoke);
    bind_i64(q, id);
    bind_time(q, call->now);
}

Okr__Agent *plan_agent_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Agent *agent = NEW(call, Okr__Agent, OKR__AGENT__INIT);
    SET(agent, id, row_i64(rows, row, 0));
    agent->label = row_text(rows, row, 1);
    agent->n_sources = row_text_array(rows, row, 2, &agent->sources);
    agent->delegated_by = row_text(rows, row, 3);
    agent->expires_at = row_time_text(rows, row, 4);
    agent->revoked_at = row_time_text(rows, row, 5);
    return agent;
}
