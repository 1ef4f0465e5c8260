// What the services of members share: checks of their fields. Nothing else includes it.
#ifndef OKR_SERVER_PEOPLE_MEMBER_H
#define OKR_SERVER_PEOPLE_MEMBER_H

#include "server/call/call.h"

// Each adds a violation and returns false when the field is not right.
bool need_handle(struct call *call, const char *field, const char *value);
bool need_role_name(struct call *call, const char *field, const char *value);
bool need_hash(struct call *call, const char *field, bool has, ProtobufCBinaryData value);

// The member that was asked for, and its id; NULL after NOT_FOUND.
Okr__Member *member_found(struct call *call, struct asked asked, int64_t *ret_id);

#endif
