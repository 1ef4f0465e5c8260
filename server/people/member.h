// What the services of members share: checks of their fields. Nothing else includes it.
#ifndef OKR_SERVER_PEOPLE_MEMBER_H
#define OKR_SERVER_PEOPLE_MEMBER_H

#include "server/call/call.h"

// Each adds a violation and returns false when the field is not right.
bool need_handle(struct call *call, const char *field, const char *value);
bool need_role_name(struct call *call, const char *field, const char *value);
bool need_hash(struct call *call, const char *field, bool has, ProtobufCBinaryData value);

// NOT_FOUND of a member when there is no row.
bool member_found(struct call *call, const struct rows *rows);

#endif
