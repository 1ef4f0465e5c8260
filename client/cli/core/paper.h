// A report that leaves the terminal: headings, lines, lists and tables, written as one
// self-contained XHTML page or as Markdown. It knows no message and escapes every text.
#ifndef OKR_CLIENT_CLI_CORE_PAPER_H
#define OKR_CLIENT_CLI_CORE_PAPER_H

#include "client/cli/core/cli.h"

struct paper {
    struct cli *cli;
    bool html;
};

// How a text stands out. Colour is never the only sign of it.
enum paper_look { PAPER_PLAIN, PAPER_STRONG, PAPER_FAINT, PAPER_GOOD, PAPER_BAD };

struct paper_cell {
    const char *text; // NULL: empty; "\n" begins a new line in the cell
    enum paper_look look;
    bool has_percent; // a bar of so much beside the text, cut to 0–100; on paper only
    double percent;
};

void paper_begin(const struct paper *paper, const char *title); // the first heading, too
void paper_end(const struct paper *paper);
void paper_heading(const struct paper *paper, int level, const char *text); // 2 or 3
void paper_line(const struct paper *paper, enum paper_look look, const char *text);

void paper_list_begin(const struct paper *paper);
void paper_item(const struct paper *paper, enum paper_look look, const char *text);
void paper_list_end(const struct paper *paper);

// The width of each column in percent of the page; `titles` are translated.
void paper_table_begin(const struct paper *paper, size_t columns, const char *const *titles,
                       const int *widths);
// `head`: the row is what the rows below it belong to.
void paper_row(const struct paper *paper, size_t columns, const struct paper_cell *cells,
               bool head);
void paper_table_end(const struct paper *paper);

// The text as it may stand in XHTML, or in a line or table cell of Markdown.
const char *paper_escape(const struct paper *paper, const char *text);

#endif
