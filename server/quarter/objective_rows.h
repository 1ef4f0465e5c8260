// Objectives in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_OBJECTIVE_ROWS_H
#define OKR_SERVER_QUARTER_OBJECTIVE_ROWS_H

#include "server/call/call.h"

// One objective as objective_row() reads it; o (objective) is in scope.
#define OBJECTIVE_LETTERS "ltttibl"
#define OBJECTIVE_COLUMNS "o.id, o.quarter, o.product, o.text, o.rank, o.dropped, o.version"
enum {
    OBJECTIVE_N_COLUMNS = 7,
};
Okr__Objective *objective_row(struct call *call, const struct rows *rows, int row);

// One row or none.
void objective_ask(struct call *call, int64_t id);
// Those of a quarter by rank; dropped ones last, when wanted.
void objective_list_ask(struct call *call, const char *quarter, bool with_dropped);
// As objective_ask(), and behind it, from OBJECTIVE_N_COLUMNS on: the quarter's state; the order of
// the quarter's objectives and of this one's key results, dropped ones left out, as arrays of ids.
void objective_change_ask(struct call *call, int64_t id);
enum {
    OBJECTIVE_QUARTER_STATE = OBJECTIVE_N_COLUMNS,
    OBJECTIVE_ORDER,
    OBJECTIVE_KR_ORDER,
};

// Inserts quarter, product, text and rank; answers one row: the id.
void objective_insert(struct call *call, const Okr__Objective *objective);
// Writes product and text; counts the version up.
void objective_update(struct call *call, const Okr__Objective *objective);
void objective_drop(struct call *call, int64_t id, const char *reason);
// Ranks 1 to n in the order of the ids; 0 stands for one that is about to be inserted.
void objective_order_write(struct call *call, const int64_t *ids, size_t n);

#endif
