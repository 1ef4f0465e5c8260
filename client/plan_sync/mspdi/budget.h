// An allocator for expat that stops at a limit.
//
// expat keeps names of elements and attributes, open tags and unfinished tokens; a hostile file can
// make each of these grow without end. One cap over all of it is simpler, and surer, than a rule
// for each. It knows nothing of expat's state.
#ifndef OKR_CLIENT_MSPDI_BUDGET_H
#define OKR_CLIENT_MSPDI_BUDGET_H

#include <expat.h>
#include <stdbool.h>
#include <stddef.h>

struct mspdi_budget {
    size_t cap;
    size_t used;
    bool exceeded;
};

// The suite's malloc has no argument for whose memory it is: every call into expat stands between
// enter (returns the one before) and leave (with that one). Calls may nest; per thread.
struct mspdi_budget *mspdi_budget_enter(struct mspdi_budget *budget);
void mspdi_budget_leave(struct mspdi_budget *before);

extern const XML_Memory_Handling_Suite mspdi_budget_suite;

#endif
