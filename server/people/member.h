// What the services of members share. Nothing else includes it.
#ifndef OKR_SERVER_PEOPLE_MEMBER_H
#define OKR_SERVER_PEOPLE_MEMBER_H

#include "server/call/call.h"

// NOT_FOUND of a member when there is no row.
bool member_found(struct call *call, const struct rows *rows);

#endif
