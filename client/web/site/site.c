#include "client/web/site/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "client/web/connect/connect.h"
#include "client/web/site/asset.h"
#include "client/web/site/live.h"
#include "client/web/site/session.h"
#include "client/web/site/site_private.h"
#include "client/web/site/visit.h"

struct site *site_new(struct link *link, const char *public_url, const struct page *const *pages)
{
    struct site *site = calloc(1, sizeof *site);
    if (!site)
        return NULL;
    site->link = link;
    site->pages = pages;
    site->public_url = public_url ? strdup(public_url) : NULL;
    site->live = live_new(link);
    if (site->public_url) // an origin has no path
        site->public_url[strcspn(site->public_url, ":") + 3 +
                         strcspn(site->public_url + strcspn(site->public_url, ":") + 3, "/")] = 0;
    return site->live ? site : site_free(site);
}

struct site *site_free(struct site *site)
{
    if (!site)
        return NULL;
    live_free(site->live);
    free(site->public_url);
    free(site);
    return NULL;
}

void site_trust(struct site *site, const char *header)
{
    site->trusted = header;
}

void site_listens(struct site *site, const struct http *http)
{
    const char *scheme = http_is_secure(http) ? "https" : "http";
    if (http_is_unix(http))
        strcpy(site->url, "a unix socket");
    else
        snprintf(site->url, sizeof site->url, "%s://127.0.0.1:%u", scheme, http_port(http));
    site->secure =
        http_is_secure(http) || (site->public_url && strncmp(site->public_url, "https:", 6) == 0);
}

const char *site_url(const struct site *site)
{
    return site->public_url ? site->public_url : site->url;
}

void site_serve(void *ctx, struct exchange *x)
{
    struct site *site = ctx;
    if (connect_is_path(x->path))
        connect_serve(site->link, x, session_token(site, x));
    else if (strcmp(x->path, "/live") == 0)
        live_serve(site->live, x);
    else if (strcmp(x->path, "/healthz") == 0)
        exchange_answer(x, 200, "text/plain", "ok\n", 3);
    else if (!asset_serve(x))
        visit_begin(site, x);
}

void site_run(struct site *site)
{
    live_run(site->live);
}

int site_wait_ms(const struct site *site)
{
    return live_wait_ms(site->live);
}
