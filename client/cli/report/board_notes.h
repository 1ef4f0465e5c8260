// What a board has that somebody ought to look at (R8, R14, R32).
#ifndef OKR_CLIENT_CLI_REPORT_BOARD_NOTES_H
#define OKR_CLIENT_CLI_REPORT_BOARD_NOTES_H

#include "client/cli/core/cli.h"
#include "okr/v1/board.pb-c.h"

// A project that is planned to end after the quarter does; or one that is not done although its
// planned finish lies before the board's week.
bool board_ends_after_quarter(const Okr__Board *board, const Okr__Project *project);
bool board_is_overdue(const Okr__Board *board, const Okr__Project *project);

// Tells each kind of thing, with the ids of what it is true of; nothing for a quarter that is
// closed.
typedef void (*board_note_teller)(const char *text, void *context);
void board_each_note(struct cli *cli, const Okr__Board *board, board_note_teller tell,
                     void *context);

// One line for each kind of thing, with the ids of what it is true of. Prints nothing when all is
// well, and nothing for a quarter that is closed.
void board_show_notes(struct cli *cli, const Okr__Board *board);

#endif
