// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
#include "client/web/site/session.h"

#include <string.h>
#include <sodium.h>

// Without https (loopback only) a browser takes no cookie that is Secure.
static const char *cookie_of(const struct site *site)
{
    return site->secure ? "__Host-okr" : "okr";
}

const char *session_token(const struct site *site, const struct exchange *x)
{
    const char *token = exchange_cookie(x, cookie_of(site));
    return token && token[0] ? token : NULL;
}

void session_set(const struct site *site, struct exchange *x, const char *token, long seconds)
{
    exchange_add(x, "Set-Cookie",
                 arena_printf(x->arena, "%s=%s; Path=/; Max-Age=%ld; HttpOnly; SameSite=Strict%s",
                              cookie_of(site), token ? token : "", seconds,
                              site->secure ? "; Secure" : ""));
}

const char *session_mark(struct arena *arena, const char *token)
{
    static const uint8_t key[crypto_generichash_KEYBYTES] = "okr-web: the mark of a form";
    uint8_t hash[24];
    char text[2 * sizeof hash + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)token, strlen(token), key, sizeof key);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return arena_strdup(arena, text);
}

static bool same_text(const char *a, const char *b)
{
    return a && strlen(a) == strlen(b) && sodium_memcmp(a, b, strlen(b)) == 0;
}

// The origin that browsers see: given, or what the request says its host is.
static const char *origin_of(const struct site *site, struct exchange *x)
{
    const char *host = exchange_header(x, "Host");
    if (site->public_url)
        return site->public_url;
    return arena_printf(x->arena, "%s://%s", site->secure ? "https" : "http", host ? host : "");
}

bool session_is_ours(const struct site *site, struct exchange *x, const char *token)
{
    const char *origin = exchange_header(x, "Origin");
    if (!origin || strcmp(origin, origin_of(site, x)) != 0)
        return false;
    return !token || same_text(exchange_field(x, "mark"), session_mark(x->arena, token));
}
