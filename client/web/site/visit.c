// From a request to a page: language, login, calls, form, answer.
#include "client/web/site/visit.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "client/web/site/layout.h"
#include "client/web/site/session.h"

enum { WHO, SERVER }; // the calls that every page makes

// ---- calls ------------------------------------------------------------------------------------

static void read_again(struct visit *v);
static void after_reading(struct visit *v);
static void after_change(struct visit *v);

static Okr__Status *keep_status(struct visit *v, const Okr__Status *status)
{
    size_t size = okr__status__get_packed_size(status);
    uint8_t *bytes = cli_keep(&v->cli, size + 1);
    okr__status__pack(status, bytes);
    return okr__status__unpack(arena_allocator(v->x->arena), size, bytes);
}

static void keep_reply(struct visit_call *call, const Okr__Reply *reply)
{
    struct visit *v = call->visit;
    call->status = keep_status(v, reply->status);
    if (reply->status->code != OKR__CODE__CODE_OK)
        return;
    call->reply =
        protobuf_c_message_unpack(rpc_methods[call->method].reply, arena_allocator(v->x->arena),
                                  reply->body.len, reply->body.data);
    if (reply->revision > v->revision)
        v->revision = reply->revision;
    if (reply->time_zone)
        v->time_zone = arena_strdup(v->x->arena, reply->time_zone);
    if (reply->as_of && reply->as_of[0]) {
        snprintf(v->cli.shown_as_of, sizeof v->cli.shown_as_of, "%s", reply->as_of);
        v->cli.shown_revision = reply->revision;
    }
}

static void on_read(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct visit_call *call = ctx;
    struct visit *v = call->visit;
    (void)outcome_unknown;
    keep_reply(call, reply);
    if (--v->open == 0)
        after_reading(v);
}

static void on_change(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct visit_call *call = ctx;
    keep_reply(call, reply);
    call->visit->outcome_unknown = outcome_unknown;
    after_change(call->visit);
}

static bool knows_the_past(enum rpc_id method)
{
    return method != RPC_SERVER_WHO_AM_I && method != RPC_SERVER_GET_SERVER_INFO;
}

static void send_call(struct visit_call *call, const ProtobufCMessage *request,
                      const uint8_t *request_id, link_done *done)
{
    struct visit *v = call->visit;
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *body = cli_keep(&v->cli, size + 1);
    protobuf_c_message_pack(request, body);
    struct link_ask ask = {
        .method = rpc_methods[call->method].name,
        .body = body,
        .body_size = size,
        .token = v->token,
        .language = v->japanese ? "ja" : "en",
        .as_of = request_id || !knows_the_past(call->method) ? NULL : v->as_of,
        .request_id = request_id,
    };
    link_call(v->site->link, &ask, done, call);
}

static size_t ask(struct visit *v, enum rpc_id method, const void *request, bool optional)
{
    size_t place = v->n_calls;
    if (place == VISIT_CALLS_MOST)
        return place - 1;
    v->n_calls++;
    v->open++;
    v->calls[place] = (struct visit_call){.visit = v, .method = method, .optional = optional};
    send_call(&v->calls[place], request, NULL, on_read);
    return place;
}

size_t visit_ask(struct visit *v, enum rpc_id method, const void *request)
{
    return ask(v, method, request, false);
}

size_t visit_ask_maybe(struct visit *v, enum rpc_id method, const void *request)
{
    return ask(v, method, request, true);
}

const void *visit_reply(const struct visit *v, size_t call)
{
    return call < v->n_calls ? v->calls[call].reply : NULL;
}

void visit_change(struct visit *v, enum rpc_id method, const void *request, const char *then)
{
    uint8_t id[16];
    randombytes_buf(id, sizeof id);
    v->then = then;
    v->change = (struct visit_call){.visit = v, .method = method};
    send_call(&v->change, request, id, on_change);
}

void visit_mistake(struct visit *v, const char *field, Okr__Reason reason)
{
    Okr__FieldViolation violation = OKR__FIELD_VIOLATION__INIT;
    Okr__FieldViolation *violations[1] = {&violation};
    Okr__Status status = OKR__STATUS__INIT;
    violation.has_reason = status.has_code = 1;
    violation.field = (char *)(uintptr_t)field;
    violation.reason = reason;
    status.code = OKR__CODE__CODE_INVALID_ARGUMENT;
    status.violations = violations;
    status.n_violations = 1;
    v->problem = keep_status(v, &status);
    read_again(v);
}

// ---- the request ------------------------------------------------------------------------------

static const char *filled(const char *text)
{
    return text && text[0] ? text : NULL;
}

const char *visit_query(const struct visit *v, const char *name)
{
    return filled(exchange_query(v->x, name));
}

const char *visit_field(const struct visit *v, const char *name)
{
    return filled(exchange_field(v->x, name));
}

static int64_t id_of(const char *text)
{
    char *end = NULL;
    long long id = text ? strtoll(text, &end, 10) : 0;
    return id > 0 && end && !*end ? id : 0;
}

int64_t visit_field_id(const struct visit *v, const char *name)
{
    return id_of(visit_field(v, name));
}

int64_t visit_rest_id(const struct visit *v, const char *prefix)
{
    size_t length = strlen(prefix);
    bool fits = strncmp(v->rest, prefix, length) == 0 && v->rest[length] == '-';
    return fits ? id_of(v->rest + length + 1) : 0;
}

bool visit_may(const struct visit *v, enum rpc_id method)
{
    const struct rpc_method *row = &rpc_methods[method];
    if (v->as_of || !v->who)
        return false;
    for (size_t i = 0; i < v->who->n_rights; i++) {
        if ((row->allow | row->own) & ROLE_BIT(v->who->rights[i]))
            return true;
    }
    return row->members;
}

const char *visit_url(struct visit *v, const char *path)
{
    if (!v->as_of)
        return path;
    return cli_text(&v->cli, "%s%cas_of=%s", path, strchr(path, '?') ? '&' : '?', v->as_of);
}

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

static void after_reading(struct visit *v)
{
    const Okr__Status *refused = NULL;
    v->who = visit_reply(v, WHO);
    v->server = visit_reply(v, SERVER);
    for (size_t i = 0; i < v->n_calls && !refused; i++) {
        if (!v->calls[i].reply && !v->calls[i].optional)
            refused = v->calls[i].status;
    }
    if (refused && refused->code == OKR__CODE__CODE_UNAUTHENTICATED) {
        session_set(v->site, v->x, NULL, 0);
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

static void read_again(struct visit *v)
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

void visit_show_again(struct visit *v)
{
    read_again(v);
}

static void after_change(struct visit *v)
{
    if (v->change.reply) {
        if (v->changed)
            v->changed(v);
        if (v->then)
            visit_redirect(v, v->then);
        else
            read_again(v);
    } else if (v->change.status->code == OKR__CODE__CODE_UNAUTHENTICATED && v->token) {
        session_set(v->site, v->x, NULL, 0);
        go_and_log_in(v);
    } else {
        v->problem = v->change.status;
        read_again(v);
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

static void refuse(struct visit *v, unsigned status, const char *text)
{
    put(v, "<h1>%s</h1><p><a href=\"/\">%s</a></p>", text, _("Home"));
    v->title = text;
    layout_answer(v, status);
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
    else if (!v->token && !v->page->open)
        go_and_log_in(v);
    else if (get)
        read_again(v);
    else
        begin_form(v);
}
