// What is kept between two runs, in $XDG_STATE_HOME/okr (default ~/.local/state/okr): readable by
// its owner only. Must not know what the files hold.
#ifndef OKR_CLIENT_CLI_CORE_STATE_H
#define OKR_CLIENT_CLI_CORE_STATE_H

#include "client/cli/core/cli.h"

const char *state_folder(struct cli *cli);
// Makes the folder and what is above it; only what is new gets mode 0700. False: errno says why.
bool state_make_folder(struct cli *cli);
// Runs at the same time take turns: a descriptor to close when done, after making the folder. -1:
// errno says why.
int state_lock(struct cli *cli);
// The whole file; an empty text where there is none.
char *state_read(struct cli *cli, const char *path);
// Written to a file beside it, synced if it has to outlive a crash, and renamed. False: errno says
// why.
bool state_replace(struct cli *cli, const char *path, const char *text, bool synced);

#endif
