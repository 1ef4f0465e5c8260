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
    bool secure;                     // browsers see it over https
};

#endif
