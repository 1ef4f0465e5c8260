// Entries of a week: what members of a project write on it. No rules here, but for the guard of an
// edit, which has to be one statement (handler.grouped).
#ifndef OKR_SERVER_WEEK_ENTRY_ROWS_H
#define OKR_SERVER_WEEK_ENTRY_ROWS_H

#include "server/call/call.h"

// Of one project and week, in the order they were written.
struct asked entry_ask_week(struct call *call, int64_t project_id, int32_t monday);
size_t entry_rows(struct call *call, struct asked asked, Okr__Entry ***ret);

// Is it a goal of that project and week that was not dropped?
struct asked entry_ask_goal(struct call *call, int64_t goal_id, int64_t project_id, int32_t monday);
bool entry_goal_row(struct call *call, struct asked asked);
// goal_id 0: on the week as a whole.
struct asked entry_ask_add(struct call *call, int64_t project_id, int32_t monday, int64_t goal_id,
                           const char *text);
Okr__Entry *entry_added(struct call *call, struct asked asked);

// Happens only when the actor wrote it, its week is open and it has `version`.
struct asked entry_ask_edit(struct call *call, int64_t id, int64_t version, const char *text);
struct entry_change {
    Okr__Entry *before;
    bool own, closed, changed;
};
// False: there is no such entry.
bool entry_change_row(struct call *call, struct asked asked, struct entry_change *ret);

#endif
