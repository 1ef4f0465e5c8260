// What a change did to a thing, from its JSON before and after.
#ifndef OKR_SERVER_AUDIT_CHANGE_FIELDS_H
#define OKR_SERVER_AUDIT_CHANGE_FIELDS_H

#include "server/call/call.h"

// Fills subject, created and fields. Either text may be NULL.
void change_fields(struct call *call, const char *before, const char *after, Okr__Change *change);

#endif
