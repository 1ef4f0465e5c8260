// Lets a person write a text in their editor, in a draft that outlives a failure.
#ifndef OKR_CLIENT_CLI_TERM_EDITOR_H
#define OKR_CLIENT_CLI_TERM_EDITOR_H

#include "client/cli/core/cli.h"

// Writes `text` to a new draft ($XDG_STATE_HOME/okr/drafts/NAME-XXXXXX.md) and opens $VISUAL,
// $EDITOR or vi on it. Returns what was saved, memory of the run, and where in *ret_path. NULL: an
// error that has been said; *ret_path is set when there is a draft all the same.
char *editor_run(struct cli *cli, const char *name, const char *text, const char **ret_path);
// A file's text, memory of the run; "-" is standard input. NULL: errno says why.
char *editor_read(struct cli *cli, const char *path);

// Puts another text into a draft.
void editor_write(const char *path, const char *text);
// The newest draft of that name that was left, NULL: none.
const char *editor_draft_of(struct cli *cli, const char *name);
// The folder of the drafts, with no slash at its end.
const char *editor_drafts(struct cli *cli);

#endif
