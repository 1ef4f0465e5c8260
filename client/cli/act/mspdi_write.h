// Writes what okrd keeps of a plan as MS Project XML (MSPDI): the elements in the order of MS
// Project's own files, which is strict about it; values as they came. A plan that is written and
// read again is the same plan.
//
// It knows rows and elements; it must not know where the rows come from. Format:
// MicrosoftDocs/office-developer-msproject-xml-docs.
#ifndef OKR_CLIENT_CLI_ACT_MSPDI_WRITE_H
#define OKR_CLIENT_CLI_ACT_MSPDI_WRITE_H

#include <stdint.h>
#include <stdio.h>
#include "okr/v1/plan.pb-c.h"

// `out` belongs to the caller, who also looks at its errors.
struct mspdi_writer {
    FILE *out;
    uint64_t unknown; // values that were left out, since they had no meaning when they were read
    const char *box;  // that the next row belongs to; NULL: it is open, or there is none
    const char *open; // the open one
};

// In this order, the rows of a kind in file order: start; for calendars, tasks, resources and
// assignments: box, its rows, box_end; end. A box without rows is left out, but for Tasks: without
// it nothing might tell that this is a plan.
void mspdi_write_start(struct mspdi_writer *w, const Okr__PlanHeader *header);
void mspdi_write_box(struct mspdi_writer *w, const char *name); // "Tasks"
void mspdi_write_calendar(struct mspdi_writer *w, const Okr__PlanCalendar *calendar);
void mspdi_write_task(struct mspdi_writer *w, const Okr__PlanTask *task);
void mspdi_write_resource(struct mspdi_writer *w, const Okr__PlanResource *resource);
void mspdi_write_assignment(struct mspdi_writer *w, const Okr__PlanAssignment *assignment);
void mspdi_write_box_end(struct mspdi_writer *w);
void mspdi_write_end(struct mspdi_writer *w);

#endif
