// What a file holds and is not kept, by the path of its element: counted while it is read, listed
// at the end. Bounded whatever the file holds: beyond MSPDI_LOSS_KINDS different ones are counted
// together.
//
// It knows shapes (where an element would stand) and nothing of what values mean.
#ifndef OKR_CLIENT_MSPDI_LOSS_H
#define OKR_CLIENT_MSPDI_LOSS_H

#include <stdint.h>
#include "client/plan_sync/mspdi/tree.h"
#include "okr/v1/plan.pb-c.h"

enum {
    MSPDI_LOSS_KINDS = 500,
    MSPDI_LOSS_SLOTS = 1024, // a power of two
    MSPDI_LOSS_DEPTH = 10,
};

struct mspdi_loss {
    Okr__LossKind kind; // unspecified: a free slot
    uint64_t hash;
    uint64_t count;
    uint64_t elements; // those within it, itself included
    const struct mspdi_shape *path[MSPDI_LOSS_DEPTH];
    size_t depth;
    char name[64]; // of the last one, cut at a character
};

struct mspdi_losses {
    struct mspdi_loss slots[MSPDI_LOSS_SLOTS];
    struct mspdi_loss others; // what found no slot
    size_t used;
};

// Counts one, and returns where. `path`: the shapes above it, outermost first. `name`: a child that
// has no shape or a note like "@attribute"; NULL: the last of the path itself.
struct mspdi_loss *mspdi_loss_note(struct mspdi_losses *l, Okr__LossKind kind,
                                   const struct mspdi_shape *const *path, size_t depth,
                                   const char *name);

// The same for a child of a node; tag NULL: the node itself. Takes l NULL, and does nothing then.
void mspdi_loss_note_node(struct mspdi_losses *l, Okr__LossKind kind, const struct mspdi_node *node,
                          const char *tag);

// The list, sorted by path; what is beyond it last, without an element. False: out of memory.
bool mspdi_loss_list(const struct mspdi_losses *l, struct arena *arena, Okr__PlanLoss ***ret,
                     size_t *ret_n);

#endif
