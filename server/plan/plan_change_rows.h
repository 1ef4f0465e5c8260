// What is read and written about versions besides their content: the pair that is compared, the
// reasons given for changes (R9), which version stands in for a baseline (R31). It knows tables,
// not rules.
#ifndef OKR_SERVER_PLAN_PLAN_CHANGE_ROWS_H
#define OKR_SERVER_PLAN_PLAN_CHANGE_ROWS_H

#include "server/call/call.h"

// Two versions of a source: the newer by number, else the published one; the older by number, else
// the one before the newer. One row when there is such a source and newer version; source NULL: of
// any source, two rows at most.
struct asked plan_pair_ask(struct call *call, const char *source, bool has_from, int64_t from,
                           bool has_to, int64_t to);
struct plan_pair {
    int64_t source_id;
    int64_t older_id, older_number; // 0: there is none
    int64_t newer_id, newer_number;
};
void plan_pair_take(struct row *row, struct plan_pair *ret);

// Reasons given for versions after `from` up to `to`, earlier versions first.
struct asked plan_reasons_ask(struct call *call, int64_t source_id, int64_t from, int64_t to);
struct plan_reason {
    int64_t task_uid;
    int32_t kind;
    char *reason, *by;
};
void plan_reason_take(struct row *row, struct plan_reason *ret);
// By the actor now; takes the place of an earlier one. No rows.
void plan_reason_ask_set(struct call *call, int64_t source_id, int64_t number, int64_t task_uid,
                         int32_t kind, const char *reason);

// A source, and what choosing a baseline for it has to know.
struct asked plan_baseline_ask(struct call *call, const char *source, int64_t number);
struct plan_baseline {
    int64_t source_id;
    bool has_own;    // the published version has the baseline that it names for earned value
    bool has_number; // there is a version with the number asked for
    int64_t chosen;  // number of the version that stands in now; 0: none
};
// False: there is no such source.
bool plan_baseline_row(struct call *call, struct asked asked, struct plan_baseline *ret);
// number 0: none any more. By the actor now. No rows.
void plan_baseline_ask_set(struct call *call, int64_t source_id, int64_t number);

#endif
