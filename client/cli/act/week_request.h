// The one request that closes a week, piece by piece, and the week that it is about.
#ifndef OKR_CLIENT_CLI_ACT_WEEK_REQUEST_H
#define OKR_CLIENT_CLI_ACT_WEEK_REQUEST_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"
#include "okr/v1/week.pb-c.h"

// name NULL: this week. NULL: the error has been said.
const Okr__ProjectWeek *week_get(struct cli *cli, int64_t project, const char *name,
                                 bool next_tasks);
// The one that PROJECT and --week name.
const Okr__ProjectWeek *week_read(struct cli *cli, const struct args *args, bool next_tasks);
const Okr__Goal *week_goal_of(const Okr__ProjectWeek *week, int64_t id); // NULL: none

// With room for so many results and next goals.
Okr__CloseWeekRequest *week_request(struct cli *cli, const Okr__ProjectWeek *week, size_t results,
                                    size_t nexts);
void week_add_result(struct cli *cli, Okr__CloseWeekRequest *request, const Okr__Goal *goal,
                     Okr__GoalResult result, const char *reason);
// source NULL: it serves no plan task.
void week_add_next(struct cli *cli, Okr__CloseWeekRequest *request, const char *text,
                   const char *source, int64_t task_uid);
// Sends it and shows the week; returns the exit code.
int week_send(struct cli *cli, const Okr__CloseWeekRequest *request);

#endif
