// Entries of a week: what members of a project write on it. No rules here, but for the guard of an
// edit, which has to be one statement (handler.grouped).
#ifndef OKR_SERVER_WEEK_ENTRY_ROWS_H
#define OKR_SERVER_WEEK_ENTRY_ROWS_H

#include "server/call/call.h"

#define ENTRY_COLUMNS                                                                              \
    "e.id, e.project_id, e.week, e.goal_id, e.text, m.handle AS author, e.written_at, e.version"
#define ENTRY_LETTERS "llalttzl"
enum { ENTRY_WIDTH = 8 };
Okr__Entry *entry_row(struct call *call, const struct rows *rows, int row);
size_t entry_rows(struct call *call, const struct rows *rows, Okr__Entry ***ret);

// Of one project and week, in the order they were written.
void entry_ask_week(struct call *call, int64_t project_id, int32_t monday);

// Is it a goal of that project and week that was not dropped? One boolean.
void entry_ask_goal(struct call *call, int64_t goal_id, int64_t project_id, int32_t monday);
// goal_id 0: on the week as a whole. Answers the new entry.
void entry_ask_add(struct call *call, int64_t project_id, int32_t monday, int64_t goal_id,
                   const char *text);

// Happens only when the actor wrote it, its week is open and it has `version`.
void entry_ask_edit(struct call *call, int64_t id, int64_t version, const char *text);
struct entry_change {
    Okr__Entry *before;
    bool own, closed, changed;
};
// False: there is no such entry.
bool entry_change_row(struct call *call, const struct rows *rows, struct entry_change *ret);

#endif
