// Words and figures of the board, for its page on the terminal and its report.
#ifndef OKR_CLIENT_CLI_REPORT_BOARD_WORDS_H
#define OKR_CLIENT_CLI_REPORT_BOARD_WORDS_H

#include "client/cli/core/cli.h"
#include "okr/v1/board.pb-c.h"

// Linked projects, side projects, planned work.
#define BOARD_HEADLINES 3
void board_headline(struct cli *cli, const Okr__Headline *headline,
                    const char *ret[BOARD_HEADLINES]);

// "780 -> 300 ms", "99.95 (>= 99.9 %)": the present value and where it has to be.
const char *board_value(struct cli *cli, const Okr__KeyResult *kr);
const char *board_attained(struct cli *cli, const Okr__KeyResult *kr);
// "completed", "42 %" of the plan, "no plan".
const char *board_progress(struct cli *cli, const Okr__Project *project);
// The planned finish of a project under way, with "!" where it is past or after the quarter.
const char *board_finish(struct cli *cli, const Okr__Board *board, const Okr__Project *project);

#endif
