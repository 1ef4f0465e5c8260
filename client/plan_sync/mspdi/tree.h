// The few elements that are kept, as small trees: one for the header's values, one for the row that
// is being read. A shape says which children of an element are kept; all else is never stored.
//
// It knows the elements' names and nesting, and nothing of what their values mean.
#ifndef OKR_CLIENT_MSPDI_TREE_H
#define OKR_CLIENT_MSPDI_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include "common/arena.h"

enum mspdi_shape_kind {
    MSPDI_SCALAR, // text
    MSPDI_GROUP,  // holds more, belongs to its row
    MSPDI_GROUP_ONCE,
    MSPDI_GROUP_MANY, // can be the bulk of a file: MSPDI_MANY_MOST in one element are kept
    MSPDI_BOX,        // holds rows
    MSPDI_ROW_TASK,
    MSPDI_ROW_RESOURCE,
    MSPDI_ROW_ASSIGNMENT,
    MSPDI_ROW_CALENDAR,
};

enum { MSPDI_MANY_MOST = 10000 };

struct mspdi_shape {
    const char *tag; // local name
    enum mspdi_shape_kind kind;
    const struct mspdi_shape *kids; // sorted by tag (bytes)
    size_t n_kids;
};

// The document's root.
extern const struct mspdi_shape mspdi_project_shape;

// The child's shape, NULL: not kept.
const struct mspdi_shape *mspdi_shape_kid(const struct mspdi_shape *shape, const char *tag);

struct mspdi_node {
    const struct mspdi_shape *shape;
    char **values;                   // one per kid of the shape; NULL: absent, or no scalar
    struct mspdi_node *first, *last; // groups in file order, whatever their tag
    size_t n_groups;                 // how many
    struct mspdi_node *next;
    const struct mspdi_node *parent; // NULL: of a row or of the root
};

// A new node; appended to `parent` unless that is NULL. NULL when the arena is exhausted.
struct mspdi_node *mspdi_node_new(struct arena *arena, const struct mspdi_shape *shape,
                                  struct mspdi_node *parent);

// Where the value of a scalar kid is kept. `kid` must be a kid of the node's shape.
char **mspdi_node_slot(const struct mspdi_node *node, const struct mspdi_shape *kid);

// The value of the first child `tag` as parsed, "" where it is empty; NULL: absent.
char *mspdi_node_value(const struct mspdi_node *node, const char *tag);

// The first group `tag`, or the next one after `node`; NULL: none.
struct mspdi_node *mspdi_node_first(const struct mspdi_node *parent, const char *tag);
struct mspdi_node *mspdi_node_next(const struct mspdi_node *node);
size_t mspdi_node_count(const struct mspdi_node *parent, const char *tag);

#endif
