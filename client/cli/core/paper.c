// XHTML 5 without a namespace, so that browsers and XML parsers both take it; CommonMark with the
// tables of GitHub (https://github.github.com/gfm/#tables-extension-).
#include "client/cli/core/paper.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

// Fonts by generic family: the reader's system has a Japanese one, chosen by the page's language.
// No size of paper is set, so that the print dialog's portrait and landscape both hold.
static const char style[] =
    "@page{size:A4;margin:13mm}"
    "*{box-sizing:border-box}"
    "body{font-family:sans-serif;font-size:14px;line-height:1.5;color:#1c2430;background:#fff;"
    "max-width:1080px;margin:0 auto;padding:24px;overflow-wrap:anywhere}"
    "h1{font-size:1.55em;line-height:1.25;margin:0 0 .5em;padding-bottom:.35em;"
    "border-bottom:2px solid #24507a}"
    "h2{font-size:1.15em;margin:1.6em 0 .45em;line-height:1.35}"
    "h3{font-size:1em;margin:1em 0 .2em}"
    "p{margin:.2em 0}"
    "ul{margin:.2em 0 .6em;padding-left:1.4em}"
    "li{margin:.15em 0}"
    "table{width:100%;border-collapse:collapse;table-layout:fixed;margin:.3em 0 1em}"
    "th{font-weight:600;text-align:left;font-size:.85em;color:#4d5866;"
    "border-bottom:1px solid #8b96a3}"
    "th,td{padding:.32em .5em;vertical-align:top}"
    "td{border-bottom:1px solid #dde2e8}"
    ".head td{background:#eef3f8;font-weight:600}"
    ".head~.in td:first-child{padding-left:1.6em}"
    ".sub{font-size:.88em;color:#3d4754;font-weight:400;padding-left:1em}"
    ".strong{font-weight:600}.faint{color:#66707d}.good{color:#17693a}"
    ".bad{color:#a3201b;font-weight:600}"
    ".bar{display:block;height:4px;margin-top:3px;background:#dde2e8;border-radius:2px}"
    ".bar i{display:block;height:4px;background:#24507a;border-radius:2px}"
    "@media print{body{font-size:9pt;line-height:1.4;max-width:none;padding:0}th,td{padding:.24em "
    ".5em}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    "thead{display:table-header-group}tr,li{break-inside:avoid}"
    "h2,h3,.head{break-after:avoid}}";

// ---- texts ------------------------------------------------------------------------------------

static const char *html_of(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static const char *html_escape(struct cli *cli, const char *text)
{
    char *escaped = cli_keep(cli, 6 * strlen(text) + 1);
    char *to = escaped;
    for (; *text; text++) {
        const char *entity = html_of(*text);
        if (entity)
            to = stpcpy(to, entity);
        else
            *to++ = *text;
    }
    return escaped;
}

// At the beginning of a line: an item of a list ("- ", "1. "), a quote, a line under a heading.
static bool opens_block(const char *text, size_t i, size_t digits)
{
    bool apart = text[i + 1] == ' ' || text[i + 1] == '\0' || text[i + 1] == text[i];
    if (i == 0)
        return text[i] == '>' || text[i] == '=' || (apart && strchr("+-", text[i]));
    return i == digits && apart && strchr(".)", text[i]);
}

// Those, and marks that open something anywhere.
static const char *markdown_escape(struct cli *cli, const char *text)
{
    char *escaped = cli_keep(cli, 2 * strlen(text) + 1);
    char *to = escaped;
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; text[i]; i++) {
        if (opens_block(text, i, digits) || strchr("\\`*_[]<|#~$&", text[i]))
            *to++ = '\\';
        *to++ = text[i] == '\n' ? ' ' : text[i];
    }
    return escaped;
}

const char *paper_escape(const struct paper *paper, const char *text)
{
    return paper->html ? html_escape(paper->cli, text) : markdown_escape(paper->cli, text);
}

static const char *class_of(enum paper_look look)
{
    static const char *const classes[] = {"", "strong", "faint", "good", "bad"};
    return classes[look];
}

// Markdown has one way to stand out.
static const char *marked(const struct paper *paper, enum paper_look look, const char *text)
{
    text = paper_escape(paper, text);
    bool strong = text[0] && (look == PAPER_STRONG || look == PAPER_BAD);
    return strong ? cli_text(paper->cli, "**%s**", text) : text;
}

static void html_element(const struct paper *paper, const char *name, enum paper_look look,
                         const char *text)
{
    FILE *out = paper->cli->out;
    if (look == PAPER_PLAIN)
        fprintf(out, "<%s>", name);
    else
        fprintf(out, "<%s class=\"%s\">", name, class_of(look));
    fprintf(out, "%s</%s>\n", html_escape(paper->cli, text), name);
}

// ---- the page ---------------------------------------------------------------------------------

void paper_begin(const struct paper *paper, const char *title)
{
    FILE *out = paper->cli->out;
    const char *escaped = paper_escape(paper, title);
    if (!paper->html) {
        fprintf(out, "# %s\n", escaped);
        return;
    }
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n"
            "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>%s</title>\n"
            "<style>%s</style>\n</head>\n<body>\n<h1>%s</h1>\n",
            intl_japanese() ? "ja" : "en", escaped, style, escaped);
    if (paper->cli->shown_as_of[0])
        paper_line(paper, PAPER_FAINT, show_as_of(paper->cli));
}

void paper_end(const struct paper *paper)
{
    if (paper->html)
        fputs("</body>\n</html>\n", paper->cli->out);
}

void paper_heading(const struct paper *paper, int level, const char *text)
{
    if (paper->html)
        html_element(paper, level == 2 ? "h2" : "h3", PAPER_PLAIN, text);
    else
        fprintf(paper->cli->out, "\n%s %s\n", level == 2 ? "##" : "###", paper_escape(paper, text));
}

void paper_line(const struct paper *paper, enum paper_look look, const char *text)
{
    if (!text[0])
        return;
    if (paper->html)
        html_element(paper, "p", look, text);
    else
        fprintf(paper->cli->out, "\n%s\n", marked(paper, look, text));
}

void paper_list_begin(const struct paper *paper)
{
    fputs(paper->html ? "<ul>\n" : "\n", paper->cli->out);
}

void paper_item(const struct paper *paper, enum paper_look look, const char *text)
{
    if (paper->html)
        html_element(paper, "li", look, text);
    else
        fprintf(paper->cli->out, "- %s\n", marked(paper, look, text));
}

void paper_list_end(const struct paper *paper)
{
    if (paper->html)
        fputs("</ul>\n", paper->cli->out);
}

// ---- tables -----------------------------------------------------------------------------------

static void markdown_titles(FILE *out, const struct paper *paper, size_t columns,
                            const char *const *titles)
{
    fputs("\n|", out);
    for (size_t i = 0; i < columns; i++)
        fprintf(out, " %s |", paper_escape(paper, titles[i]));
    fputs("\n|", out);
    for (size_t i = 0; i < columns; i++)
        fputs(" --- |", out);
    fputc('\n', out);
}

void paper_table_begin(const struct paper *paper, size_t columns, const char *const *titles,
                       const int *widths)
{
    FILE *out = paper->cli->out;
    if (!paper->html) {
        markdown_titles(out, paper, columns, titles);
        return;
    }
    fputs("<table>\n<colgroup>", out);
    for (size_t i = 0; i < columns; i++)
        fprintf(out, "<col style=\"width:%d%%\"/>", widths[i]);
    fputs("</colgroup>\n<thead><tr>", out);
    for (size_t i = 0; i < columns; i++)
        fprintf(out, "<th scope=\"col\">%s</th>", html_escape(paper->cli, titles[i]));
    fputs("</tr></thead>\n<tbody>\n", out);
}

// The first line as it is; those below it smaller.
static void html_lines(const struct paper *paper, const char *text)
{
    FILE *out = paper->cli->out;
    for (bool first = true; *text; first = false) {
        size_t length = strcspn(text, "\n");
        const char *line = html_escape(paper->cli, cli_copy(paper->cli, text, length));
        fprintf(out, first ? "%s" : "<div class=\"sub\">%s</div>", line);
        text += length + (text[length] == '\n');
    }
}

static void html_cell(const struct paper *paper, const struct paper_cell *cell)
{
    FILE *out = paper->cli->out;
    if (cell->look == PAPER_PLAIN)
        fputs("<td>", out);
    else
        fprintf(out, "<td class=\"%s\">", class_of(cell->look));
    html_lines(paper, cell->text ? cell->text : "");
    if (cell->has_percent) {
        double part = cell->percent < 0 ? 0 : cell->percent > 100 ? 100 : cell->percent;
        fprintf(out, "<span class=\"bar\"><i style=\"width:%.0f%%\"></i></span>", part);
    }
    fputs("</td>", out);
}

static void markdown_cell(const struct paper *paper, const struct paper_cell *cell, bool head)
{
    FILE *out = paper->cli->out;
    const char *text = cell->text ? cell->text : "";
    for (bool first = true; *text; first = false) {
        size_t length = strcspn(text, "\n");
        enum paper_look look = head ? PAPER_STRONG : cell->look;
        const char *line = cli_copy(paper->cli, text, length);
        fprintf(out, "%s%s", first ? " " : "<br>", marked(paper, first ? look : PAPER_PLAIN, line));
        text += length + (text[length] == '\n');
    }
    fputs(" |", out);
}

void paper_row(const struct paper *paper, size_t columns, const struct paper_cell *cells, bool head)
{
    FILE *out = paper->cli->out;
    fputs(!paper->html ? "|" : head ? "<tr class=\"head\">" : "<tr class=\"in\">", out);
    for (size_t i = 0; i < columns; i++) {
        if (paper->html)
            html_cell(paper, &cells[i]);
        else
            markdown_cell(paper, &cells[i], head);
    }
    fputs(paper->html ? "</tr>\n" : "\n", out);
}

void paper_table_end(const struct paper *paper)
{
    if (paper->html)
        fputs("</tbody>\n</table>\n", paper->cli->out);
}
