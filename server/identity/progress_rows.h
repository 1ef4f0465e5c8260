// What is derived from a source's published version and its bindings: the project of each task, and
// the sums per project that the board shows, and the work of no project by months. Renewed in the
// transaction that publishes or binds.
#ifndef OKR_SERVER_IDENTITY_PROGRESS_ROWS_H
#define OKR_SERVER_IDENTITY_PROGRESS_ROWS_H

#include "server/call/call.h"

// Asks for the three tables to be renewed after all that was asked before in this round.
void plan_progress_ask_renew(struct call *call, int64_t source_id, int64_t version_id);

#endif
