// Roles, and who holds them, as rows. It must not know who may grant what.
#ifndef OKR_SERVER_PEOPLE_ROLE_ROWS_H
#define OKR_SERVER_PEOPLE_ROLE_ROWS_H

#include "server/call/call.h"

// Each of these answers with rows that role_read() and role_list() read.
struct asked role_ask(struct call *call, const char *name);
struct asked role_ask_list(struct call *call);
struct asked role_ask_insert(struct call *call, const Okr__AddRoleRequest *role);
struct asked role_ask_retire(struct call *call, const char *name, bool retired);

// The one row, of which there may be none: NULL.
Okr__RoleInfo *role_read(struct call *call, struct asked asked);
size_t role_list(struct call *call, struct asked asked, Okr__RoleInfo ***ret);

// granted_by 0: nobody (the first admin). Returns no rows.
void role_ask_grant(struct call *call, int64_t member_id, const char *role, int64_t granted_by);
void role_ask_revoke(struct call *call, int64_t member_id, const char *role);

#endif
