// What the rooms share: how a change is refused, the checks that the contract cannot make, and the
// order of ranked things. It must not know statements.
#ifndef OKR_SERVER_CALL_GUARD_H
#define OKR_SERVER_CALL_GUARD_H

#include "server/call/call.h"

// FAILED_PRECONDITION.
void guard_refuse(struct call *call, Okr__Reason reason, const char *arg);
// FAILED_PRECONDITION that a field of the request would cure.
void guard_refuse_field(struct call *call, const char *field, Okr__Reason reason, const char *arg);
// NOT_FOUND; `what` as people write it: "P-12".
void guard_not_found(struct call *call, const char *what);
// PERMISSION_DENIED: the right is for the caller's own ones only, and this `what` is none of them.
void guard_not_own(struct call *call, const char *what);
// Whether the caller changes what it has seen (R53); else ABORTED with the current message.
bool guard_version(struct call *call, const char *resource, int64_t yours, int64_t current,
                   const ProtobufCMessage *message);
// A closed quarter is a record: nothing in it changes. False when it was refused.
bool guard_not_closed(struct call *call, int32_t quarter_state);

// An edit names at least one thing beside what it edits (id, version, handle, project_id) and why;
// else it would make a new version of the same. INVALID_ARGUMENT.
bool guard_changes(struct call *call, const ProtobufCMessage *edit);

// Neither absent nor blank.
bool guard_has_text(const char *text);
// For a reason that is asked for in some cases only; else a violation of "reason".
bool guard_reason(struct call *call, const char *reason);
// Each of the ids is among those that were found; a violation NOT_EXISTING "KR-12" for each that is
// not.
bool guard_found(struct call *call, const char *field, const char *prefix, const int64_t *ids,
                 size_t n, const int64_t *found, size_t n_found);
bool guard_has_id(const int64_t *ids, size_t n, int64_t id);

// The order `ids` with `id` at `place` (1 is first; 0 or beyond the end: last), wherever it was
// before. In the arena.
size_t order_with(struct call *call, const int64_t *ids, size_t n, int64_t id, int32_t place,
                  int64_t **ret_ids);
// The order without it.
size_t order_without(struct call *call, const int64_t *ids, size_t n, int64_t id,
                     int64_t **ret_ids);
// The place of an id, 1 is first; 0 when it is not there.
int32_t order_place(const int64_t *ids, size_t n, int64_t id);

#endif
