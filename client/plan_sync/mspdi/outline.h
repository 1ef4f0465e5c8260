// The tree of a plan, from outline levels in file order.
//
// A row's parent is the nearest earlier row with a smaller level. Blank rows are no part of it, nor
// are rows that have neither a level nor an outline number like "1.2.3". It holds the open levels
// only, and keeps no rows.
#ifndef OKR_CLIENT_MSPDI_OUTLINE_H
#define OKR_CLIENT_MSPDI_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "okr/v1/plan.pb-c.h"

struct mspdi_outline {
    struct mspdi_open_level {
        int64_t level;
        uint64_t position;
        bool has_uid;
        int64_t uid;
    } * open;
    size_t depth;
    size_t allocated;
    size_t max_depth;
};

struct mspdi_place {
    bool in_tree;
    bool has_parent;
    uint64_t parent_position;
    bool has_parent_uid; // the parent may be without
    int64_t parent_uid;
};

// Places the next row of the file; `position` is the caller's number for it. False when max_depth
// (or memory) is exceeded.
bool mspdi_outline_add(struct mspdi_outline *o, const Okr__PlanTask *task, uint64_t position,
                       struct mspdi_place *ret);
void mspdi_outline_clear(struct mspdi_outline *o);

#endif
