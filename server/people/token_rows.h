// Tokens and login codes as rows, by their SHA-256 sums: the secrets themselves never come here,
// and the sums never leave.
#ifndef OKR_SERVER_PEOPLE_TOKEN_ROWS_H
#define OKR_SERVER_PEOPLE_TOKEN_ROWS_H

#include "server/call/call.h"

enum { SECRET_HASH_BYTES = 32 };

// Each of these answers with rows that token_row() reads.
void token_ask(struct call *call, int64_t id);
void token_ask_list(struct call *call, const char *handle); // NULL: everybody's
void token_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                      const char *label, int64_t expires_at);
void token_ask_revoke(struct call *call, int64_t id); // no row if it was revoked already

Okr__Token *token_row(struct call *call, const struct rows *rows, int row);

// One row, true if a token of anybody or an agent's has this sum already.
void token_ask_taken(struct call *call, ProtobufCBinaryData hash);

// Ends everything with which a member could act: tokens, agents' tokens, unused login codes. Three
// statements without rows.
void token_ask_end_all(struct call *call, int64_t member_id);

// No row: not a code of this (active) member, or used, or expired.
void login_code_ask_usable(struct call *call, const char *handle, const uint8_t *hash);
struct login_code {
    int64_t id;
    int64_t member_id;
};
struct login_code login_code_row(const struct rows *rows, int row);
void login_code_ask_use(struct call *call, int64_t id); // one row affected, or none if it was used
void login_code_ask_taken(struct call *call, ProtobufCBinaryData hash); // one row, as above
// Returns the id.
void login_code_ask_insert(struct call *call, int64_t member_id, ProtobufCBinaryData hash,
                           int64_t expires_at);

#endif
