// Keys of plan tasks in SQL: the sure matches set by set, the rows that are left for
// server/identity/identity.h, and what comes of it. It must not know how rows are told apart.
#ifndef OKR_SERVER_IDENTITY_IDENTITY_ROWS_H
#define OKR_SERVER_IDENTITY_IDENTITY_ROWS_H

#include "server/call/call.h"
#include "server/identity/identity.h"

// An upload, and the published version that it is compared with (0: there is none).
struct identity_pair {
    int64_t source_id, upload_id, base_id;
};

// The counts, and the upload's keys taken away, if it was looked at before.
struct asked identity_ask_counts(struct call *call, const struct identity_pair *pair);
struct identity_counts identity_counts_row(struct call *call, struct asked asked);

// Gives keys to the rows that are sure: same UID or GUID, same name, as far as these count. Without
// a base: to all rows, their UIDs. No rows.
void identity_ask_settle(struct call *call, const struct identity_pair *pair,
                         struct identity_trust trust);
// The rows that are left, the upload's and those that they may be; and the source's top key.
struct identity_left_asked {
    struct asked news, olds, top;
};
struct identity_left_asked identity_ask_left(struct call *call, const struct identity_pair *pair);

struct identity_left {
    struct identity_row *olds, *news;
    int64_t *positions; // of news
    bool *taken;        // of news: its UID is the key of another task
    size_t n_olds, n_news;
    int64_t n_vanished; // of the olds: those that the base has and the upload not yet
    int64_t top_key;
};
// False: the call has failed.
bool identity_left_rows(struct call *call, const struct identity_left_asked *asked,
                        struct identity_left *ret);

// Writes the keys of the rows that were left, in arrays of n. No rows.
void identity_ask_keys(struct call *call, int64_t upload_id, const int64_t *positions,
                       const int64_t *keys, size_t n);
// With the publishing: who has gone with this version and who came back, and the top key. No rows.
void identity_ask_close(struct call *call, const struct identity_pair *pair, int64_t top_key);
// A question about a key that the version being published has. No rows.
void identity_ask_questions(struct call *call, const struct identity_pair *pair,
                            const struct identity_row *rows, const int64_t *keys, size_t n);

#endif
