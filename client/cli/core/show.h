// Pieces of what is printed: ids, weeks, hours, percent, tables, and a message as it is.
#ifndef OKR_CLIENT_CLI_CORE_SHOW_H
#define OKR_CLIENT_CLI_CORE_SHOW_H

#include "client/cli/core/cli.h"
#include "client/words/label.h"
#include "common/table.h"

// All texts live as long as the run.
const char *show_id(struct cli *cli, const char *prefix, int64_t id); // "P-12"
const char *show_ids(struct cli *cli, const char *prefix, const int64_t *ids, size_t count);
const char *show_words(struct cli *cli, char *const *words, size_t count); // with commas
const char *show_text(const char *text);                                   // NULL: ""
const char *show_week(struct cli *cli, const char *week); // "2021-W07 (2/8–2/14)"
// "2/8" of a date or a date-time; "2032/2/8" where the year is not this one.
const char *show_day(struct cli *cli, const char *when);
const char *show_instant(struct cli *cli, const char *when);              // "2/8 17:00"
const char *show_days(struct cli *cli, const char *from, const char *to); // "2/8–2/14"
// Of which time the reply is that is being shown.
const char *show_as_of(struct cli *cli);
const char *show_time(struct cli *cli, const char *timestamp); // in the terminal's time zone
const char *show_hours(struct cli *cli, double minutes);       // "7.5 h"
const char *show_percent(struct cli *cli, double percent);     // "42 %"
const char *show_number(struct cli *cli, double value);        // as short as it reads back

// Prints the table to cli->out in the run's style and frees it.
void show_table(struct cli *cli, struct table *table);
// One line, without the blanks at its end.
void show_line(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
void show_heading(struct cli *cli, const char *text); // bold where there is colour

enum show_colour { SHOW_PLAIN, SHOW_BOLD, SHOW_FAINT, SHOW_GOOD, SHOW_BAD };
// The text between escape sequences, or as it is without colour. Not for table cells, and never the
// only sign of what it says.
const char *show_in(struct cli *cli, enum show_colour colour, const char *text);

// The text in exactly `columns` of the terminal: shortened with "…", or filled with blanks.
const char *show_left(struct cli *cli, const char *text, int columns);
const char *show_right(struct cli *cli, const char *text, int columns);
const char *show_short(struct cli *cli, const char *text, int columns); // not filled

// "field: value" lines of everything that is set, for the two sides of a conflict.
void show_fields(struct cli *cli, FILE *to, const ProtobufCMessage *message);

// How many bytes of the text go on one line of so many columns: to a blank, if one is near its end.
size_t show_break(struct cli *cli, const char *text, int columns);
// Text that is wrapped at the terminal's width, each line behind `indent` spaces.
void show_wrapped(struct cli *cli, int indent, const char *text);
// The same on the error stream: what is said beside the reply.
void show_aside(struct cli *cli, int indent, const char *text);
// The same beside another text, which has `columns`; where that is too long, below it.
void show_beside(struct cli *cli, int indent, int columns, const char *left, const char *text);

#endif
