// What the matching and the questions share.
#ifndef OKR_SERVER_IDENTITY_IDENTITY_PRIVATE_H
#define OKR_SERVER_IDENTITY_IDENTITY_PRIVATE_H

#include "server/identity/identity.h"

// Rows in an order, to find those that are equal in it.
enum {
    IDENTITY_ALIKE_MOST = 1024, // rows of one name that are told apart
    IDENTITY_LEFT_MOST = 4096,  // vanished rows that are looked through for one that is asked about
};

struct identity_index {
    struct identity_row **rows;
    size_t n;
    int (*compare)(const struct identity_row *a, const struct identity_row *b);
};

// The children of one row, or of all rows whose parent is not among those that are looked at.
struct identity_family {
    size_t loose, changed;      // children with nothing beside them, with something else
    struct identity_row *other; // whose children stand beside these
    size_t n_other;             // how many of them
    bool scattered;             // they are not all of one
};

struct identity_list {
    struct identity_row **rows;
    size_t n;
};

struct identity_run {
    struct arena *arena;
    struct identity_trust trust;
    struct identity_row *olds, *news;
    size_t n_olds, n_news;
    struct identity_index old_by_guid, new_by_guid, old_by_uid, new_by_uid;
    struct identity_index old_by_name, new_by_name, old_by_parent, old_by_key;
    struct identity_row **old_gaps, **new_gaps; // the first row of each; NULL: not aligned
    struct identity_list old_loose, new_loose;  // beside them stands nothing, or another's child
    struct identity_list left; // published rows that nothing matched, for the questions
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

// Of the free rows with this name under this parent the only one; NULL: none, or several.
struct identity_row *identity_only_at_place(const struct identity_index *index,
                                            const struct identity_row *like, int64_t parent_key,
                                            bool gone, size_t *ret_count);
// Lays both files side by side: `beside` and `gap` of the rows. False: no memory.
bool identity_align(struct identity_run *run);
// Whose children are whose, once that is done. False: no memory.
bool identity_families(struct identity_run *run);
// The order says that `old` and another one, which is returned, have changed names rather than
// places. NULL: it does not.
struct identity_row *identity_exchanged(const struct identity_run *run,
                                        const struct identity_row *old,
                                        const struct identity_row *row);
// Where this row stands, another one went under the same parent that holds the same. NULL: none.
struct identity_row *identity_loose_like(const struct identity_run *run,
                                         const struct identity_row *old,
                                         const struct identity_row *row);
// Another row that vanished and holds just what this one does, and `old` does not: of those that
// equal `like`, its namesakes or its parent's children. NULL: none.
struct identity_row *identity_holds_the_same(const struct identity_index *index,
                                             const struct identity_row *like,
                                             const struct identity_row *old,
                                             const struct identity_row *row);
// Name and parent say `old`, and something says another one: both are asked about.
bool identity_place_contradicted(struct identity_run *run, const struct identity_row *old,
                                 struct identity_row *row);
void identity_take(struct identity_run *run, struct identity_row *old, struct identity_row *row);
// Witnesses name different rows: nobody matches this one but the program manager.
void identity_contradict(struct identity_run *run, struct identity_row *row,
                         const struct identity_row *old, const struct identity_row *other);
bool identity_index_all(struct identity_run *run);

// The passes, each for one new row that is free.
void identity_match_project(struct identity_run *run, struct identity_row *row);
void identity_match_guid(struct identity_run *run, struct identity_row *row);
void identity_match_uid(struct identity_run *run, struct identity_row *row);
void identity_match_uid_gone(struct identity_run *run, struct identity_row *row);
void identity_match_here(struct identity_run *run, struct identity_row *row);
void identity_match_alike(struct identity_run *run, struct identity_row *row);
void identity_match_parent(struct identity_run *run, struct identity_row *row);
void identity_match_beside(struct identity_run *run, struct identity_row *row);
void identity_match_beside_changed(struct identity_run *run, struct identity_row *row);
void identity_match_gone(struct identity_run *run, struct identity_row *row);
void identity_match_elsewhere(struct identity_run *run, struct identity_row *row);

void identity_candidate_add(const struct identity_run *run, struct identity_row *row,
                            const struct identity_row *old);

#endif
