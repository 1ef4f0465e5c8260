// A visitor's login: an ordinary okr token in a cookie, and what guards changes against other
// sites. Nothing of it is kept here.
#ifndef OKR_CLIENT_WEB_SESSION_H
#define OKR_CLIENT_WEB_SESSION_H

#include "client/web/site/site_private.h"

// NULL: the visitor has none.
const char *session_token(const struct site *site, const struct exchange *x);
// Sets it for so many seconds; NULL and 0: takes it away.
void session_set(const struct site *site, struct exchange *x, const char *token, long seconds);

// The text that every form of this login carries (a keyed hash of the token). In the arena.
const char *session_mark(struct arena *arena, const char *token);
// Whether the form came from a page of ours: its Origin is ours, and it carries the login's mark
// (no token: the Origin alone).
bool session_is_ours(const struct site *site, struct exchange *x, const char *token);

#endif
