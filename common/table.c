// All cells are kept until the end, in one array in reading order, since a width is known only
// then.
#include "common/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum { SEPARATION = 2, NARROWEST = 8, MAX_COLUMNS = 64, RECORD_INDENT = 4 };

static const char ELLIPSIS[] = "\xe2\x80\xa6";
static const char HEADER_ON[] = "\033[2;4m"; // dim, underlined
static const char HEADER_OFF[] = "\033[0m";

struct column {
    char *title;
    enum table_align align;
    int max_width;
};

struct table {
    struct column columns[MAX_COLUMNS];
    size_t n_columns;
    char **cells; // whole rows, then the row being filled; NULL is empty
    size_t n_cells;
    size_t size;
    size_t in_row; // cells of the row being filled
    bool failed;
};

// How wide the columns are; what is too wide for one that wraps goes on below.
struct layout {
    int widths[MAX_COLUMNS];
    bool wraps[MAX_COLUMNS];
};

// The line being written. Spaces are held back until something follows them.
struct line {
    FILE *file;
    int spaces;
};

struct table *table_new(void)
{
    return calloc(1, sizeof(struct table));
}

struct table *table_free(struct table *t)
{
    if (!t)
        return NULL;
    for (size_t i = 0; i < t->n_columns; i++)
        free(t->columns[i].title);
    for (size_t i = 0; i < t->n_cells; i++)
        free(t->cells[i]);
    free(t->cells);
    free(t);
    return NULL;
}

// Ready to be shown: sanitised, and without spaces at the end.
static void clean(char *text)
{
    text_sanitize(text);
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
}

void table_column(struct table *t, const char *title, enum table_align align, int max_width)
{
    if (!t)
        return;
    char *copy = strdup(title ? title : "");
    if (!copy || t->n_columns == MAX_COLUMNS || t->n_cells > 0) {
        free(copy);
        t->failed = true;
        return;
    }
    clean(copy);
    t->columns[t->n_columns++] = (struct column){copy, align, max_width};
}

// Takes `text` over.
static void add(struct table *t, char *text)
{
    if (t->n_cells == t->size) {
        size_t size = t->size ? t->size * 2 : 64;
        char **cells = realloc(t->cells, size * sizeof *cells);
        if (!cells) {
            free(text);
            t->failed = true;
            return;
        }
        t->cells = cells;
        t->size = size;
    }
    t->cells[t->n_cells++] = text;
    t->in_row++;
}

void table_cell(struct table *t, const char *text)
{
    if (!t || t->failed || t->in_row == t->n_columns)
        return;
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy) {
        t->failed = true;
        return;
    }
    if (copy)
        clean(copy);
    add(t, copy);
}

void table_cellf(struct table *t, const char *fmt, ...)
{
    char *text;
    va_list args;
    if (!t || t->failed)
        return;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0) {
        t->failed = true;
        return;
    }
    table_cell(t, text);
    free(text);
}

void table_row_end(struct table *t)
{
    if (!t)
        return;
    while (!t->failed && t->in_row < t->n_columns)
        add(t, NULL);
    t->in_row = 0;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

// Cells of the rows that were ended.
static size_t whole_cells(const struct table *t)
{
    return t->n_cells - t->in_row;
}

static void measure(const struct table *t, struct table_style style, int *widths)
{
    for (size_t i = 0; i < t->n_columns; i++)
        widths[i] = text_width(t->columns[i].title, style.ambiguous_wide);
    for (size_t i = 0; i < whole_cells(t); i++)
        if (t->cells[i]) {
            int *width = &widths[i % t->n_columns];
            *width = larger(*width, text_width(t->cells[i], style.ambiguous_wide));
        }
    for (size_t i = 0; i < t->n_columns; i++) {
        int most = t->columns[i].max_width;
        if (most > 0 && widths[i] > most)
            widths[i] = most;
    }
}

// Takes what is too much from the left-aligned columns that have (or lack) a limit of their own,
// the last one first; theirs is then wrapped.
static int take_from(const struct table *t, struct table_style style, bool limited, int total,
                     struct layout *layout)
{
    for (size_t i = t->n_columns; i-- > 0 && total > style.width;) {
        const struct column *c = &t->columns[i];
        int least = larger(NARROWEST, text_width(c->title, style.ambiguous_wide));
        if (c->align != TABLE_LEFT || limited != (c->max_width > 0) || layout->widths[i] <= least)
            continue;
        int width = larger(least, layout->widths[i] - (total - style.width));
        total -= layout->widths[i] - width;
        layout->widths[i] = width;
        layout->wraps[i] = true;
    }
    return total;
}

static int total_of(const struct table *t, const struct layout *layout)
{
    int total = (int)(t->n_columns - 1) * SEPARATION;
    for (size_t i = 0; i < t->n_columns; i++)
        total += layout->widths[i];
    return total;
}

// False: even so it does not fit, or would be all fragments.
static bool fit(const struct table *t, struct table_style style, struct layout *layout)
{
    int natural = total_of(t, layout);
    int total = take_from(t, style, false, natural, layout);
    total = take_from(t, style, true, total, layout);
    return total <= style.width && natural <= 2 * style.width;
}

static void put(struct line *line, const char *text, size_t len)
{
    if (len == 0)
        return;
    fprintf(line->file, "%*s", line->spaces, "");
    fwrite(text, 1, len, line->file);
    line->spaces = 0;
}

static void put_cell(struct line *line, const char *text, int width, enum table_align align,
                     bool ambiguous_wide)
{
    size_t len = strlen(text);
    int used = text_width(text, ambiguous_wide), dots = 0;
    if (used > width) {
        dots = text_width(ELLIPSIS, ambiguous_wide);
        if (dots > width)
            dots = 0;
        len = text_cut(text, width - dots, ambiguous_wide);
        char *part = strndup(text, len);
        used = (part ? text_width(part, ambiguous_wide) : width - dots) + dots;
        free(part);
    }
    if (align == TABLE_RIGHT)
        line->spaces += width - used;
    put(line, text, len);
    if (dots > 0)
        put(line, ELLIPSIS, sizeof ELLIPSIS - 1);
    if (align == TABLE_LEFT)
        line->spaces += width - used;
}

static void put_header(const struct table *t, FILE *file, struct table_style style,
                       const int *widths)
{
    struct line line = {.file = file};
    bool any = false;
    for (size_t i = 0; i < t->n_columns; i++)
        any |= t->columns[i].title[0] != '\0';
    if (!any)
        return;
    if (style.colour)
        fputs(HEADER_ON, file);
    for (size_t i = 0; i < t->n_columns; i++) {
        const struct column *c = &t->columns[i];
        put_cell(&line, c->title, widths[i], c->align, style.ambiguous_wide);
        line.spaces += SEPARATION;
    }
    if (style.colour)
        fputs(HEADER_OFF, file);
    fputc('\n', file);
}

// How much of the text goes on one line: to a blank in the line's second half, else as much as
// fits.
static size_t piece(const char *text, int width, bool ambiguous_wide)
{
    size_t most = text_cut(text, width, ambiguous_wide);
    for (size_t at = most; text[most] && at > most / 2; at--)
        if (text[at] == ' ')
            return at;
    return most ? most : strlen(text);
}

// One line of a row. `rests` are what is left of its cells. False: nothing is left.
static bool put_rests(const struct table *t, FILE *file, struct table_style style,
                      const struct layout *layout, const char **rests)
{
    struct line line = {.file = file};
    bool more = false;
    for (size_t i = 0; i < t->n_columns; i++) {
        int width = layout->widths[i];
        if (layout->wraps[i]) {
            size_t length = piece(rests[i], width, style.ambiguous_wide);
            char *part = strndup(rests[i], length);
            put_cell(&line, part ? part : "", width, TABLE_LEFT, style.ambiguous_wide);
            free(part);
            rests[i] += length + strspn(rests[i] + length, " ");
        } else {
            put_cell(&line, rests[i], width, t->columns[i].align, style.ambiguous_wide);
            rests[i] = "";
        }
        more |= rests[i][0] != '\0';
        line.spaces += SEPARATION;
    }
    fputc('\n', file);
    return more;
}

static void put_row(const struct table *t, FILE *file, struct table_style style,
                    const struct layout *layout, char *const *cells)
{
    const char *rests[MAX_COLUMNS];
    for (size_t i = 0; i < t->n_columns; i++)
        rests[i] = cells[i] ? cells[i] : "";
    while (put_rests(t, file, style, layout, rests))
        ;
}

// ---- records: a table that is too wide, one row below the other ---------------------------------

// The cells that say what the row is: the first, and the next if the first is as short as an id.
static size_t heads_of(const struct table *t, const struct layout *layout)
{
    return t->n_columns > 1 && layout->widths[0] < NARROWEST ? 2 : 1;
}

// "Title cell", on this line or the next.
static void put_pair(FILE *file, struct table_style style, const char *title, const char *cell,
                     int *column)
{
    int width =
        text_width(title, style.ambiguous_wide) + 1 + text_width(cell, style.ambiguous_wide);
    if (*column > RECORD_INDENT && *column + SEPARATION + width > style.width) {
        fprintf(file, "\n%*s", RECORD_INDENT, "");
        *column = RECORD_INDENT;
    } else if (*column > RECORD_INDENT) {
        fprintf(file, "%*s", SEPARATION, "");
        *column += SEPARATION;
    }
    fprintf(file, "%s%s%s", title, title[0] ? " " : "", cell);
    *column += width;
}

static void put_record(const struct table *t, FILE *file, struct table_style style, size_t heads,
                       char *const *cells)
{
    int column = RECORD_INDENT;
    for (size_t i = 0; i < heads; i++)
        fprintf(file, "%s%s", i ? "  " : "", cells[i] ? cells[i] : "");
    fprintf(file, "\n%*s", RECORD_INDENT, "");
    for (size_t i = heads; i < t->n_columns; i++)
        if (cells[i] && cells[i][0])
            put_pair(file, style, t->columns[i].title, cells[i], &column);
    fputc('\n', file);
}

static void put_records(const struct table *t, FILE *file, struct table_style style,
                        const struct layout *layout)
{
    size_t heads = heads_of(t, layout);
    for (size_t i = 0; i < whole_cells(t); i += t->n_columns)
        put_record(t, file, style, heads, t->cells + i);
}

bool table_print(const struct table *t, FILE *file, struct table_style style)
{
    struct layout layout = {0};
    if (!t || t->failed)
        return false;
    if (t->n_columns == 0)
        return true;
    measure(t, style, layout.widths);
    struct layout natural = layout;
    if (style.width > 0 && !fit(t, style, &layout)) {
        put_records(t, file, style, &natural);
        return !ferror(file);
    }
    put_header(t, file, style, layout.widths);
    for (size_t i = 0; i < whole_cells(t); i += t->n_columns)
        put_row(t, file, style, &layout, t->cells + i);
    return !ferror(file);
}
