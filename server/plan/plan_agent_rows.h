// Delegations to plan-sync agents (R29). Their tokens are stored as SHA-256 sums only.
#ifndef OKR_SERVER_PLAN_PLAN_AGENT_ROWS_H
#define OKR_SERVER_PLAN_PLAN_AGENT_ROWS_H

#include "server/call/call.h"

// Whether a token with this hash (32 bytes) exists, of an agent or a member. asked_bool().
struct asked plan_agent_ask_hash(struct call *call, const ProtobufCBinaryData *hash);

struct plan_delegation {
    const char *label;
    char **sources;
    size_t n_sources;
    const ProtobufCBinaryData *hash;
    int64_t expires_at; // microseconds UTC
};
// Delegated by the actor, now. Answered as by plan_agent_row().
struct asked plan_agent_ask_add(struct call *call, const struct plan_delegation *delegation);
struct asked plan_agent_ask(struct call *call, int64_t id);
struct asked plan_agents_ask(struct call *call);           // all, by id
void plan_agent_ask_revoke(struct call *call, int64_t id); // now; no rows

Okr__Agent *plan_agent_row(struct call *call, struct asked asked); // NULL: there is none
size_t plan_agent_rows(struct call *call, struct asked asked, Okr__Agent ***ret);

#endif
