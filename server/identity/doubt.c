// What is asked about a row that nothing matched: the vanished tasks that it might be, and why.
#include <string.h>
#include "server/identity/identity_private.h"

static int evidence_of(const struct identity_run *run, const struct identity_row *old,
                       const struct identity_row *row)
{
    int evidence = 0;
    if (run->trust.guids && old->guid && row->guid && strcmp(old->guid, row->guid) == 0)
        evidence |= IDENTITY_GUID;
    if (old->uid == row->uid)
        evidence |= IDENTITY_UID;
    if (strcmp(old->name, row->name) == 0)
        evidence |= IDENTITY_NAME;
    if (identity_same_parent(old, row))
        evidence |= IDENTITY_PARENT;
    if (identity_same_content(old, row))
        evidence |= IDENTITY_CONTENT;
    return evidence;
}

void identity_candidate_add(const struct identity_run *run, struct identity_row *row,
                            const struct identity_row *old)
{
    for (size_t i = 0; i < row->n_candidates; i++)
        if (row->candidates[i].row == old)
            return;
    if (!row->candidates)
        row->candidates = arena_calloc(run->arena, IDENTITY_CANDIDATES, sizeof *row->candidates);
    if (row->candidates && row->n_candidates < IDENTITY_CANDIDATES)
        row->candidates[row->n_candidates++] =
            (struct identity_candidate){old, evidence_of(run, old, row)};
}

// Those that others turned out to be are no candidates any more.
static void drop_taken(struct identity_row *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < row->n_candidates; i++)
        if (!row->candidates[i].row->same)
            row->candidates[kept++] = row->candidates[i];
    row->n_candidates = kept;
}

// The parent is the same, or would be if the parent's own question were answered so.
static bool may_share_parent(const struct identity_row *old, const struct identity_row *row)
{
    if (identity_same_parent(old, row))
        return true;
    for (size_t i = 0; row->parent && !row->parent->same && i < row->parent->n_candidates; i++)
        if (row->parent->candidates[i].row->key == old->parent_key)
            return true;
    return false;
}

// The same name: of those that went now wherever they stood, of those that had gone before only
// under the same parent.
static void ask_names(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(&run->old_by_name, row, &rows);
    for (size_t i = 0; i < n && row->n_candidates < IDENTITY_CANDIDATES; i++)
        if (!rows[i]->same && (!rows[i]->gone || may_share_parent(rows[i], row)))
            identity_candidate_add(run, row, rows[i]);
}

// UIDs may be no more than places, and the name is new: what holds the same, at the same place or
// something worth telling elsewhere, or has the same UID after all.
static void ask_place(struct identity_run *run, struct identity_row *row)
{
    bool numbered_by_place = run->trust.uids_below < 0;
    size_t n = numbered_by_place && run->left.n <= IDENTITY_LEFT_MOST ? run->left.n : 0;
    for (size_t i = 0; i < n && row->n_candidates < IDENTITY_CANDIDATES; i++) {
        const struct identity_row *old = run->left.rows[i];
        if (run->trust.guids && old->guid && row->guid)
            continue;
        if (old->uid == row->uid || identity_same_content_that_counts(old, row) ||
            (may_share_parent(old, row) && identity_same_content(old, row)))
            identity_candidate_add(run, row, old);
    }
}

static void ask(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = identity_of_uid(run, row);
    drop_taken(row);
    if (old)
        identity_candidate_add(run, row, old);
    ask_names(run, row);
    ask_place(run, row);
}

bool identity_ask(struct identity_run *run)
{
    run->left.rows = arena_calloc(run->arena, run->n_olds + 1, sizeof(struct identity_row *));
    if (!run->left.rows)
        return false;
    for (size_t i = 0; i < run->n_olds; i++)
        if (!run->olds[i].same && !run->olds[i].gone)
            run->left.rows[run->left.n++] = &run->olds[i];
    for (size_t i = 0; i < run->n_news; i++)
        if (!run->news[i].same)
            ask(run, &run->news[i]);
    return true;
}
