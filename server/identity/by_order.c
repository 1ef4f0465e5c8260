// Who is who by order (align.c), where UIDs are no more than places themselves. It must not know
// how rows were aligned.
#include <string.h>
#include "server/identity/identity_private.h"

// ---- rivals -----------------------------------------------------------------------------------

// A free row of a gap under this parent that holds what `like` does.
static struct identity_row *loose_in_gap(struct identity_row *const *gaps,
                                         const struct identity_row *end, size_t gap,
                                         int64_t parent_key, const struct identity_row *like)
{
    for (struct identity_row *row = gaps[gap]; row && row < end && !row->beside; row++)
        if (!row->same && !row->gone && identity_parent_key(row) == parent_key &&
            identity_same_content(row, like))
            return row;
    return NULL;
}

// As if `old` had become a row of the new file's gap, and one of the old file's gap this row.
static struct identity_row *exchanged_in(const struct identity_run *run,
                                         const struct identity_row *old,
                                         const struct identity_row *row, size_t new_gap,
                                         size_t old_gap)
{
    if (!loose_in_gap(run->new_gaps, run->news + run->n_news, new_gap, old->parent_key, old))
        return NULL;
    return loose_in_gap(run->old_gaps, run->olds + run->n_olds, old_gap, old->parent_key, row);
}

// UIDs do not count in this file, and yet: two rows have just changed names, if they did not change
// places.
static struct identity_row *exchanged_numbers(const struct identity_run *run,
                                              const struct identity_row *old,
                                              const struct identity_row *row)
{
    struct identity_row *const *olds, *const *news;
    size_t n = identity_equal(&run->old_by_uid, row, &olds);
    for (size_t i = 0; i < n; i++) {
        if (olds[i] == old || olds[i]->same || olds[i]->gone || !identity_same_parent(olds[i], row))
            continue;
        size_t m = identity_equal(&run->new_by_uid, old, &news);
        for (size_t k = 0; k < m; k++)
            if (strcmp(news[k]->name, olds[i]->name) == 0)
                return olds[i];
    }
    return NULL;
}

struct identity_row *identity_exchanged(const struct identity_run *run,
                                        const struct identity_row *old,
                                        const struct identity_row *row)
{
    struct identity_row *other =
        row->uid < run->trust.uids_below ? NULL : exchanged_numbers(run, old, row);
    if (other || !run->old_gaps)
        return other;
    if (!old->beside && !row->beside)
        return old->gap == row->gap ? NULL : exchanged_in(run, old, row, old->gap, row->gap);
    if (old->beside != row)
        return row->beside && !row->beside->same ? row->beside : NULL;
    other = exchanged_in(run, old, row, old->gap, old->gap + 1);
    return other ? other : exchanged_in(run, old, row, old->gap + 1, old->gap);
}

struct identity_row *identity_loose_like(const struct identity_run *run,
                                         const struct identity_row *old,
                                         const struct identity_row *row)
{
    if (!run->old_gaps)
        return NULL;
    const struct identity_row *end = run->olds + run->n_olds;
    struct identity_row *other = loose_in_gap(run->old_gaps, end, row->gap, old->parent_key, row);
    if (!other && row->beside)
        other = loose_in_gap(run->old_gaps, end, row->gap + 1, old->parent_key, row);
    return other == old ? NULL : other;
}

// ---- families ---------------------------------------------------------------------------------

static struct identity_row *parent_of(const struct identity_run *run,
                                      const struct identity_row *row, bool old)
{
    struct identity_row like = {.key = row->parent_key}, *const * rows;
    if (!old)
        return row->parent;
    return identity_equal(&run->old_by_key, &like, &rows) ? rows[0] : NULL;
}

static void join_families(const struct identity_run *run, struct identity_row *rows, size_t n,
                          bool old, struct identity_family *families)
{
    for (size_t i = 0; i < n; i++)
        rows[i].children = &families[i + 1];
    for (size_t i = 0; i < n; i++) {
        const struct identity_row *parent = parent_of(run, &rows[i], old);
        rows[i].siblings = parent ? parent->children : families;
        rows[i].siblings->loose += !rows[i].gone && !rows[i].beside;
        rows[i].siblings->changed +=
            rows[i].beside && !identity_same_content(&rows[i], rows[i].beside);
    }
}

static void ask_children(const struct identity_run *run, struct identity_row *rows, size_t n,
                         bool old)
{
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].beside || rows[i].gone)
            continue;
        struct identity_family *family = rows[i].siblings;
        struct identity_row *other = parent_of(run, rows[i].beside, !old);
        family->scattered |= family->n_other > 0 && family->other != other;
        family->other = other;
        family->n_other++;
    }
}

// The parents do not stand beside each other, though they may turn out to be the same.
static bool is_apart(const struct identity_run *run, const struct identity_row *row, bool old)
{
    const struct identity_row *mine, *others;
    if (!row->beside)
        return true;
    mine = parent_of(run, row, old);
    others = parent_of(run, row->beside, !old);
    return mine && others ? mine->beside != others : mine != others;
}

static bool list_loose(struct identity_run *run, struct identity_row *rows, size_t n, bool old,
                       struct identity_list *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool apart = is_apart(run, &rows[i], old);
        count += !rows[i].gone && !rows[i].same && apart;
        rows[i].in_step = !apart && strcmp(rows[i].name, rows[i].beside->name) == 0 &&
                          identity_same_content(&rows[i], rows[i].beside);
    }
    ret->rows = arena_calloc(run->arena, count + 1, sizeof(struct identity_row *));
    for (size_t i = 0; ret->rows && i < n; i++)
        if (!rows[i].gone && !rows[i].same && is_apart(run, &rows[i], old))
            ret->rows[ret->n++] = &rows[i];
    return ret->rows != NULL;
}

bool identity_families(struct identity_run *run)
{
    struct identity_family *families =
        arena_calloc(run->arena, run->n_olds + run->n_news + 2, sizeof *families);
    if (!families)
        return false;
    join_families(run, run->olds, run->n_olds, true, families);
    join_families(run, run->news, run->n_news, false, families + run->n_olds + 1);
    ask_children(run, run->olds, run->n_olds, true);
    ask_children(run, run->news, run->n_news, false);
    return list_loose(run, run->olds, run->n_olds, true, &run->old_loose) &&
           list_loose(run, run->news, run->n_news, false, &run->new_loose);
}

// Of the free rows one has this one's name.
static bool goes_on(const struct identity_index *index, const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(index, row, &rows);
    for (size_t i = 0; i < n; i++)
        if (!rows[i]->same && !rows[i]->gone)
            return true;
    return false;
}

// All that stands below this row stood below one that is looked for: it has a new name.
void identity_match_parent(struct identity_run *run, struct identity_row *row)
{
    const struct identity_family *below = row->children;
    struct identity_row *old = below ? below->other : NULL;
    if (!old || below->scattered || old->same || old->gone || old->contradicted ||
        !identity_same_parent(old, row) || old->children->scattered ||
        old->children->other != row || goes_on(&run->new_by_name, old) ||
        goes_on(&run->old_by_name, row))
        return;
    if (below->n_other > 1 || identity_same_content(old, row))
        identity_take(run, old, row);
}

// ---- rows side by side ------------------------------------------------------------------------

// No child of theirs is without a counterpart, on neither side.
static bool all_paired_below(const struct identity_row *old, const struct identity_row *row)
{
    return old->siblings && row->siblings && !old->siblings->loose && !row->siblings->loose;
}

// Beside it stands nothing, or something under another parent.
static bool is_loose(const struct identity_row *row, bool old)
{
    if (row->same || row->gone)
        return false;
    return !row->beside ||
           !(old ? identity_same_parent(row, row->beside) : identity_same_parent(row->beside, row));
}

static bool has_loose_double(const struct identity_list *loose, const struct identity_row *like,
                             int64_t parent_key, bool old)
{
    for (size_t i = 0; i < loose->n; i++) {
        const struct identity_row *row = loose->rows[i];
        if (row != like && identity_parent_key(row) == parent_key && is_loose(row, old) &&
            strcmp(row->name, like->name) == 0)
            return true;
    }
    return false;
}

// Another loose one that holds the very same, worth something, under the same parent.
static bool has_loose_twin(const struct identity_list *loose, const struct identity_row *like,
                           int64_t parent_key, bool old)
{
    for (size_t i = 0; i < loose->n; i++) {
        const struct identity_row *row = loose->rows[i];
        if (row != like && identity_parent_key(row) == parent_key && is_loose(row, old) &&
            identity_same_content(row, like))
            return true;
    }
    return false;
}

// A sibling of its name holds the same now, and did not: they may have changed places.
static bool has_become_double(const struct identity_run *run, const struct identity_row *old,
                              const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = row->siblings->changed ? identity_equal(&run->new_by_name, row, &rows) : 0;
    if (n > IDENTITY_ALIKE_MOST)
        return true;
    for (size_t i = 0; i < n; i++)
        if (rows[i] != row && !rows[i]->same && rows[i]->beside &&
            identity_parent_key(rows[i]) == old->parent_key &&
            identity_same_content(rows[i], row) && !identity_same_content(rows[i]->beside, old))
            return true;
    return false;
}

// Another one of its name might as well stand there, unless their children tell them.
static bool one_of_several(const struct identity_run *run, const struct identity_row *old,
                           const struct identity_row *row)
{
    if (row->children->n_other > 0 && !row->children->scattered && row->children->other == old &&
        !old->children->scattered && old->children->other == row)
        return false;
    if (run->old_loose.n > IDENTITY_ALIKE_MOST || run->new_loose.n > IDENTITY_ALIKE_MOST)
        return true;
    return has_loose_double(&run->old_loose, old, old->parent_key, true) ||
           has_loose_double(&run->new_loose, row, old->parent_key, false) ||
           has_become_double(run, old, row);
}

// One of its name went elsewhere, and one that holds the same came: the one that stands here may be
// the first, and the other who stood here, with a new name.
static const struct identity_row *came_for(const struct identity_run *run,
                                           const struct identity_row *old,
                                           const struct identity_row *row)
{
    for (size_t i = 0; i < run->new_loose.n; i++) {
        const struct identity_row *new = run->new_loose.rows[i];
        if (new != row && is_loose(new, false) &&
            identity_parent_key(new) == old->parent_key &&identity_same_content(new, old))
            return identity_holds_the_same(&run->old_by_name, row, old, row);
    }
    return NULL;
}

static bool may_be_beside(const struct identity_row *row)
{
    const struct identity_row *old = row->beside;
    return old && !old->same && !old->contradicted && identity_same_parent(old, row);
}

void identity_match_beside(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = row->beside;
    const struct identity_row *other;
    if (!may_be_beside(row) || !identity_same_content(old, row))
        return;
    if (identity_has_content(row)) {
        if (!has_loose_twin(&run->new_loose, row, old->parent_key, false) &&
            !has_loose_twin(&run->old_loose, old, old->parent_key, true))
            identity_take(run, old, row);
    } else if (strcmp(old->name, row->name) == 0 && !one_of_several(run, old, row)) {
        other = identity_exchanged(run, old, row);
        other = other ? other : identity_loose_like(run, old, row);
        other = other ? other : came_for(run, old, row);
        if (other)
            identity_contradict(run, row, old, other);
        else
            identity_take(run, old, row);
    }
}

void identity_match_beside_changed(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = row->beside;
    if (may_be_beside(row) && strcmp(old->name, row->name) == 0 && all_paired_below(old, row) &&
        !one_of_several(run, old, row) && !identity_place_contradicted(run, old, row))
        identity_take(run, old, row);
}
