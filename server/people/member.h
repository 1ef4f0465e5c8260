// What the handlers of members share. Nothing else includes it.
#ifndef OKR_SERVER_PEOPLE_MEMBER_H
#define OKR_SERVER_PEOPLE_MEMBER_H

#include "server/call/call.h"

// The member that was asked for, and its id; NULL after NOT_FOUND.
Okr__Member *member_found(struct call *call, struct asked asked, int64_t *ret_id);

#endif
