// The one row of settings.
#ifndef OKR_SERVER_PEOPLE_SETTINGS_ROWS_H
#define OKR_SERVER_PEOPLE_SETTINGS_ROWS_H

#include "server/call/call.h"

void settings_ask(struct call *call);
// Absent fields stay. Counts the version up; answers with the row as it is then.
void settings_ask_update(struct call *call, const Okr__Settings *change);
Okr__Settings *settings_row(struct call *call, const struct rows *rows);

// One row, true if there is a quarter that is not closed.
void settings_ask_quarter_runs(struct call *call);

#endif
