// A weekly goal in one line, the same wherever one is shown.
#ifndef OKR_CLIENT_CLI_REPORT_GOAL_LINE_H
#define OKR_CLIENT_CLI_REPORT_GOAL_LINE_H

#include "client/cli/core/cli.h"
#include "okr/v1/week.pb-c.h"

const char *goal_mark(struct cli *cli, const Okr__Goal *goal); // "[o]", "[x]", "[ ]"
// "[x] G-12 text", and below it why it was missed.
void goal_line(struct cli *cli, const Okr__Goal *goal, int indent);

#endif
