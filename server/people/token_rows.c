// The statements of tokens and login codes; see the header. It must not know what a token allows.
#include "server/people/token_rows.h"

#define TOKEN_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, id, "t.id")                                                                         \
    NEXT(text, handle, "(SELECT handle FROM member WHERE id = t.member_id)")                       \
    NEXT(text, label, "t.label")                                                                   \
    NEXT(stamp, created_at, "t.created_at")                                                        \
    NEXT(stamp, expires_at, "t.expires_at")                                                        \
    NEXT(stamp, revoked_at, "t.revoked_at")
#define COLUMNS ROW_COLUMNS(TOKEN_ROW)
#define LETTERS ROW_LETTERS(TOKEN_ROW)
static MESSAGE_READER(token_take, Okr__Token, TOKEN_ROW);
MESSAGE_LIST(token_list, Okr__Token, OKR__TOKEN__INIT, token_take);

Okr__Token *token_read(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Token *token = NEW(call, Okr__Token, OKR__TOKEN__INIT);
    token_take(&row, token);
    return token;
}

STATEMENT(token_get, MAYBE, "l", LETTERS, "SELECT " COLUMNS " FROM token t WHERE t.id = $1");

struct asked token_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &token_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(token_list_of, MANY, "t", LETTERS,
          "SELECT " COLUMNS " FROM token t JOIN member m ON m.id = t.member_id "
          "WHERE $1::text IS NULL OR m.handle = $1 ORDER BY m.handle, t.id");

struct asked token_ask_list(struct call *call, const char *handle)
{
    struct query *q = call_ask(call, &token_list_of);
    bind_text(q, handle);
    return q->asked;
}

STATEMENT(token_insert, ONE, "lytzz", LETTERS,
          "INSERT INTO token AS t (member_id, hash, label, created_at, expires_at) "
          "VALUES ($1, $2, $3, $4, $5) RETURNING " COLUMNS);

struct asked token_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                              const char *label, int64_t expires_at)
{
    struct query *q = call_ask(call, &token_insert);
    bind_i64(q, member_id);
    bind_bytes(q, hash.data, hash.len);
    bind_text(q, label);
    bind_time(q, call->now);
    bind_time(q, expires_at);
    return q->asked;
}

STATEMENT(token_revoke, MAYBE, "lz", LETTERS,
          "UPDATE token AS t SET revoked_at = $2 WHERE t.id = $1 AND t.revoked_at IS NULL "
          "RETURNING " COLUMNS);

struct asked token_ask_revoke(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &token_revoke);
    bind_i64(q, id);
    bind_time(q, call->now);
    return q->asked;
}

STATEMENT(token_taken, ONE, "y", "b",
          "SELECT EXISTS (SELECT FROM token WHERE hash = $1) OR "
          "       EXISTS (SELECT FROM agent WHERE hash = $1)");

struct asked token_ask_taken(struct call *call, ProtobufCBinaryData hash)
{
    struct query *q = call_ask(call, &token_taken);
    bind_bytes(q, hash.data, hash.len);
    return q->asked;
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

#define CODE_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, id, "c.id")                                                                         \
    NEXT(i64, member_id, "m.id")
static STRUCT_READER(code_take, struct login_code, CODE_ROW);

STATEMENT(login_code_usable, MAYBE, "tyz", ROW_LETTERS(CODE_ROW),
          "SELECT " ROW_COLUMNS(
              CODE_ROW) " FROM login_code c JOIN member m ON m.id = c.member_id "
                        "WHERE m.handle = $1 AND c.hash = $2 AND m.active AND c.used_at IS NULL "
                        "  AND c.expires_at > $3");

struct asked login_code_ask_usable(struct call *call, const char *handle, const uint8_t *hash)
{
    struct query *q = call_ask(call, &login_code_usable);
    bind_text(q, handle);
    bind_bytes(q, hash, SECRET_HASH_BYTES);
    bind_time(q, call->now);
    return q->asked;
}

bool login_code_row(struct call *call, struct asked asked, struct login_code *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    code_take(&row, ret);
    return true;
}

STATEMENT(login_code_use, NONE, "lz", "",
          "UPDATE login_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL");

struct asked login_code_ask_use(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &login_code_use);
    bind_i64(q, id);
    bind_time(q, call->now);
    return q->asked;
}

STATEMENT(login_code_taken, ONE, "y", "b",
          "SELECT EXISTS (SELECT FROM login_code WHERE hash = $1)");

struct asked login_code_ask_taken(struct call *call, ProtobufCBinaryData hash)
{
    struct query *q = call_ask(call, &login_code_taken);
    bind_bytes(q, hash.data, hash.len);
    return q->asked;
}

STATEMENT(
    login_code_insert, ONE, "lyzz", "l",
    "INSERT INTO login_code (member_id, hash, created_at, expires_at) VALUES ($1, $2, $3, $4) "
    "RETURNING id");

struct asked login_code_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                                   int64_t expires_at)
{
    struct query *q = call_ask(call, &login_code_insert);
    bind_i64(q, member_id);
    bind_bytes(q, hash.data, hash.len);
    bind_time(q, call->now);
    bind_time(q, expires_at);
    return q->asked;
}
