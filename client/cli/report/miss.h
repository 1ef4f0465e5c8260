// An expected miss in words: what says so, and which limit lies before it, by day, or by day and
// hour where both are of one day.
#ifndef OKR_CLIENT_CLI_REPORT_MISS_H
#define OKR_CLIENT_CLI_REPORT_MISS_H

#include "client/cli/core/cli.h"
#include "okr/v1/plan_analysis.pb-c.h"

const char *miss_words(struct cli *cli, const Okr__ExpectedMiss *miss);

// As a docket's line has it (DocketLine.detail), all of them; of decisions of before, too.
const char *miss_words_of_docket(struct cli *cli, const char *detail);

#endif
