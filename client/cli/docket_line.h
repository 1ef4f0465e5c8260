// A Monday docket's lines: how one is found by what was typed, and how it reads.
#ifndef OKR_CLIENT_CLI_DOCKET_LINE_H
#define OKR_CLIENT_CLI_DOCKET_LINE_H

#include "client/cli/cli.h"
#include "okr/v1/monday.pb-c.h"

// week NULL: this week; also this, next, last. NULL: the error has been said.
const Okr__Docket *docket_get(struct cli *cli, const char *week);
// By its key, or by the number that it is printed with. NULL: there is none, and that has been
// said.
const Okr__DocketLine *docket_find(struct cli *cli, const Okr__Docket *docket, const char *word);

// The line in a few rows; number 0: without one.
void docket_line_show(struct cli *cli, const Okr__DocketLine *line, size_t number);

// Its pieces: who or what it is about, what the server saw, and how far the review is.
const char *docket_subject(struct cli *cli, const Okr__DocketLine *line);
const char *docket_facts(struct cli *cli, const Okr__DocketLine *line);
const char *docket_state(struct cli *cli, const Okr__Docket *docket);

#endif
