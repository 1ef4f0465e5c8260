// Quarters in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_QUARTER_ROWS_H
#define OKR_SERVER_QUARTER_QUARTER_ROWS_H

#include "server/call/call.h"

// One quarter as quarter_row() reads it; q (quarter) is in scope. A statement that selects more
// puts it behind, from column QUARTER_N_COLUMNS on.
#define QUARTER_LETTERS "taailzz"
#define QUARTER_COLUMNS                                                                            \
    "q.name, q.first_day, q.last_day, q.state, q.version, q.opened_at, q.closed_at"
enum {
    QUARTER_FIRST_DAY = 1,
    QUARTER_LAST_DAY = 2,
    QUARTER_OPENED_AT = 5,
    QUARTER_CLOSED_AT = 6,
    QUARTER_N_COLUMNS = 7,
};
Okr__Quarter *quarter_row(struct call *call, const struct rows *rows, int row);

// One row or none.
void quarter_ask(struct call *call, const char *name);
// Its days alone. False: there is no such quarter.
struct asked quarter_range_ask(struct call *call, const char *name);
struct quarter_range {
    int32_t first_day, last_day; // days since 1970-01-01
};
bool quarter_range_row(struct call *call, struct asked asked, struct quarter_range *ret);
// The quarter of a project: one row or none.
void project_quarter_ask(struct call *call, int64_t project_id);
// All, the newest first.
void quarter_list_ask(struct call *call);
// As quarter_ask(), and behind it, from QUARTER_N_COLUMNS on: whether it has a key result that is
// not dropped; the order of its objectives that are not dropped, as an array of ids.
void quarter_change_ask(struct call *call, const char *name);
enum {
    QUARTER_HAS_KR = QUARTER_N_COLUMNS,
    QUARTER_ORDER,
};

void quarter_insert(struct call *call, const char *name, int32_t first_day, int32_t last_day);
// Opened or closed at call->now; counts the version up.
void quarter_open(struct call *call, const char *name);
void quarter_close(struct call *call, const char *name);

#endif
