// The audit log as a stream of events, for those who follow it.
#ifndef OKR_SERVER_AUDIT_EVENT_ROWS_H
#define OKR_SERVER_AUDIT_EVENT_ROWS_H

#include "server/call/call.h"

struct event_filter {
    int64_t after; // only later revisions
    int32_t limit;
    char *const *kinds; // first words of resources; none: all
    size_t n_kinds;
    bool has_project, has_kr;
    int64_t project_id, kr_id;
    const char *actor;        // NULL: anybody
    bool has_up_to;           // to this revision
    bool has_from, has_until; // committed in this time
    int64_t up_to, from, until;
};
struct asked event_ask(struct call *call, const struct event_filter *filter);
// With the thing before and after.
size_t event_list(struct call *call, struct asked asked, Okr__Event ***ret);
// What a revision is one of: the chain's hash there. No row: there is no such revision.
struct asked event_ask_history(struct call *call, int64_t revision);
char *event_history(struct call *call, struct asked asked); // NULL: none

#endif
