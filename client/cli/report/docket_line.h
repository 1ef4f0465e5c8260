// How the lines of a Monday docket read.
#ifndef OKR_CLIENT_CLI_REPORT_DOCKET_LINE_H
#define OKR_CLIENT_CLI_REPORT_DOCKET_LINE_H

#include "client/cli/core/cli.h"
#include "okr/v1/monday.pb-c.h"

// The line in a few rows; number 0: without one.
void docket_line_show(struct cli *cli, const Okr__DocketLine *line, size_t number);

// Its pieces: who or what it is about, what the server saw, and how far the review is.
const char *docket_subject(struct cli *cli, const Okr__DocketLine *line);
const char *docket_facts(struct cli *cli, const Okr__DocketLine *line);
const char *docket_state(struct cli *cli, const Okr__Docket *docket);

#endif
