// Members as rows. It must not know who may change whom.
#ifndef OKR_SERVER_PEOPLE_MEMBER_ROWS_H
#define OKR_SERVER_PEOPLE_MEMBER_ROWS_H

#include "server/call/call.h"

// Each of these answers with rows that member_row() reads; `roles` are all that the member holds,
// retired ones too.
struct asked member_ask(struct call *call, const char *handle);
// A row with the handle of the one active member who has the address, in any case; none where
// nobody has it, or several have.
struct asked member_ask_by_address(struct call *call, const char *email);
struct asked member_ask_list(struct call *call);
struct asked member_ask_insert(struct call *call, const char *handle, const char *name,
                               const char *email);
// NULL or absent: unchanged; an empty e-mail address clears it. Counts the version up.
struct asked member_ask_update(struct call *call, const Okr__UpdateMemberRequest *change);

// *ret_id may be NULL.
Okr__Member *member_row(struct call *call, struct row *row, int64_t *ret_id);
// The one row, of which there may be none: NULL.
Okr__Member *member_read(struct call *call, struct asked asked, int64_t *ret_id);
size_t member_list(struct call *call, struct asked asked, Okr__Member ***ret);

// Whether an active admin would be left without the roles that these name: of one member (NULL:
// anybody), in one role (NULL: any). Both NULL would be nobody at all; "" is no member.
struct asked member_ask_admin_remains(struct call *call, const char *without_handle,
                                      const char *without_role);

#endif
