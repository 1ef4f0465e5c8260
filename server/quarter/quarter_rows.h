// Quarters in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_QUARTER_ROWS_H
#define OKR_SERVER_QUARTER_QUARTER_ROWS_H

#include "server/call/call.h"

// One quarter as quarter_row() reads it; q (quarter) is in scope.
#define QUARTER_ROW(FIRST, NEXT)                                                                   \
    FIRST(text, name, "q.name")                                                                    \
    NEXT(day, first_day, "q.first_day")                                                            \
    NEXT(day, last_day, "q.last_day")                                                              \
    NEXT(i32, state, "q.state")                                                                    \
    NEXT(i64, version, "q.version")                                                                \
    NEXT(stamp, opened_at, "q.opened_at")                                                          \
    NEXT(stamp, closed_at, "q.closed_at")
#define QUARTER_LETTERS ROW_LETTERS(QUARTER_ROW)
#define QUARTER_COLUMNS ROW_COLUMNS(QUARTER_ROW)
Okr__Quarter *quarter_row(struct call *call, struct row *row);

struct asked quarter_ask(struct call *call, const char *name);
// The quarter of a project.
struct asked project_quarter_ask(struct call *call, int64_t project_id);
// For both. NULL: there is none.
Okr__Quarter *quarter_read(struct call *call, struct asked asked);
// All, the newest first.
struct asked quarter_list_ask(struct call *call);
size_t quarter_list(struct call *call, struct asked asked, Okr__Quarter ***ret);

// When it is and was, in numbers. False: there is no such quarter.
struct asked quarter_range_ask(struct call *call, const char *name);
struct quarter_range {
    int32_t first_day, last_day; // days since 1970-01-01
    bool has_opened_at, has_closed_at;
    int64_t opened_at, closed_at; // microseconds UTC
};
bool quarter_range_row(struct call *call, struct asked asked, struct quarter_range *ret);
// What a change of it has to know.
struct asked quarter_change_ask(struct call *call, const char *name);
struct quarter_context {
    Okr__Quarter *quarter;
    bool has_kr;    // a key result that is not dropped
    int64_t *order; // its objectives that are not dropped, by rank
    size_t n_order;
};
// False: there is no such quarter.
bool quarter_context_row(struct call *call, struct asked asked, struct quarter_context *ret);

void quarter_insert(struct call *call, const char *name, int32_t first_day, int32_t last_day);
// Opened or closed at call->now; counts the version up.
void quarter_open(struct call *call, const char *name);
void quarter_close(struct call *call, const char *name);

#endif
