// How the file itself spreads work over time: pieces of tasks and assignments. It knows tables, not
// what is computed from them.
#ifndef OKR_SERVER_PLAN_PLAN_PHASE_ROWS_H
#define OKR_SERVER_PLAN_PLAN_PHASE_ROWS_H

#include "server/call/call.h"

struct plan_phases {  // of one kind
    int64_t position; // of the row that they belong to
    bool baseline;    // else planned now: what remains, or what was done
    int64_t start;    // seconds of the wall clock (server/worktime/working_time.h)
    size_t n;         // pieces: seconds after that, seconds long, ten-thousandths of a minute
    int64_t *begin, *length, *work;
};
struct plan_piece {
    int64_t start, finish;
    double work; // minutes; never negative
};
struct plan_piece plan_piece_at(const struct plan_phases *phases, size_t i);

// Of the tasks of these versions, and of their assignments; of the baseline that each
// version names for earned value, of what is planned now.
struct phases_asked {
    struct asked tasks, assignments;
};
struct phases_asked plan_phases_ask(struct call *call, const int64_t *version_ids, size_t n,
                                    bool baseline, bool work);
struct plan_phase_list {
    struct plan_phases *phases; // by position
    size_t n;
    size_t next;
};
struct plan_phase_list plan_phases_of(struct call *call, struct asked asked, int64_t version_id);
// Of the row at this position; to be asked in order of positions. NULL: none.
const struct plan_phases *plan_phases_at(struct plan_phase_list *list, int64_t position,
                                         size_t *ret_n);

#endif
