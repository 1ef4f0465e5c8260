// Replies that are the same for every caller, kept until the next change: a reply made at revision
// r answers the same question as long as r is the last one. Fixed size; a newer one takes an
// older's place.
#ifndef OKR_SERVER_CALL_KEPT_H
#define OKR_SERVER_CALL_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "server/pg/query.h"

struct kept;
struct kept *kept_new(void);
struct kept *kept_free(struct kept *kept);
// What is asked: a method, its request body, the day (a request may mean "this week"), and which
// history the revisions are of (a database that took another's place may have another past).
struct kept_key {
    int64_t history;
    int method;
    int32_t day;
    struct bytes body;
};
// The reply kept for revision `revision`; its data stays valid until the next kept_put. data NULL:
// none.
struct bytes kept_get(const struct kept *kept, const struct kept_key *key, int64_t revision);
void kept_put(struct kept *kept, const struct kept_key *key, int64_t revision, struct bytes reply);

#endif
