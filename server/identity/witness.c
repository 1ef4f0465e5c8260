// Rows in orders, to be found in, and what two rows say of each other. It must not decide anything.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "server/identity/identity_private.h"

// ---- orders -----------------------------------------------------------------------------------

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_guid(const struct identity_row *a, const struct identity_row *b)
{
    return strcmp(a->guid, b->guid);
}

static int by_uid(const struct identity_row *a, const struct identity_row *b)
{
    return compare_numbers(a->uid, b->uid);
}

static int by_name(const struct identity_row *a, const struct identity_row *b)
{
    return strcmp(a->name, b->name);
}

static int by_parent(const struct identity_row *a, const struct identity_row *b)
{
    return compare_numbers(identity_parent_key(a), identity_parent_key(b));
}

static int by_key(const struct identity_row *a, const struct identity_row *b)
{
    return compare_numbers(a->key, b->key);
}

// qsort() gives its comparison no context: one for each order.
#define POINTERS(order)                                                                            \
    static int order##_pointers(const void *a, const void *b)                                      \
    {                                                                                              \
        const struct identity_row *x = *(struct identity_row *const *)a;                           \
        const struct identity_row *y = *(struct identity_row *const *)b;                           \
        int rv = order(x, y);                                                                      \
        return rv ? rv : (x > y) - (x < y);                                                        \
    }
POINTERS(by_guid)
POINTERS(by_uid)
POINTERS(by_name)
POINTERS(by_parent)
POINTERS(by_key)

static bool index_rows(struct identity_run *run, struct identity_index *index,
                       struct identity_row *rows, size_t n,
                       int (*compare)(const struct identity_row *a, const struct identity_row *b),
                       int (*pointers)(const void *a, const void *b))
{
    *index =
        (struct identity_index){arena_calloc(run->arena, n + 1, sizeof *index->rows), 0, compare};
    if (!index->rows)
        return false;
    for (size_t i = 0; i < n; i++)
        if (compare != by_guid || rows[i].guid)
            index->rows[index->n++] = &rows[i];
    qsort(index->rows, index->n, sizeof(struct identity_row *), pointers);
    return true;
}

bool identity_index_all(struct identity_run *run)
{
    struct identity_row *o = run->olds, *n = run->news;
    return index_rows(run, &run->old_by_guid, o, run->n_olds, by_guid, by_guid_pointers) &&
           index_rows(run, &run->new_by_guid, n, run->n_news, by_guid, by_guid_pointers) &&
           index_rows(run, &run->old_by_uid, o, run->n_olds, by_uid, by_uid_pointers) &&
           index_rows(run, &run->new_by_uid, n, run->n_news, by_uid, by_uid_pointers) &&
           index_rows(run, &run->old_by_name, o, run->n_olds, by_name, by_name_pointers) &&
           index_rows(run, &run->new_by_name, n, run->n_news, by_name, by_name_pointers) &&
           index_rows(run, &run->old_by_parent, o, run->n_olds, by_parent, by_parent_pointers) &&
           index_rows(run, &run->old_by_key, o, run->n_olds, by_key, by_key_pointers);
}

size_t identity_equal(const struct identity_index *index, const struct identity_row *like,
                      struct identity_row *const **ret)
{
    size_t low = 0, high = index->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (index->compare(index->rows[middle], like) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = index->rows + low;
    while (high < index->n && index->compare(index->rows[high], like) == 0)
        high++;
    return high - low;
}

// ---- witnesses --------------------------------------------------------------------------------

int64_t identity_parent_key(const struct identity_row *row)
{
    if (!row->parent)
        return row->parent_key;
    return row->parent->same ? row->parent->same->key : IDENTITY_UNKNOWN;
}

bool identity_same_parent(const struct identity_row *old, const struct identity_row *row)
{
    int64_t key = identity_parent_key(row);
    return key != IDENTITY_UNKNOWN && key == old->parent_key;
}

bool identity_guids_differ(const struct identity_run *run, const struct identity_row *old,
                           const struct identity_row *row)
{
    return run->trust.guids && old->guid && row->guid && strcmp(old->guid, row->guid) != 0;
}

static bool same_number(double a, double b)
{
    return fabs(a - b) < 0.001;
}

bool identity_same_content(const struct identity_row *a, const struct identity_row *b)
{
    return strcmp(a->start, b->start) == 0 && strcmp(a->finish, b->finish) == 0 &&
           same_number(a->duration, b->duration) && same_number(a->work, b->work) &&
           strcmp(a->baseline, b->baseline) == 0 && strcmp(a->resources, b->resources) == 0;
}

bool identity_has_content(const struct identity_row *row)
{
    return row->work > 0 || row->baseline[0] || row->resources[0];
}

bool identity_same_content_that_counts(const struct identity_row *a, const struct identity_row *b)
{
    return identity_has_content(a) && identity_same_content(a, b);
}

struct identity_row *identity_of_uid(const struct identity_run *run, const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = run->trust.uids ? identity_equal(&run->old_by_uid, row, &rows) : 0;
    for (size_t i = 0; i < n; i++)
        if (!rows[i]->gone)
            return rows[i]->same || identity_guids_differ(run, rows[i], row) ? NULL : rows[i];
    return NULL;
}

// Of the free rows with this name under this parent the only one; NULL: none, or several.
struct identity_row *identity_only_at_place(const struct identity_index *index,
                                            const struct identity_row *like, int64_t parent_key,
                                            bool gone, size_t *ret_count)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = identity_equal(index, like, &rows);
    *ret_count = n > IDENTITY_ALIKE_MOST ? n : 0;
    for (size_t i = 0; i < n && n <= IDENTITY_ALIKE_MOST; i++) {
        if (rows[i]->same || rows[i]->gone != gone || identity_parent_key(rows[i]) != parent_key)
            continue;
        found = rows[i];
        ++*ret_count;
    }
    return *ret_count == 1 ? found : NULL;
}

void identity_take(struct identity_run *run, struct identity_row *old, struct identity_row *row)
{
    old->same = row;
    row->same = old;
    run->progress = true;
}

// Witnesses name different rows: nobody matches this one but the program manager.
void identity_contradict(struct identity_run *run, struct identity_row *row,
                         const struct identity_row *old, const struct identity_row *other)
{
    row->contradicted = true;
    identity_candidate_add(run, row, old);
    identity_candidate_add(run, row, other);
}
