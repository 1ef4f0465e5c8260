// How wide text is on a terminal, and what of it is safe to show there.
//
// Columns are those of a terminal with a fixed font. Nothing here reads the locale or the terminal.
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

// Display columns of UTF-8 text, by grapheme cluster (UAX #29) and East Asian Width (UAX #11): an
// emoji of several code points is 2 columns, a combining mark 0. `ambiguous_wide`: characters of
// ambiguous width (○×△, Greek, Cyrillic, box drawing) take 2 columns, as Japanese terminals can be
// set; else 1. Control characters and bytes that are no UTF-8 count 1, as text_sanitize() leaves
// them.
int text_width(const char *text, bool ambiguous_wide);

// Bytes of the longest prefix of whole clusters that fits into `columns`.
size_t text_cut(const char *text, int columns, bool ambiguous_wide);

// How many bytes of the text fit into `most`, cut at a character.
size_t text_fit(const char *text, size_t most);

// Makes text from elsewhere harmless for a terminal, in place (it never grows): newline and tab
// become a space; other control characters (ESC and the C1 set too), line separators, overrides and
// isolates of the writing direction, and bytes that are no UTF-8 become '?'.
void text_sanitize(char *text);

#endif
