#include "client/web/site/layout.h"

#include <stdlib.h>
#include <string.h>
#include "client/web/site/asset.h"
#include "client/web/site/session.h"

FILE *layout_open(struct visit *v)
{
    return open_memstream(&v->body, &v->body_size);
}

// ---- what went wrong --------------------------------------------------------------------------

static const char *headline(struct visit *v, const Okr__Status *status)
{
    const char *text = reason_text(&v->cli, status->reason, status->args, status->n_args);
    if (v->outcome_unknown)
        return _("No answer came: the change may or may not have been made. Look before you try "
                 "again.");
    if (status->n_violations)
        return _("This was not accepted. What was typed is kept:");
    if (text)
        return text;
    if (status->code == OKR__CODE__CODE_UNAVAILABLE)
        return _("The server does not answer. Try again in a moment.");
    return _("The server refused this.");
}

// Fields as people know them; "results[1].reason" by its beginning.
static const char *name_of_field(const char *field)
{
    static const struct {
        const char *field, *name;
    } names[] = {
        {"results", N_("results of the goals")},
        {"next_goals", N_("goals for next week")},
        {"look_back", N_("looking back")},
        {"reason", N_("why")},
        {"text", N_("text")},
        {"code", N_("code")},
        {"handle", N_("user name")},
        {"follow_up", N_("to follow up")},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i].field);
        if (strncmp(field, names[i].field, length) == 0 && field[length] != '_')
            return _(names[i].name);
    }
    return field;
}

static void put_violations(struct visit *v, const Okr__Status *status)
{
    put(v, "<ul>");
    for (size_t i = 0; i < status->n_violations; i++) {
        const Okr__FieldViolation *one = status->violations[i];
        char *arg = one->arg;
        const char *text = reason_text(&v->cli, one->reason, &arg, arg && arg[0] ? 1 : 0);
        put(v, "<li>%s: %s</li>", name_of_field(show_text(one->field)),
            text ? text : _("does not fit"));
    }
    put(v, "</ul>");
}

static const ProtobufCMessageDescriptor *type_named(const char *name)
{
    for (size_t i = 0; i < RPC_COUNT; i++) {
        if (strcmp(rpc_methods[i].reply->name, name) == 0)
            return rpc_methods[i].reply;
    }
    return NULL;
}

// Somebody was faster: their text, beside the one that was typed, which the form still holds.
static void put_conflict(struct visit *v, const Okr__Conflict *conflict)
{
    const ProtobufCMessageDescriptor *type = type_named(show_text(conflict->type));
    ProtobufCMessage *current =
        type ? protobuf_c_message_unpack(type, arena_allocator(v->x->arena), conflict->current.len,
                                         conflict->current.data)
             : NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *to = current ? open_memstream(&text, &size) : NULL;
    if (!to)
        return;
    show_fields(&v->cli, to, current);
    fclose(to);
    put(v, "<p>%s</p><pre>%s</pre>", _("As it is now, by somebody else:"), text);
    free(text);
}

// Who could, for a right that is missing: the roles that the refusal names.
void layout_problem(struct visit *v, const Okr__Status *status)
{
    put(v, "<section class=\"problems\" role=\"alert\" id=\"problem\"><p>%s</p>",
        headline(v, status));
    if (status->n_violations)
        put_violations(v, status);
    if (status->conflict)
        put_conflict(v, status->conflict);
    put(v, "</section>");
}

// ---- the frame --------------------------------------------------------------------------------

static void put_head(struct visit *v, FILE *out)
{
    struct arena *arena = v->x->arena;
    html_put(out,
             "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
             "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>%s</title>\n"
             "<link rel=\"stylesheet\" href=\"%s\"/>\n<link rel=\"icon\" href=\"%s\"/>\n"
             "<script type=\"module\" src=\"%s\"></script>\n</head>\n<body>\n",
             v->japanese ? "ja" : "en", cli_text(&v->cli, "%s – OKR", v->title ? v->title : "okr"),
             asset_url(arena, "style.css"), asset_url(arena, "icon.svg"),
             asset_url(arena, "app.js"));
}

static void put_navigation(struct visit *v, FILE *out)
{
    const struct page *const *pages = v->site->pages;
    html_put(out, "<nav aria-label=\"%s\"><ul>", _("Pages"));
    for (size_t i = 0; pages[i]; i++) {
        bool here = pages[i] == v->page;
        if (pages[i]->name && (!pages[i]->needs || visit_may(v, pages[i]->needs)))
            html_put(out,
                     here ? "<li><a href=\"%s\" aria-current=\"page\">%s</a></li>"
                          : "<li><a href=\"%s\">%s</a></li>",
                     visit_url(v, pages[i]->path), _(pages[i]->name));
    }
    html_put(out, "</ul></nav>");
}

static void put_language(struct visit *v, FILE *out)
{
    html_put(out, "<a class=\"language\" href=\"/language?to=%s&amp;back=%s\" lang=\"%s\">%s</a>",
             v->japanese ? "en" : "ja", v->x->path, v->japanese ? "en" : "ja",
             v->japanese ? "English" : "日本語");
}

static void put_person(struct visit *v, FILE *out)
{
    if (!v->who)
        return;
    html_put(out,
             "<form method=\"post\" action=\"/logout\"><span class=\"who\">%s</span>"
             "<input type=\"hidden\" name=\"mark\" value=\"%s\"/><button class=\"quiet\">%s"
             "</button></form>",
             v->who->name ? v->who->name : v->who->handle, session_mark(v->x->arena, v->token),
             _("Log out"));
}

static void put_top(struct visit *v, FILE *out)
{
    html_put(out,
             "<a class=\"skip\" href=\"#main\">%s</a>\n<header><a class=\"brand\" href=\"/\">"
             "OKR</a>",
             _("To the content"));
    if (v->who)
        put_navigation(v, out);
    html_put(out, "<div class=\"person\">");
    put_language(v, out);
    put_person(v, out);
    html_put(out, "</div></header>\n");
}

static void put_main(struct visit *v, FILE *out)
{
    html_put(out, "<main id=\"main\"");
    if (v->live && !v->as_of)
        html_put(out, " data-live=\"%s\" data-revision=\"%lld\"", v->live, (long long)v->revision);
    html_put(out, ">");
    if (v->cli.shown_as_of[0])
        html_put(out, "<p class=\"past\">%s · <a href=\"%s\">%s</a></p>", show_as_of(&v->cli),
                 v->x->path, _("Back to the present"));
    fwrite(v->body, 1, v->body_size, out);
    html_put(out, "</main>\n");
}

// Any page, any day.
static void put_foot(struct visit *v, FILE *out)
{
    html_put(out, "<footer>");
    if (v->who && v->page && v->live)
        html_put(out,
                 "<form method=\"get\" action=\"%s\"><label for=\"as_of\">%s</label> "
                 "<input type=\"date\" id=\"as_of\" name=\"as_of\" value=\"%s\"/> "
                 "<button class=\"quiet\">%s</button></form>",
                 v->x->path, _("As it was on"), show_text(v->as_of), _("Show"));
    if (v->server && v->server->simulated_clock)
        html_put(out, "<p>%s</p>",
                 cli_text(&v->cli, _("The clock is simulated: today is %s."),
                          show_text(v->server->today)));
    html_put(out, "<p><a href=\"/help\">%s</a> · okr %s</p></footer>\n</body>\n</html>\n",
             _("What is this?"), OKR_VERSION);
}

void layout_answer(struct visit *v, unsigned status)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fclose(v->out);
    if (!out) {
        free(v->body);
        exchange_answer(v->x, 503, NULL, "", 0);
        return;
    }
    put_head(v, out);
    put_top(v, out);
    put_main(v, out);
    put_foot(v, out);
    fclose(out);
    free(v->body);
    exchange_answer(v->x, status, "text/html; charset=utf-8", text, size);
    free(text);
}
