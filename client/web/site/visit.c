// From a request to a page: language, login, what is asked, form, answer.
#include "client/web/site/visit.h"

#include <stdlib.h>
#include <string.h>
#include "client/web/site/layout.h"
#include "client/web/site/session.h"
#include "client/web/site/visit_private.h"

enum { WHO, SERVER }; // the calls that every page makes

// ---- answers ----------------------------------------------------------------------------------

void visit_redirect(struct visit *v, const char *to)
{
    v->redirected = true;
    fclose(v->out);
    free(v->body);
    exchange_add(v->x, "Location", to);
    exchange_answer(v->x, 303, NULL, "", 0);
}

static void go_and_log_in(struct visit *v)
{
    const char *back = strcmp(v->x->method, "GET") == 0 ? v->x->path : "/";
    visit_redirect(v, cli_text(&v->cli, "/login?next=%s", back));
}

static unsigned http_status_of(const Okr__Status *problem)
{
    switch (problem ? problem->code : OKR__CODE__CODE_OK) {
    case OKR__CODE__CODE_OK:
        return 200;
    case OKR__CODE__CODE_NOT_FOUND:
        return 404;
    case OKR__CODE__CODE_PERMISSION_DENIED:
        return 403;
    case OKR__CODE__CODE_ABORTED:
        return 409;
    case OKR__CODE__CODE_UNAVAILABLE:
    case OKR__CODE__CODE_DEADLINE_EXCEEDED:
        return 503;
    default:
        return 422;
    }
}

static void show(struct visit *v, const Okr__Status *refused)
{
    struct cli texts = v->cli;
    terms_begin(&v->cli, v->x->arena, v->out, v->japanese, v->time_zone);
    memcpy(v->cli.shown_as_of, texts.shown_as_of, sizeof texts.shown_as_of);
    v->cli.shown_revision = texts.shown_revision;
    if (v->problem)
        layout_problem(v, v->problem);
    if (refused)
        layout_problem(v, refused);
    else
        v->page->show(v);
    if (!v->redirected)
        layout_answer(v, http_status_of(refused ? refused : v->problem));
}

void visit_after_reading(struct visit *v)
{
    const Okr__Status *refused = NULL;
    v->who = visit_reply(v, WHO);
    v->server = visit_reply(v, SERVER);
    for (size_t i = 0; i < v->n_calls && !refused; i++) {
        if (!v->calls[i].reply && !v->calls[i].optional)
            refused = v->calls[i].status;
    }
    if (refused && refused->code == OKR__CODE__CODE_UNAUTHENTICATED) {
        session_set(v->site, v->x, NULL, NULL, 0);
        go_and_log_in(v);
        return;
    }
    if (!refused && v->page->more && !v->more_asked) {
        v->more_asked = true;
        if (v->page->more(v))
            return;
    }
    show(v, refused);
}

void visit_show_again(struct visit *v)
{
    Okr__GetSessionRequest who = OKR__GET_SESSION_REQUEST__INIT;
    Okr__GetServerInfoRequest server = OKR__GET_SERVER_INFO_REQUEST__INIT;
    v->n_calls = 0;
    v->more_asked = false;
    if (v->page->open)
        visit_ask_maybe(v, RPC_SERVER_WHO_AM_I, &who);
    else
        visit_ask(v, RPC_SERVER_WHO_AM_I, &who);
    visit_ask_maybe(v, RPC_SERVER_GET_SERVER_INFO, &server);
    if (v->page->ask)
        v->page->ask(v);
}

static void refuse(struct visit *v, unsigned status, const char *text)
{
    put(v, "<h1>%s</h1><p><a href=\"/login\">%s</a> · <a href=\"/\">%s</a></p>", text, _("Log in"),
        _("Home"));
    v->title = text;
    layout_answer(v, status);
}

static void signed_in(struct visit *v)
{
    enum { SECONDS = 90 * 86400 };
    session_set(v->site, v->x, v->cli.handle, session_address(v->site, v->x), SECONDS);
}

static void sign_in(struct visit *v, const char *address)
{
    uint8_t hash[32];
    Okr__LoginByAddressRequest request = OKR__LOGIN_BY_ADDRESS_REQUEST__INIT;
    v->cli.handle = session_new_token(v->x->arena, hash);
    request.email = cli_text(&v->cli, "%s", address);
    request.label = "browser, by the company's login";
    request.has_token_hash = 1;
    request.token_hash = (ProtobufCBinaryData){.len = sizeof hash, .data = hash};
    v->signing_in = true;
    v->changed = signed_in;
    visit_change(v, RPC_SERVER_LOGIN_BY_ADDRESS, &request, v->x->path);
}

void visit_after_change(struct visit *v)
{
    if (v->change.reply) {
        if (v->changed)
            v->changed(v);
        if (v->then)
            visit_redirect(v, v->then);
        else
            visit_show_again(v);
    } else if (v->signing_in) {
        layout_problem(v, v->change.status);
        refuse(v, 403, _("The company's login is known, but no member has its address."));
    } else if (v->change.status->code == OKR__CODE__CODE_UNAUTHENTICATED && v->token) {
        session_set(v->site, v->x, NULL, NULL, 0);
        go_and_log_in(v);
    } else {
        v->problem = v->change.status;
        visit_show_again(v);
    }
}

// ---- the beginning ----------------------------------------------------------------------------

static const struct page *find_page(const struct page *const *pages, const char *path,
                                    const char **ret_rest)
{
    for (size_t i = 0; pages[i]; i++) {
        size_t length = strlen(pages[i]->path);
        bool folder = length > 1 && pages[i]->path[length - 1] == '/';
        *ret_rest = path + length;
        if (folder ? strncmp(path, pages[i]->path, length) == 0 && path[length]
                   : strcmp(path, pages[i]->path) == 0)
            return pages[i];
    }
    return NULL;
}

// The switch's cookie, else the first of the browser's languages that we have.
static bool wants_japanese(const struct exchange *x)
{
    const char *chosen = exchange_cookie(x, "lang");
    const char *accepted = exchange_header(x, "Accept-Language");
    if (chosen)
        return strcmp(chosen, "ja") == 0;
    const char *ja = accepted ? strstr(accepted, "ja") : NULL;
    const char *en = accepted ? strstr(accepted, "en") : NULL;
    return ja && (!en || ja < en);
}

static const char *as_of_of(const struct exchange *x)
{
    const char *as_of = exchange_query(x, "as_of");
    bool plain = as_of && as_of[0] && strspn(as_of, "0123456789-W") == strlen(as_of);
    return plain && strlen(as_of) < 24 ? as_of : NULL;
}

static struct visit *visit_new(struct site *site, struct exchange *x)
{
    char **text = arena_calloc(x->arena, 1, sizeof *text);
    struct visit *v = arena_calloc(x->arena, 1, sizeof *v);
    if (!v || !text)
        return NULL;
    v->site = site;
    v->x = x;
    v->page = find_page(site->pages, x->path, &v->rest);
    v->token = session_token(site, x);
    v->japanese = wants_japanese(x);
    v->as_of = as_of_of(x);
    v->out = layout_open(v);
    if (!v->out)
        return NULL;
    terms_begin(&v->cli, x->arena, v->out, v->japanese, NULL);
    return v;
}

static void begin_form(struct visit *v)
{
    if (!v->page->act)
        refuse(v, 405, _("This page takes no form."));
    else if (!session_is_ours(v->site, v->x, v->token))
        refuse(v, 403, _("This form did not come from a page of this login; open it again."));
    else
        v->page->act(v);
}

void visit_begin(struct site *site, struct exchange *x)
{
    struct visit *v = visit_new(site, x);
    bool get = strcmp(x->method, "GET") == 0;
    if (!v)
        exchange_answer(x, 503, NULL, "", 0);
    else if (!get && strcmp(x->method, "POST") != 0)
        refuse(v, 405, _("Only GET and POST are known here."));
    else if (!v->page)
        refuse(v, 404, _("There is no such page."));
    else if (!v->token && !v->page->open && get && session_address(site, x))
        sign_in(v, session_address(site, x));
    else if (!v->token && !v->page->open)
        go_and_log_in(v);
    else if (get)
        visit_show_again(v);
    else
        begin_form(v);
}
