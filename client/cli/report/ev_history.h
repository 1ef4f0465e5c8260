// The curves of earned value by week: as a table, and on paper as an S-curve.
#ifndef OKR_CLIENT_CLI_REPORT_EV_HISTORY_H
#define OKR_CLIENT_CLI_REPORT_EV_HISTORY_H

#include "client/cli/core/paper.h"
#include "okr/v1/plan_analysis.pb-c.h"

void ev_history_show(struct cli *cli, const Okr__EarnedValueHistory *history);
void ev_history_report(const struct paper *paper, const Okr__EarnedValueHistory *history);

#endif
