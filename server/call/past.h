// Reads of the past in SQL (migrations/0014_history.sql): which revision it was, and what a session
// and a call need so that statements written for the present read what was. Must not know how
// people name a time.
#ifndef OKR_SERVER_CALL_PAST_H
#define OKR_SERVER_CALL_PAST_H

#include "server/call/call.h"

// What a session begins with that reads the past.
extern const char past_session[];

// Which revision: this one, or with -1 the last one by an instant.
struct asked past_ask(struct call *call, int64_t revision, int64_t until);
struct past {
    int64_t revision;
    bool has_at;
    int64_t at;         // when it was committed; none: before the first change, or not there yet
    int64_t begin, end; // the first revision that the past is known of, and the last one
};
struct past past_row(struct call *call, struct asked asked);

// What is to be sent before each round of such a call; NULL when there is no memory.
struct query *past_query(const struct call *call);

#endif
