// Members as rows. It must not know who may change whom.
#ifndef OKR_SERVER_PEOPLE_MEMBER_ROWS_H
#define OKR_SERVER_PEOPLE_MEMBER_ROWS_H

#include "server/call/call.h"

// Each of these answers with rows that member_row() reads; `roles` are all that the member holds,
// retired ones too.
void member_ask(struct call *call, const char *handle);
// Handles of the active ones with the address, in any case.
void member_ask_by_address(struct call *call, const char *email);
void member_ask_list(struct call *call);
void member_ask_insert(struct call *call, const char *handle, const char *name, const char *email);
// NULL or absent: unchanged; an empty e-mail address clears it. Counts the version up.
void member_ask_update(struct call *call, const Okr__UpdateMemberRequest *change);

Okr__Member *member_row(struct call *call, const struct rows *rows, int row);
int64_t member_row_id(const struct rows *rows, int row);

// Whether an active admin would be left without the roles that these name: of one member (NULL:
// anybody), in one role (NULL: any). Both NULL would be nobody at all; "" is no member.
void member_ask_admin_remains(struct call *call, const char *without_handle,
                              const char *without_role);

#endif
