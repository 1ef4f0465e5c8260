// Tables for a terminal: aligned columns, two spaces between them, no trailing spaces.
//
// Cells are text from anywhere and are sanitised. Nothing here knows what a cell means, nor asks
// the terminal for its width or its colours.
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include <stdbool.h>
#include <stdio.h>

struct table;

enum table_align { TABLE_LEFT, TABLE_RIGHT };

struct table_style {
    bool ambiguous_wide; // as for text_width()
    bool colour;         // the header stands out by terminal attributes
    int width;           // of the terminal in columns; 0: no limit
};

// NULL when out of memory. All functions below take NULL and then do nothing: whether it went well
// is said once, by table_print(). Freed with table_free(), which returns NULL.
struct table *table_new(void);
struct table *table_free(struct table *t);

// Adds a column. All columns come before the first cell. Cells wider than `max_width` columns are
// shortened with "…"; with 0 there is no limit. When the table is wider than the terminal, its
// left-aligned columns give way, those without a limit before the others, the last one first, down
// to eight columns (or the title's width, if more): their cells are wrapped, and nothing of them is
// lost. A table that does not fit even so, or is more than twice too wide, is printed as records: a
// row below the other, each value behind its title.
void table_column(struct table *t, const char *title, enum table_align align, int max_width);

// Adds the row's next cell; NULL is an empty one. Text is copied.
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// Ends the row. Cells that are missing are empty, those beyond the columns are dropped.
void table_row_end(struct table *t);

// Writes header and rows; no header when no column has a title. False when memory ran out while the
// table was filled (nothing is written then) or writing failed.
bool table_print(const struct table *t, FILE *file, struct table_style style);

#endif
