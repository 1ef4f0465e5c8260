// One pipelined PostgreSQL connection driven by the loop: queries go out as they come, their
// results come back in order. Every statement of the program is prepared when it connects. Nothing
// of it waits: not connecting, not preparing, and no answer is waited for without a limit. It knows
// nothing of jobs or transactions.
#ifndef OKR_SERVER_PG_LINK_H
#define OKR_SERVER_PG_LINK_H

#include "server/loop.h"
#include "server/pg/endpoint.h"
#include "server/pg/row.h"

struct link;

// Given once for each query (result, which the receiver clears) and once for each sync (NULL), in
// the order they were sent. When the connection is lost nothing more comes; `lost` is called
// instead.
typedef void link_result(void *ctx, void *owner, int index, PGresult *result);
typedef void link_event(void *ctx);
typedef void link_refused(void *ctx, const char *why);

enum { LINK_SESSION = 2 };

struct link_options {
    const char *name; // for the log, and as application_name for those who look at the server
    struct endpoint *endpoint;
    const char *session[LINK_SESSION]; // SQL that each new session begins with; NULL: none
    bool unprepared; // statements are parsed each time: few are ever asked, or not all fit
    struct loop *loop;
    link_result *result;
    link_event *lost;  // the connection broke: whatever was sent has no answer
    link_event *ready; // (re-)connected, statements prepared; may be NULL
    void *ctx;
    link_refused *refused; // the schema does not fit the statements; may be NULL
    void *refused_ctx;
};

// Begins to connect; goes on with link_tick. NULL when out of memory.
struct link *link_open(const struct link_options *options);
struct link *link_close(struct link *link);
bool link_is_up(const struct link *link);
// Goes on connecting, gives up what takes too long, comes back after a loss.
void link_tick(struct link *link);

// owner and index come back with the result. False when the link is down or out of memory.
bool link_query(struct link *link, const struct query *query, void *owner, int index);
// Ends a run of queries: an error inside makes the server skip up to here. When nothing is heard
// for limit_ms while this is waited for, the connection is given up.
bool link_sync(struct link *link, void *owner, int index, int64_t limit_ms);
// Sends what is buffered.
void link_flush(struct link *link);
// Gives the connection up, as if it had been lost: after a send that failed half-way. `why` for the
// log; NULL: the caller has said it.
void link_break(struct link *link, const char *why);
// A warning came while COMMIT was under way: its outcome must not be trusted. Reading clears it.
bool link_warned(struct link *link);

// How long an answer has been owed and nothing was heard; 0: nothing is owed.
int64_t link_silent_ms(const struct link *link);
// What the server calls this session (LINK_SESSION_SQL); "" while it is down.
#define LINK_SESSION_SQL "pid || ' ' || extract(epoch FROM backend_start)" // of pg_stat_activity
const char *link_session(const struct link *link);

#endif
