#include "client/web/site/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "client/web/site/session.h"
#include "client/web/site/visit.h"

#define REPLACEMENT "\xEF\xBF\xBD" // U+FFFD

// ---- escaping ---------------------------------------------------------------------------------

static const char *entity_of(char c)
{
    switch (c) {
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

// How many bytes at the text's beginning are a control character: C0 but for newline and tab, DEL,
// C1, line separators, and what changes the writing direction (UAX #9).
static size_t control_at(const unsigned char *text)
{
    if ((text[0] < 0x20 && text[0] != '\n' && text[0] != '\t') || text[0] == 0x7f)
        return 1;
    if (text[0] == 0xC2 && text[1] >= 0x80 && text[1] <= 0x9F)
        return 2;
    if (text[0] != 0xE2)
        return 0;
    bool separator = text[1] == 0x80 && text[2] >= 0xA8 && text[2] <= 0xAE;
    bool isolate = text[1] == 0x81 && text[2] >= 0xA6 && text[2] <= 0xA9;
    return separator || isolate ? 3 : 0;
}

static void put_escaped(FILE *out, const char *text)
{
    while (*text) {
        const char *entity = entity_of(*text);
        size_t control = control_at((const unsigned char *)text);
        if (entity)
            fputs(entity, out);
        else if (control)
            fputs(REPLACEMENT, out);
        else
            fputc(*text, out);
        text += control ? control : 1;
    }
}

static void put_list(FILE *out, const char *format, va_list list)
{
    for (; *format; format++) {
        if (*format != '%') {
            fputc(*format, out);
            continue;
        }
        format++;
        if (*format == 's') {
            const char *text = va_arg(list, const char *);
            put_escaped(out, text ? text : "");
        } else if (*format == 'd') {
            fprintf(out, "%d", va_arg(list, int));
        } else if (strncmp(format, "lld", 3) == 0) {
            fprintf(out, "%lld", va_arg(list, long long));
            format += 2;
        } else {
            fputc(*format, out); // %%
        }
    }
}

void html_put(FILE *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put_list(out, format, list);
    va_end(list);
}

void put(struct visit *v, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put_list(v->out, format, list);
    va_end(list);
}

// ---- pieces -----------------------------------------------------------------------------------

void put_bar(struct visit *v, double percent)
{
    int part = (int)(percent < 0 ? 0 : percent > 100 ? 100 : percent);
    put(v,
        "<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\"><rect class=\"all\" width=\"100\" height=\"4\"/>"
        "<rect class=\"part\" width=\"%d\" height=\"4\"/></svg>",
        part);
}

void put_id(struct visit *v, const char *prefix, long long id)
{
    const char *path = strcmp(prefix, "KR") == 0 ? "kr" : "project";
    const char *text = cli_text(&v->cli, "/%s/%s-%lld", path, prefix, id);
    put(v, "<a class=\"id\" href=\"%s\">%s-%lld</a>", visit_url(v, text), prefix, id);
}

// "KR-12" at the beginning of the text: its length; 0: it begins with no id.
static size_t id_at(const char *text)
{
    size_t letters = strncmp(text, "KR-", 3) == 0                           ? 3
                     : strchr("PORG", text[0]) && text[0] && text[1] == '-' ? 2
                                                                            : 0;
    size_t digits = letters ? strspn(text + letters, "0123456789") : 0;
    return digits && digits < 19 ? letters + digits : 0;
}

static bool is_inside_word(char before)
{
    return (before >= '0' && before <= '9') || (before >= 'A' && before <= 'Z') ||
           (before >= 'a' && before <= 'z') || before == '-' || before == '_';
}

static void put_link_of(struct visit *v, const char *id)
{
    const char *path = id[0] == 'K' ? "/kr/" : id[0] == 'P' ? "/project/" : "/more/why?THING=";
    put(v, "<a class=\"id\" href=\"%s\">%s</a>", visit_url(v, cli_text(&v->cli, "%s%s", path, id)),
        id);
}

void put_linked(struct visit *v, const char *text)
{
    for (size_t i = 0, from = 0;; i++) {
        size_t length = i > 0 && is_inside_word(text[i - 1]) ? 0 : id_at(text + i);
        if (text[i] && !length)
            continue;
        put(v, "%s", cli_copy(&v->cli, text + from, i - from));
        if (!text[i])
            return;
        put_link_of(v, cli_copy(&v->cli, text + i, length));
        from = i + length;
        i = from - 1;
    }
}

void put_form_begin(struct visit *v, const char *name, const char *action)
{
    put(v, "<form method=\"post\" id=\"%s\" action=\"%s\">", name, action);
    if (v->token)
        put(v, "<input type=\"hidden\" name=\"mark\" value=\"%s\"/>",
            session_mark(v->x->arena, v->token));
    put(v, "<input type=\"hidden\" name=\"form\" value=\"%s\"/>", name);
}

void put_form_end(struct visit *v)
{
    put(v, "</form>");
}

static const Okr__FieldViolation *violation_of(struct visit *v, const char *name)
{
    for (size_t i = 0; v->problem && i < v->problem->n_violations; i++) {
        const Okr__FieldViolation *violation = v->problem->violations[i];
        if (violation->field && strcmp(violation->field, name) == 0)
            return violation;
    }
    return NULL;
}

void put_problem_of(struct visit *v, const char *name)
{
    const Okr__FieldViolation *violation = violation_of(v, name);
    char *arg = violation ? violation->arg : NULL;
    if (violation)
        put(v, "<p class=\"problem\" id=\"problem-%s\">%s</p>", name,
            show_text(reason_text(&v->cli, violation->reason, &arg, arg && arg[0] ? 1 : 0)));
}

static const char *typed(struct visit *v, const char *name, const char *value)
{
    const char *text = v->problem ? exchange_field(v->x, name) : NULL;
    return text ? text : show_text(value);
}

static void put_label(struct visit *v, const char *name, const char *label)
{
    put(v, "<p class=\"field\"><label for=\"%s\">%s</label>", name, label);
}

void put_input(struct visit *v, const char *name, const char *label, const char *value,
               const char *more)
{
    put_label(v, name, label);
    put(v, "<input id=\"%s\" name=\"%s\" value=\"%s\"", name, name, typed(v, name, value));
    fputs(more, v->out); // attributes, a literal of ours
    put(v, "%s/></p>", "");
    put_problem_of(v, name);
}

void put_area(struct visit *v, const char *name, const char *label, const char *value, int rows)
{
    put_label(v, name, label);
    put(v, "<textarea id=\"%s\" name=\"%s\" rows=\"%d\">%s</textarea></p>", name, name, rows,
        typed(v, name, value));
    put_problem_of(v, name);
}
