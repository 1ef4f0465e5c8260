// Tokens and login codes as rows, by their SHA-256 sums: the secrets themselves never come here,
// and the sums never leave.
#ifndef OKR_SERVER_PEOPLE_TOKEN_ROWS_H
#define OKR_SERVER_PEOPLE_TOKEN_ROWS_H

#include "server/call/call.h"

enum { SECRET_HASH_BYTES = 32 };

// Each of these answers with rows that token_read() and token_list() read.
struct asked token_ask(struct call *call, int64_t id);
struct asked token_ask_list(struct call *call, const char *handle); // NULL: everybody's
struct asked token_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                              const char *label, int64_t expires_at);
struct asked token_ask_revoke(struct call *call, int64_t id); // no row if it was revoked already

// The one row, of which there may be none: NULL.
Okr__Token *token_read(struct call *call, struct asked asked);
size_t token_list(struct call *call, struct asked asked, Okr__Token ***ret);

// Whether a token of anybody or an agent's has this sum already: asked_bool().
struct asked token_ask_taken(struct call *call, ProtobufCBinaryData hash);

// Ends everything with which a member could act: tokens, agents' tokens, unused login codes. Three
// statements without rows.
void token_ask_end_all(struct call *call, int64_t member_id);

struct asked login_code_ask_usable(struct call *call, const char *handle, const uint8_t *hash);
struct login_code {
    int64_t id;
    int64_t member_id;
};
// False: not a code of this (active) member, or used, or expired.
bool login_code_row(struct call *call, struct asked asked, struct login_code *ret);
// One row affected, or none if it was used.
struct asked login_code_ask_use(struct call *call, int64_t id);
struct asked login_code_ask_taken(struct call *call, ProtobufCBinaryData hash); // asked_bool()
// asked_i64() is the id.
struct asked login_code_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                                   int64_t expires_at);

#endif
