// Who is who by name and place, for rows that no number tells.
#include <string.h>
#include "server/identity/identity_private.h"

// ---- 3, 4: name and parent --------------------------------------------------------------------

// Another row that vanished and holds just what this one does, and `old` does not: of those that
// equal `like`, its namesakes or its parent's children.
struct identity_row *identity_holds_the_same(const struct identity_index *index,
                                             const struct identity_row *like,
                                             const struct identity_row *old,
                                             const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(index, like, &rows);
    for (size_t i = 0; i < n; i++)
        if (rows[i] != old && !rows[i]->same && !rows[i]->gone && !rows[i]->in_step &&
            identity_same_content(rows[i], row) &&
            (identity_has_content(row) || strcmp(rows[i]->name, row->name) == 0))
            return rows[i];
    return NULL;
}

// Where most rows are known, another one of this name that vanished as well.
static struct identity_row *namesake(const struct identity_run *run, const struct identity_row *old,
                                     const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n =
        run->trust.uids || run->trust.guids ? identity_equal(&run->old_by_name, row, &rows) : 0;
    for (size_t i = 0; i < n; i++)
        if (rows[i] != old && !rows[i]->same && !rows[i]->gone && !rows[i]->in_step)
            return rows[i];
    return NULL;
}

// One of this name that had gone before stood here as well, and held just this.
static struct identity_row *gone_with_the_same(const struct identity_run *run,
                                               const struct identity_row *old,
                                               const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(&run->old_by_name, row, &rows);
    for (size_t i = 0; i < n; i++)
        if (rows[i] != old && rows[i]->gone && !rows[i]->same &&
            rows[i]->parent_key == old->parent_key &&
            identity_same_content_that_counts(rows[i], row))
            return rows[i];
    return NULL;
}

// What `old` held stands elsewhere now, under its name.
static bool went_elsewhere(const struct identity_run *run, const struct identity_row *old,
                           const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(&run->new_by_name, old, &rows);
    for (size_t i = 0; i < n; i++)
        if (rows[i] != row && !rows[i]->same && !rows[i]->in_step &&
            identity_same_content_that_counts(old, rows[i]))
            return true;
    return false;
}

// Name and parent say `old`. Does anything say another one?
bool identity_place_contradicted(struct identity_run *run, const struct identity_row *old,
                                 struct identity_row *row)
{
    if (identity_same_content_that_counts(old, row))
        return false;
    bool changed = !identity_same_content(old, row);
    struct identity_row like = {.parent_key = identity_parent_key(row)};
    const struct identity_row *other = old->gone ? NULL : identity_exchanged(run, old, row);
    if (!other && (changed || (run->old_gaps && old->beside != row)))
        other = identity_holds_the_same(&run->old_by_name, row, old, row);
    if (!other && changed)
        other = identity_holds_the_same(&run->old_by_parent, &like, old, row);
    if (!other && changed)
        other = gone_with_the_same(run, old, row);
    if (!other && !old->gone)
        other = identity_loose_like(run, old, row);
    if (!other)
        other = namesake(run, old, row);
    if (!other && changed && went_elsewhere(run, old, row))
        other = old;
    if (other)
        identity_contradict(run, row, old, other);
    return other != NULL;
}

// The only free one among several of one name and parent with these contents, on either side.
static struct identity_row *only_content(const struct identity_index *index,
                                         const struct identity_row *like, int64_t parent_key)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = identity_equal(index, like, &rows);
    for (size_t i = 0; i < n && n <= IDENTITY_ALIKE_MOST; i++) {
        if (rows[i]->same || rows[i]->contradicted || rows[i]->gone ||
            identity_parent_key(rows[i]) != parent_key ||
            !identity_same_content_that_counts(rows[i], like))
            continue;
        if (found)
            return NULL;
        found = rows[i];
    }
    return found;
}

static void match_place(struct identity_run *run, struct identity_row *row, bool gone)
{
    int64_t key = identity_parent_key(row);
    size_t n_old, n_new, n_here = 0;
    if (key == IDENTITY_UNKNOWN)
        return;
    struct identity_row *old = identity_only_at_place(&run->old_by_name, row, key, gone, &n_old);
    identity_only_at_place(&run->new_by_name, row, key, false, &n_new);
    if (gone)
        identity_only_at_place(&run->old_by_name, row, key, false, &n_here);
    if (n_here > 0)
        return; // it may be one of those, too
    if (old && n_new == 1) {
        if (!identity_place_contradicted(run, old, row))
            identity_take(run, old, row);
    } else if (!gone && n_old > 0 && (n_old == n_new || run->trust.uids_below >= 0)) {
        old = only_content(&run->old_by_name, row, key);
        if (old && only_content(&run->new_by_name, old, key) == row)
            identity_take(run, old, row);
    }
}

// The children of a parent go by the same names in the same order as they did.
static bool same_names_below(const struct identity_run *run, int64_t parent_key)
{
    size_t k = 0;
    for (size_t i = 0; i < run->n_news; i++) {
        if (identity_parent_key(&run->news[i]) != parent_key)
            continue;
        while (k < run->n_olds && (run->olds[k].gone || run->olds[k].parent_key != parent_key))
            k++;
        if (k == run->n_olds || strcmp(run->olds[k++].name, run->news[i].name) != 0)
            return false;
    }
    return true;
}

// Of rows that nothing tells apart, as many as there were: in their order. New and old rows stand
// in the files' orders in the arrays.
void identity_match_alike(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *olds, *const *news;
    int64_t key = identity_parent_key(row);
    size_t n_old = 0, n_new = 0;
    if (key == IDENTITY_UNKNOWN || run->trust.uids_below >= 0)
        return; // numbers that count are new: they may have changed places
    size_t n = identity_equal(&run->new_by_name, row, &news);
    if (n > IDENTITY_ALIKE_MOST)
        return;
    for (size_t i = 0; i < n; i++) {
        if (news[i]->same || identity_parent_key(news[i]) != key)
            continue;
        if (news[i] < row || !identity_same_content(news[i], row))
            return;
        n_new++;
    }
    n = identity_equal(&run->old_by_name, row, &olds);
    struct identity_row *first = NULL;
    for (size_t i = 0; i < n; i++) {
        if (olds[i]->same || olds[i]->gone || olds[i]->parent_key != key)
            continue;
        if (!identity_same_content(olds[i], row))
            return;
        first = n_old++ ? first : olds[i];
    }
    if (first && n_old == n_new && same_names_below(run, key))
        identity_take(run, first, row);
}

// ---- 5: another parent ------------------------------------------------------------------------

static struct identity_row *only_free(const struct identity_index *index,
                                      const struct identity_row *like)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = identity_equal(index, like, &rows);
    for (size_t i = 0; i < n; i++) {
        if (rows[i]->same || rows[i]->gone)
            continue;
        if (found)
            return NULL;
        found = rows[i];
    }
    return found;
}

void identity_match_elsewhere(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = only_free(&run->old_by_name, row);
    if (old && !old->contradicted && only_free(&run->new_by_name, row) == row &&
        identity_same_content_that_counts(old, row))
        identity_take(run, old, row);
}

void identity_match_here(struct identity_run *run, struct identity_row *row)
{
    match_place(run, row, false);
}

void identity_match_gone(struct identity_run *run, struct identity_row *row)
{
    match_place(run, row, true);
}
