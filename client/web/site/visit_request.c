// What a page reads of the request: its query, its form, its path, and what its visitor may.
#include <stdlib.h>
#include <string.h>
#include "client/web/site/visit.h"

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
