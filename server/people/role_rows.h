// Roles, and who holds them, as rows. It must not know who may grant what.
#ifndef OKR_SERVER_PEOPLE_ROLE_ROWS_H
#define OKR_SERVER_PEOPLE_ROLE_ROWS_H

#include "server/call/call.h"

// Each of these answers with rows that role_row() reads.
void role_ask(struct call *call, const char *name);
void role_ask_list(struct call *call);
void role_ask_insert(struct call *call, const Okr__AddRoleRequest *role);
void role_ask_retire(struct call *call, const char *name, bool retired);

Okr__RoleInfo *role_row(struct call *call, const struct rows *rows, int row);

// granted_by 0: nobody (the first admin). Returns no rows.
void role_ask_grant(struct call *call, int64_t member_id, const char *role, int64_t granted_by);
void role_ask_revoke(struct call *call, int64_t member_id, const char *role);

#endif
