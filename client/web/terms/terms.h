// The words, figures and tables that okr prints, for pages: the same texts, written once. The only
// room that includes what belongs to the command line.
#ifndef OKR_CLIENT_WEB_TERMS_H
#define OKR_CLIENT_WEB_TERMS_H

#include <stdbool.h>
#include <stdio.h>
#include "client/cli/report/board_notes.h"
#include "client/cli/report/board_words.h"
#include "client/cli/core/cli.h"
#include "client/cli/report/docket_line.h"
#include "client/cli/core/intl.h"
#include "client/cli/report/month_show.h"
#include "client/cli/core/reason.h"
#include "client/cli/core/show.h"
#include "client/words/label.h"

// Makes `ret` good for the texts of one page: they live in `arena`. Chooses the language and the
// time zone (NULL: as it is) of the process until the next call.
void terms_begin(struct cli *ret, struct arena *arena, FILE *out, bool japanese,
                 const char *time_zone);

// The reply's list as CSV on cli->out. False: it holds no list, or more than one.
bool terms_csv(struct cli *cli, const ProtobufCMessage *reply);

#endif
