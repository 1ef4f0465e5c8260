// Which path is what: the contract's methods, the embedded assets, events, pages. One a process.
#ifndef OKR_CLIENT_WEB_SITE_H
#define OKR_CLIENT_WEB_SITE_H

#include "client/web/http/http.h"
#include "client/web/link/link.h"

struct site;
struct page;

// `public_url`: how browsers see it, "https://okr.example.org"; NULL: as it listens. `pages`:
// in the navigation's order, up to NULL.
struct site *site_new(struct link *link, const char *public_url, const struct page *const *pages);
struct site *site_free(struct site *site);
// The header of an auth proxy that is believed; good for as long as the site. Only for a unix
// socket.
void site_trust(struct site *site, const char *header);
void site_listens(struct site *site, const struct http *http);
const char *site_url(const struct site *site);

http_handler site_serve;                   // its ctx is the site
void site_run(struct site *site);          // begins what is due: the watch, heartbeats
int site_wait_ms(const struct site *site); // -1: nothing is

#endif
