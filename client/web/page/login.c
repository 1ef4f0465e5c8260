// Coming and going: a login by code or invitation link, its end, and the choice of language.
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/web/page/page.h"
#include "client/web/site/session.h"
#include "common/calendar.h"

enum { HASH = 32 };

// ---- in ---------------------------------------------------------------------------------------

// Only a path of ours: "//elsewhere" is another host.
static const char *own_path(const char *path)
{
    bool ours = path && path[0] == '/' && path[1] != '/' && path[1] != '\\';
    return ours && !strpbrk(path, "\r\n") ? path : "/";
}

static void show_login(struct visit *v)
{
    const char *next = visit_field(v, "next") ? visit_field(v, "next") : visit_query(v, "next");
    v->title = _("Log in");
    put(v, "<div class=\"narrow\"><h1>%s</h1><p>%s</p>", _("Log in"),
        _("With the code that an admin gave you. It works once; this browser then stays logged "
          "in."));
    put_form_begin(v, "login", "/login");
    put(v, "<input type=\"hidden\" name=\"next\" value=\"%s\"/>", own_path(next));
    put_input(v, "handle", _("User name"), NULL,
              " autocomplete=\"username\" autocapitalize=\"none\" required=\"required\" "
              "autofocus=\"autofocus\"");
    put_input(
        v, "code", _("Code"), NULL,
        " autocomplete=\"one-time-code\" autocapitalize=\"characters\" required=\"required\"");
    put(v, "<p><button>%s</button></p>", _("Log in"));
    put_form_end(v);
    put(v, "</div>");
}

static long seconds_until(const char *instant)
{
    int64_t us;
    time_t now = time(NULL);
    if (!instant || !timestamp_parse(instant, &us))
        return 0;
    return us / 1000000 > now ? (long)(us / 1000000 - now) : 0;
}

// The cookie is kept for as long as a login can last: okrd decides when it ends.
static void logged_in(struct visit *v)
{
    enum { LEAST = 90 * 86400 };
    const Okr__Session *session = (const Okr__Session *)v->change.reply;
    long seconds = seconds_until(session->expires_at);
    session_set(v->site, v->x, v->cli.handle, NULL, seconds > LEAST ? seconds : LEAST);
}

// The token is made here and given to the browser; okrd is told its hash only.
static void log_in(struct visit *v)
{
    uint8_t hash[HASH];
    const char *token = session_new_token(v->x->arena, hash);
    Okr__LoginRequest request = OKR__LOGIN_REQUEST__INIT;
    request.handle = cli_text(&v->cli, "%s", show_text(visit_field(v, "handle")));
    request.code = cli_text(&v->cli, "%s", show_text(visit_field(v, "code")));
    request.label = (char *)(uintptr_t) "browser";
    request.has_token_hash = 1;
    request.token_hash = (ProtobufCBinaryData){.len = HASH, .data = hash};
    v->cli.handle = token;
    v->token = NULL; // an older login has no say in this
    v->changed = logged_in;
    visit_change(v, RPC_SERVER_LOGIN, &request, own_path(visit_field(v, "next")));
}

const struct page page_login = {.path = "/login", .open = true, .show = show_login, .act = log_in};
// "/join#alice.CODE": the script moves what stands behind '#', which no server sees, into the form.
const struct page page_join = {.path = "/join", .open = true, .show = show_login, .act = log_in};

// ---- out --------------------------------------------------------------------------------------

static void logged_out(struct visit *v)
{
    session_set(v->site, v->x, NULL, NULL, 0);
}

static void log_out(struct visit *v)
{
    Okr__LogoutRequest request = OKR__LOGOUT_REQUEST__INIT;
    v->changed = logged_out;
    visit_change(v, RPC_SERVER_LOGOUT, &request, "/login");
}

static void show_logout(struct visit *v)
{
    v->title = _("Log out");
    put(v, "<h1>%s</h1>", _("Log out"));
    put_form_begin(v, "logout", "/logout");
    put(v, "<p><button>%s</button></p>", _("Log out"));
    put_form_end(v);
}

const struct page page_logout = {.path = "/logout", .show = show_logout, .act = log_out};

// ---- the language -----------------------------------------------------------------------------

static void show_language(struct visit *v)
{
    const char *to = visit_query(v, "to");
    exchange_add(v->x, "Set-Cookie",
                 cli_text(&v->cli, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax",
                          to && strcmp(to, "ja") == 0 ? "ja" : "en"));
    visit_redirect(v, own_path(visit_query(v, "back")));
}

const struct page page_language = {.path = "/language", .open = true, .show = show_language};
