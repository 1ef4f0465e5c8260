// The rules of the Monday docket (R32–R34) that need nothing but numbers and messages: how long a
// run is, what became of decided lines, and whether the week is reviewed.
//
// Pure: it knows no database, no call and no clock.
#ifndef OKR_SERVER_MONDAY_DOCKET_RULES_H
#define OKR_SERVER_MONDAY_DOCKET_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"
#include "okr/v1/monday.pb-c.h"

enum {
    DOCKET_RUN_LEAST = 2,   // missed weeks in a row that make a line
    DOCKET_WEEKS_AHEAD = 4, // that an overload is looked for in, this week among them
};

// How many weeks in a row, up to and with `last`, are among these Mondays: newest first, none
// twice.
int docket_run(const int32_t *mondays, size_t n, int32_t last);

// A line as it is built now and the decision on it, by key; a decided line that is no longer built
// comes behind them, marked as gone unless the week is `past` (what was so then is not built any
// more). A line's version is 0 without a decision. What is returned are the built lines and
// decisions themselves. In the arena; NULL when it is exhausted.
Okr__DocketLine **docket_merge(struct arena *arena, Okr__DocketLine *const *built, size_t n_built,
                               Okr__DocketLine *const *decided, size_t n_decided, bool past,
                               size_t *ret_n);

int docket_open(Okr__DocketLine *const *lines, size_t n);
// R34: each line has its decision; an empty docket was confirmed. *ret_at: when the last of them
// was made (RFC 3339, UTC), NULL while it is not reviewed. confirmed_at: NULL, or when it was
// confirmed.
bool docket_reviewed(Okr__DocketLine *const *lines, size_t n, const char *confirmed_at,
                     const char **ret_at);

#endif
