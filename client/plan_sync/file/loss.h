// What a file holds and okrd does not keep, said to people and to programs.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_LOSS_H
#define OKR_CLIENT_PLAN_SYNC_FILE_LOSS_H

#include <stdio.h>
#include "client/plan_sync/mspdi/mspdi.h"

// How many elements (attributes, comments …) all kinds together are.
int64_t loss_count(const struct mspdi_plan *plan);

// The table, with a sentence above it; that there is nothing, otherwise.
void loss_print(const struct mspdi_plan *plan, FILE *out);

// One line, where there is something; `source` NULL: the server does not have this list.
void loss_print_line(const struct mspdi_plan *plan, const char *source, FILE *out);

// A JSON array: element (null: all beyond those that are told apart), kind, count, elements.
void loss_print_json(const struct mspdi_plan *plan, FILE *out);

#endif
