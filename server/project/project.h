// What the files of ProjectService share: a change of one project over its rounds, and the rules of
// what a linked and a side project are (R3, R20).
#ifndef OKR_SERVER_PROJECT_PROJECT_H
#define OKR_SERVER_PROJECT_PROJECT_H

#include "server/project/project_rows.h"

struct project_change {
    int64_t id;
    struct asked asked;             // the first round's context, the last round's project
    struct asked displaceable;      // with the first round, where something may be urgent
    struct project_context context; // as the first round found it; context.project is the "before"
};

// First round: the project, then `then`. call->state becomes the struct project_change.
void project_load(struct call *call, int64_t id, void (*then)(struct call *));
// In `then`: whether it is there, and its quarter not closed. Fails the call otherwise.
bool project_loaded(struct call *call);
// As project_loaded(), and the caller has seen this version (R53).
bool project_changeable(struct call *call, int64_t version);
// Last round, behind the writes: reads the project back, records the change and replies.
void project_read_back(struct call *call);

// A decision about the loaded project, by the one table of decisions (R17, R25–R27); of `wish`
// decision, reason, urgent and displaces count. Allowed: else it has failed the call. Where it is
// urgent, `displaceable` was asked. Writing asks, and comes after that.
bool project_decision_allowed(struct call *call, const Okr__DecideRequest *wish);
void project_decision_write(struct call *call, const Okr__DecideRequest *wish);
// Puts the loaded project, which is in the list, in this place.
void project_rank_write(struct call *call, int32_t rank);

const char *project_resource(struct call *call, int64_t id); // "project/12"
// Whether a reason is there where the quarter is open (R17). Fails the call otherwise.
bool project_reason_given(struct call *call, int32_t quarter_state, const char *reason);
// FAILED_PRECONDITION with the state's name: "dropped".
void project_refuse_state(struct call *call, Okr__ProjectState state);
bool project_is_ranked(const Okr__Project *project);

// Whether kr_ids, category and requester fit the kind: linked ones have a KR, side ones none, but a
// category or a requester. Violations.
bool project_check_kind(struct call *call, const Okr__Project *project);

#endif
