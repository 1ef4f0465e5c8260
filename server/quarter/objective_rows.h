// Objectives in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_OBJECTIVE_ROWS_H
#define OKR_SERVER_QUARTER_OBJECTIVE_ROWS_H

#include "server/call/call.h"

// One objective as objective_row() reads it; o (objective) is in scope.
#define OBJECTIVE_ROW(FIRST, NEXT)                                                                 \
    FIRST(i64, id, "o.id")                                                                         \
    NEXT(text, quarter, "o.quarter")                                                               \
    NEXT(text, product, "o.product")                                                               \
    NEXT(text, text, "o.text")                                                                     \
    NEXT(i32, rank, "CASE WHEN NOT o.dropped THEN o.rank END")                                     \
    NEXT(flag, dropped, "o.dropped")                                                               \
    NEXT(i64, version, "o.version")
Okr__Objective *objective_row(struct call *call, struct row *row);

struct asked objective_ask(struct call *call, int64_t id);
// NULL: there is none.
Okr__Objective *objective_read(struct call *call, struct asked asked);
// Those of a quarter by rank; dropped ones last, when wanted.
struct asked objective_list_ask(struct call *call, const char *quarter, bool with_dropped);
size_t objective_list(struct call *call, struct asked asked, Okr__Objective ***ret);

// What a change of it, or of its key results, has to know; dropped ones have no place in an order.
struct asked objective_change_ask(struct call *call, int64_t id);
struct objective_context {
    Okr__Objective *objective;
    int32_t quarter_state;
    int64_t *order, *kr_order; // of the quarter's objectives, of this one's key results
    size_t n_order, n_kr_order;
};
// False: there is no such objective.
bool objective_context_row(struct call *call, struct asked asked, struct objective_context *ret);

// Inserts quarter, product, text and rank; asked_i64() is the id.
struct asked objective_insert(struct call *call, const Okr__Objective *objective);
// Writes product and text; counts the version up.
void objective_update(struct call *call, const Okr__Objective *objective);
void objective_drop(struct call *call, int64_t id, const char *reason);
// Ranks 1 to n in the order of the ids; 0 stands for one that is about to be inserted.
void objective_order_write(struct call *call, const int64_t *ids, size_t n);

#endif
