// The Session message, which logging in and WhoAmI both answer with. Nothing else includes it.
#ifndef OKR_SERVER_PEOPLE_SESSION_H
#define OKR_SERVER_PEOPLE_SESSION_H

#include "server/people/directory.h"
#include "server/call/call.h"

// What a member may do by the roles held now. Copied into the call.
Okr__Session *session_of(struct call *call, const struct directory_member *member);
void session_set_token(struct call *call, Okr__Session *session, int64_t token_id,
                       int64_t expires_at);

#endif
