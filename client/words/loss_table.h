// What a plan's file holds and okrd does not keep, as a table: before a push and after it.
#ifndef OKR_CLIENT_WORDS_LOSS_TABLE_H
#define OKR_CLIENT_WORDS_LOSS_TABLE_H

#include "common/table.h"
#include "okr/v1/plan.pb-c.h"

// The caller prints it and frees it with table_free().
struct table *loss_table(Okr__PlanLoss *const *losses, size_t n);

#endif
