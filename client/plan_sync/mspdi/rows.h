// From the kept elements of a row to the contract's message. Strings and lists lie in the context's
// arena or in the node; where the arena ran out (arena_exhausted) the message is not to be used.
//
// What a value means by itself is in scalars.h; what rows mean together is not known here.
#ifndef OKR_CLIENT_MSPDI_ROWS_H
#define OKR_CLIENT_MSPDI_ROWS_H

#include "client/plan_sync/mspdi/scalars.h"

void mspdi_header(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanHeader *ret);

// Without parent_uid and has_children, which are not the row's own.
void mspdi_task(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *ret);
void mspdi_resource(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanResource *ret);
void mspdi_assignment(struct mspdi_context *c, const struct mspdi_node *n,
                      Okr__PlanAssignment *ret);

// Exceptions of week days with DayType 0 (2003) that also stand under Exceptions (2007 and later)
// are left out. Order: those that remain, then Exceptions, each as in the file.
void mspdi_calendar(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanCalendar *ret);

#endif
