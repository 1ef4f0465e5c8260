#ifndef OKR_CLIENT_WEB_SITE_PRIVATE_H
#define OKR_CLIENT_WEB_SITE_PRIVATE_H

#include "client/web/site/site.h"

struct live;
struct page;

struct site {
    struct link *link;
    struct live *live;
    const struct page *const *pages; // ends with NULL
    char *public_url;                // NULL: not given
    char url[96];                    // how it listens
    const char *trusted; // the header in which a proxy says whose address it proved; NULL: none
    bool secure;         // browsers see it over https
};

#endif
