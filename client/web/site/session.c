// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
#include "client/web/site/session.h"

#include <string.h>
#include <sodium.h>

// Without https (loopback only) a browser takes no cookie that is Secure.
static const char *cookie_of(const struct site *site)
{
    return site->secure ? "__Host-okr" : "okr";
}

const char *session_address(const struct site *site, const struct exchange *x)
{
    const char *address = site->trusted ? exchange_header(x, site->trusted) : NULL;
    return address && address[0] ? address : NULL;
}

const char *session_new_token(struct arena *arena, uint8_t ret_hash[32])
{
    enum { BYTES = 32, TEXT = 44 };
    uint8_t bytes[BYTES];
    char text[TEXT];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(ret_hash, (const uint8_t *)text, strlen(text));
    return arena_strdup(arena, text);
}

// Who signed in by an address is only that one: "TOKEN.PROOF" is good beside the same address.
static const char *proof_of(struct arena *arena, const char *token, const char *address)
{
    return session_mark(arena, arena_printf(arena, "%s %s", token, address));
}

const char *session_token(const struct site *site, const struct exchange *x)
{
    const char *cookie = exchange_cookie(x, cookie_of(site));
    const char *address = session_address(site, x);
    size_t length = cookie ? strcspn(cookie, ".") : 0;
    if (!length)
        return NULL;
    const char *token = arena_strndup(x->arena, cookie, length);
    if (!cookie[length])
        return token; // with a code
    bool same = address && strcmp(cookie + length + 1, proof_of(x->arena, token, address)) == 0;
    return same ? token : NULL;
}

void session_set(const struct site *site, struct exchange *x, const char *token,
                 const char *address, long seconds)
{
    exchange_add(x, "Set-Cookie",
                 arena_printf(x->arena,
                              "%s=%s%s%s; Path=/; Max-Age=%ld; HttpOnly; SameSite=Strict%s",
                              cookie_of(site), token ? token : "", address ? "." : "",
                              address ? proof_of(x->arena, token, address) : "", seconds,
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
