// A visitor's login: an ordinary okr token in a cookie, and what guards changes against other
// sites. Nothing of it is kept here.
#ifndef OKR_CLIENT_WEB_SESSION_H
#define OKR_CLIENT_WEB_SESSION_H

#include "client/web/site/site_private.h"

// The address that the proxy before us has proved; NULL: there is none, or no proxy is trusted.
const char *session_address(const struct site *site, const struct exchange *x);
// A token's text, in the arena, and its SHA-256 for okrd.
const char *session_new_token(struct arena *arena, uint8_t ret_hash[32]);
// NULL: the visitor has none, or it is that of another address.
const char *session_token(const struct site *site, const struct exchange *x);
// Sets it for so many seconds, for the one address alone (NULL: for whoever has it); NULL and 0:
// takes it away.
void session_set(const struct site *site, struct exchange *x, const char *token,
                 const char *address, long seconds);

// The text that every form of this login carries (a keyed hash of the token). In the arena.
const char *session_mark(struct arena *arena, const char *token);
// Whether the form came from a page of ours: its Origin is ours, and it carries the login's mark
// (no token: the Origin alone).
bool session_is_ours(const struct site *site, struct exchange *x, const char *token);

#endif
