// The rows of an upload get their keys (R30): read, matched (identity.h), written. Publishing
// does it for good, looking ahead for a while.
#ifndef OKR_SERVER_IDENTITY_IDENTIFY_H
#define OKR_SERVER_IDENTITY_IDENTIFY_H

#include "server/identity/identity_rows.h"

// The first member of a call's state.
struct identify {
    struct identity_pair pair;
    bool forced; // that this may be another plan was looked at by somebody
    void (*then)(struct call *call);
    // Afterwards:
    struct identity_left left;
    int64_t *keys; // of left.news
    size_t n_questions;
    // Meanwhile:
    struct identity_counts counts;
    struct identity_trust trust;
    struct asked counted;
    struct identity_left_asked remaining;
};

// Goes on with identify->then after some rounds, no query of which is answered any more; or fails
// the call: FAILED_PRECONDITION when most tasks of the published version are not in the upload.
void identify_start(struct call *call);

#endif
