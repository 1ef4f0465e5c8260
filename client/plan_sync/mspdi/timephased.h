// TimephasedData of a row as lists of pieces, one a kind. Only work is kept: of assignments what
// remains, what was done and baselines, of tasks baselines. It knows neither calendars nor what the
// pieces are good for.
#ifndef OKR_CLIENT_MSPDI_TIMEPHASED_H
#define OKR_CLIENT_MSPDI_TIMEPHASED_H

#include "client/plan_sync/mspdi/scalars.h"

// Of the row's own elements, and of those in its baselines, which are of the baseline that they
// stand in. Pieces without work say nothing and are left out; other kinds, and pieces without an
// end, are counted as lost. In order of kind and start. NULL: none, or the arena ran out.
Okr__PlanTimephased **mspdi_timephased(struct mspdi_context *c, const struct mspdi_node *row,
                                       size_t *ret_n);

#endif
