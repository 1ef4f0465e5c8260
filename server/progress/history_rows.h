// Which versions a project's curves are drawn from. It knows tables, not rules.
#ifndef OKR_SERVER_PROGRESS_HISTORY_ROWS_H
#define OKR_SERVER_PROGRESS_HISTORY_ROWS_H

#include "server/call/call.h"

struct asked history_project_ask(struct call *call, int64_t project_id); // its name: a row or none

// Of each source that the project is bound in the last version of each week (that its status date,
// else its current date, else the date of saving lies in), newest week first; `most` at most.
struct asked history_versions_ask(struct call *call, int64_t project_id, int64_t most);
struct history_version {
    int64_t id, source_id, number;
    char *source;
    int32_t monday;
    int64_t stand_in_id; // for its baseline; 0: none is chosen
    bool published;      // the source has none after it
};
void history_version_take(struct row *row, struct history_version *ret);

#endif
