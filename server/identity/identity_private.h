// What the matching and the questions share.
#ifndef OKR_SERVER_IDENTITY_IDENTITY_PRIVATE_H
#define OKR_SERVER_IDENTITY_IDENTITY_PRIVATE_H

#include "server/identity/identity.h"

// Rows in an order, to find those that are equal in it.
struct identity_index {
    struct identity_row **rows;
    size_t n;
    int (*compare)(const struct identity_row *a, const struct identity_row *b);
};

struct identity_run {
    struct arena *arena;
    struct identity_trust trust;
    struct identity_row *olds, *news;
    size_t n_olds, n_news;
    struct identity_index old_by_guid, new_by_guid, old_by_uid, new_by_uid;
    struct identity_index old_by_name, new_by_name, old_by_parent;
    bool progress;
};

// The rows that equal `like` in the index's order; returns how many.
size_t identity_equal(const struct identity_index *index, const struct identity_row *like,
                      struct identity_row *const **ret);
// IDENTITY_UNKNOWN while the parent is not matched.
int64_t identity_parent_key(const struct identity_row *row);
bool identity_same_parent(const struct identity_row *old, const struct identity_row *row);
// Both have GUIDs, GUIDs count, and these differ.
bool identity_guids_differ(const struct identity_run *run, const struct identity_row *old,
                           const struct identity_row *row);
bool identity_same_content(const struct identity_row *a, const struct identity_row *b);
// The contents say something: work, people or a baseline; a new task's defaults do not.
bool identity_has_content(const struct identity_row *row);
bool identity_same_content_that_counts(const struct identity_row *a, const struct identity_row *b);

// The row's UID among those that are there, and free: NULL: none, or UIDs do not count.
struct identity_row *identity_of_uid(const struct identity_run *run,
                                     const struct identity_row *row);

void identity_candidate_add(const struct identity_run *run, struct identity_row *row,
                            const struct identity_row *old);
void identity_ask(struct identity_run *run, struct identity_row *row);

#endif
