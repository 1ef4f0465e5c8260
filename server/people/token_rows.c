// The statements of tokens and login codes; see the header. It must not know what a token allows.
#include "server/people/token_rows.h"

#define TOKEN_COLUMNS                                                                              \
    "t.id, (SELECT handle FROM member WHERE id = t.member_id), t.label, t.created_at, "            \
    "t.expires_at, t.revoked_at"

STATEMENT(token_get, MANY, "l", "lttzzz", "SELECT " TOKEN_COLUMNS " FROM token t WHERE t.id = $1");

void token_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &token_get), id);
}

STATEMENT(token_list, MANY, "t", "lttzzz",
          "SELECT " TOKEN_COLUMNS " FROM token t JOIN member m ON m.id = t.member_id "
          "WHERE $1::text IS NULL OR m.handle = $1 ORDER BY m.handle, t.id");

void token_ask_list(struct call *call, const char *handle)
{
    bind_text(call_ask(call, &token_list), handle);
}

STATEMENT(token_insert, MANY, "lytzz", "lttzzz",
          "INSERT INTO token AS t (member_id, hash, label, created_at, expires_at) "
          "VALUES ($1, $2, $3, $4, $5) RETURNING " TOKEN_COLUMNS);

void token_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                      const char *label, int64_t expires_at)
{
    struct query *q = call_ask(call, &token_insert);
    bind_i64(q, member_id);
    bind_bytes(q, hash.data, hash.len);
    bind_text(q, label);
    bind_time(q, call->now);
    bind_time(q, expires_at);
}

STATEMENT(token_revoke, MANY, "lz", "lttzzz",
          "UPDATE token AS t SET revoked_at = $2 WHERE t.id = $1 AND t.revoked_at IS NULL "
          "RETURNING " TOKEN_COLUMNS);

void token_ask_revoke(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &token_revoke);
    bind_i64(q, id);
    bind_time(q, call->now);
}

Okr__Token *token_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Token *token = NEW(call, Okr__Token, OKR__TOKEN__INIT);
    SET(token, id, row_i64(rows, row, 0));
    token->handle = row_text(rows, row, 1);
    token->label = row_text(rows, row, 2);
    token->created_at = row_time_text(rows, row, 3);
    token->expires_at = row_time_text(rows, row, 4);
    token->revoked_at = row_time_text(rows, row, 5);
    return token;
}

STATEMENT(token_taken, MANY, "y", "b",
          "SELECT EXISTS (SELECT FROM token WHERE hash = $1) OR "
          "       EXISTS (SELECT FROM agent WHERE hash = $1)");

void token_ask_taken(struct call *call, ProtobufCBinaryData hash)
{
    bind_bytes(call_ask(call, &token_taken), hash.data, hash.len);
}

STATEMENT(token_end_tokens, NONE, "lz", "",
          "UPDATE token SET revoked_at = $2 WHERE member_id = $1 AND revoked_at IS NULL");
STATEMENT(token_end_agents, NONE, "lz", "",
          "UPDATE agent SET revoked_at = $2 WHERE delegated_by = $1 AND revoked_at IS NULL");
STATEMENT(token_end_codes, NONE, "lz", "",
          "UPDATE login_code SET used_at = $2 WHERE member_id = $1 AND used_at IS NULL");

void token_ask_end_all(struct call *call, int64_t member_id)
{
    const struct statement *const ends[] = {&token_end_tokens, &token_end_agents, &token_end_codes};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct query *q = call_ask(call, ends[i]);
        bind_i64(q, member_id);
        bind_time(q, call->now);
    }
}

// ---- login codes ------------------------------------------------------------------------------

STATEMENT(login_code_usable, MANY, "tyz", "ll",
          "SELECT c.id, m.id FROM login_code c JOIN member m ON m.id = c.member_id "
          "WHERE m.handle = $1 AND c.hash = $2 AND m.active AND c.used_at IS NULL "
          "  AND c.expires_at > $3");

void login_code_ask_usable(struct call *call, const char *handle, const uint8_t *hash)
{
    struct query *q = call_ask(call, &login_code_usable);
    bind_text(q, handle);
    bind_bytes(q, hash, SECRET_HASH_BYTES);
    bind_time(q, call->now);
}

struct login_code login_code_row(const struct rows *rows, int row)
{
    return (struct login_code){row_i64(rows, row, 0), row_i64(rows, row, 1)};
}

STATEMENT(login_code_use, NONE, "lz", "",
          "UPDATE login_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL");

void login_code_ask_use(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &login_code_use);
    bind_i64(q, id);
    bind_time(q, call->now);
}

STATEMENT(login_code_taken, MANY, "y", "b",
          "SELECT EXISTS (SELECT FROM login_code WHERE hash = $1)");

void login_code_ask_taken(struct call *call, ProtobufCBinaryData hash)
{
    bind_bytes(call_ask(call, &login_code_taken), hash.data, hash.len);
}

STATEMENT(
    login_code_insert, MANY, "lyzz", "l",
    "INSERT INTO login_code (member_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4) "
    "RETURNING id");

void login_code_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                           int64_t expires_at)
{
    struct query *q = call_ask(call, &login_code_insert);
    bind_i64(q, member_id);
    bind_bytes(q, hash.data, hash.len);
    bind_time(q, call->now);
    bind_time(q, expires_at);
}
