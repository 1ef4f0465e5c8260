// One page for one visitor: who they are, what was asked for them, what is shown. A page is two or
// three functions: what it asks okrd, what it shows, and what its forms do; it knows no HTTP and
// no sockets.
#ifndef OKR_CLIENT_WEB_VISIT_H
#define OKR_CLIENT_WEB_VISIT_H

#include "client/web/site/html.h"
#include "client/web/site/site_private.h"
#include "client/web/terms/terms.h"
#include "okr/all.h"
#include "okr/methods.h"

enum { VISIT_CALLS_MOST = 40 };

struct visit_call {
    struct visit *visit;
    enum rpc_id method;
    bool optional;
    Okr__Status *status;
    ProtobufCMessage *reply; // in the exchange's arena
};

struct page;

struct visit {
    struct site *site;
    struct exchange *x;
    struct cli cli; // for texts
    FILE *out;      // the page's body, which grows in `body`
    char *body;
    size_t body_size;
    const struct page *page;
    const char *rest;  // of the path, behind the page's own
    const char *token; // NULL: nobody is logged in
    const char *as_of; // NULL: the present
    bool japanese;
    // What okrd said.
    struct visit_call calls[VISIT_CALLS_MOST];
    size_t n_calls, open;
    bool more_asked;
    const Okr__Session *who;
    const Okr__ServerInfo *server;
    int64_t revision;
    const char *time_zone;
    // A change that is under way, and what was wrong with it.
    struct visit_call change;
    const char *then;                 // where to go when it is done
    void (*changed)(struct visit *v); // before that; NULL: nothing
    const Okr__Status *problem;       // NULL: none
    bool outcome_unknown;
    bool signing_in;  // by the address that a proxy has proved
    bool redirected;  // the answer is under way
    const char *note; // what the page itself found wrong with its form; NULL: nothing
    // What the page says of itself.
    const char *title;
    const char *live; // kinds of things whose change makes it old, with blanks; NULL: never
};

struct page {
    const char *path;  // "/board"; with a '/' at the end what follows is `rest`
    const char *name;  // N_(), in the navigation; NULL: it is not there
    bool open;         // without a login
    enum rpc_id needs; // shown in the navigation to those who may call it; 0: to all
    void (*ask)(struct visit *v);
    bool (*more)(struct visit *v); // what the replies make necessary; false: nothing
    void (*show)(struct visit *v);
    void (*act)(struct visit *v); // a form came; it calls visit_change() or visit_mistake()
};

void visit_begin(struct site *site, struct exchange *x);

// Asks okrd; the place among the calls, to be given to visit_reply(). Those that are optional may
// be refused, and their reply is NULL then; any other refusal is the page.
size_t visit_ask(struct visit *v, enum rpc_id method, const void *request);
size_t visit_ask_maybe(struct visit *v, enum rpc_id method, const void *request);
const void *visit_reply(const struct visit *v, size_t call);

// The change that a form is for; then on to `then`, a path of ours (NULL: the page itself, with
// what it noted). Refused, the page is shown again with what was wrong, and what was typed.
void visit_change(struct visit *v, enum rpc_id method, const void *request, const char *then);
// The form itself is not right: a field of it, and why.
void visit_mistake(struct visit *v, const char *field, Okr__Reason reason);
// The page once more, with what it noted.
void visit_show_again(struct visit *v);
void visit_redirect(struct visit *v, const char *to);

// Pieces of the request.
const char *visit_query(const struct visit *v, const char *name); // NULL: not given, or empty
const char *visit_field(const struct visit *v, const char *name); // of the form; NULL likewise
int64_t visit_field_id(const struct visit *v, const char *name);  // 0: none
int64_t visit_rest_id(const struct visit *v, const char *prefix); // "P-12" → 12; 0: none
bool visit_may(const struct visit *v, enum rpc_id method); // okrd's policy for the visitor's roles

// A path of ours with the visitor's as-of kept.
const char *visit_url(struct visit *v, const char *path);

#endif
