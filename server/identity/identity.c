// The matching, pass by pass, as the header has it.
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

static bool index_all(struct identity_run *run)
{
    struct identity_row *o = run->olds, *n = run->news;
    return index_rows(run, &run->old_by_guid, o, run->n_olds, by_guid, by_guid_pointers) &&
           index_rows(run, &run->new_by_guid, n, run->n_news, by_guid, by_guid_pointers) &&
           index_rows(run, &run->old_by_uid, o, run->n_olds, by_uid, by_uid_pointers) &&
           index_rows(run, &run->new_by_uid, n, run->n_news, by_uid, by_uid_pointers) &&
           index_rows(run, &run->old_by_name, o, run->n_olds, by_name, by_name_pointers) &&
           index_rows(run, &run->new_by_name, n, run->n_news, by_name, by_name_pointers) &&
           index_rows(run, &run->old_by_parent, o, run->n_olds, by_parent, by_parent_pointers);
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

static void match(struct identity_run *run, struct identity_row *old, struct identity_row *row)
{
    old->same = row;
    row->same = old;
    run->progress = true;
}

// Witnesses name different rows: nobody matches this one but the program manager.
static void contradict(struct identity_run *run, struct identity_row *row,
                       const struct identity_row *old, const struct identity_row *other)
{
    row->contradicted = true;
    identity_candidate_add(run, row, old);
    identity_candidate_add(run, row, other);
}

// ---- the whole file ---------------------------------------------------------------------------

struct identity_trust identity_trust_of(const struct identity_counts *c)
{
    int64_t guids = c->old_guids < c->new_guids ? c->old_guids : c->new_guids;
    bool uids =
        c->common > 0 && c->agree * 10 >= c->common * 6 && !(c->positional && c->shifted > 0);
    return (struct identity_trust){
        .guids = c->same_guids > 0 && c->same_guids * 2 >= guids,
        .uids = uids,
        .uids_below = uids && !c->positional ? c->top_agreeing : -1,
    };
}

// ---- 1: GUIDs ---------------------------------------------------------------------------------

static void match_guid(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *olds, *const *news, *const *named;
    if (!row->guid || identity_equal(&run->old_by_guid, row, &olds) != 1 ||
        identity_equal(&run->new_by_guid, row, &news) != 1 || olds[0]->same)
        return;
    size_t n = identity_equal(&run->old_by_uid, row, &named);
    for (size_t i = 0; i < n; i++) {
        bool other = named[i] != olds[0] && !named[i]->gone;
        if (other && strcmp(named[i]->name, row->name) == 0 &&
            strcmp(olds[0]->name, row->name) != 0) {
            contradict(run, row, olds[0], named[i]);
            return;
        }
    }
    match(run, olds[0], row);
}

// ---- 2: UIDs ----------------------------------------------------------------------------------

// Of the free rows with this name under this parent the only one; NULL: none, or several.
static struct identity_row *only_at_place(const struct identity_index *index,
                                          const struct identity_row *like, int64_t parent_key,
                                          bool gone, size_t *ret_count)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = identity_equal(index, like, &rows);
    *ret_count = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i]->same || rows[i]->gone != gone || identity_parent_key(rows[i]) != parent_key)
            continue;
        found = rows[i];
        ++*ret_count;
    }
    return *ret_count == 1 ? found : NULL;
}

static struct identity_row *at_place(const struct identity_run *run, const struct identity_row *row,
                                     bool gone)
{
    size_t count;
    int64_t key = identity_parent_key(row);
    return key == IDENTITY_UNKNOWN ? NULL
                                   : only_at_place(&run->old_by_name, row, key, gone, &count);
}

static bool renamed(const struct identity_run *run, const struct identity_row *old,
                    const struct identity_row *row)
{
    return row->uid < run->trust.uids_below ||
           (identity_same_parent(old, row) &&
            (identity_same_content_that_counts(old, row) ||
             (row->predecessors[0] && strcmp(old->predecessors, row->predecessors) == 0)));
}

// The last UIDs may have been given anew to another task of the same name.
static bool stayed(const struct identity_run *run, const struct identity_row *old,
                   const struct identity_row *row)
{
    return row->uid < run->trust.uids_below || identity_same_parent(old, row) ||
           identity_same_content_that_counts(old, row);
}

// Where UIDs go by position, among several of this name under this parent they tell nothing.
static bool only_places_tell(const struct identity_run *run, const struct identity_row *old,
                             const struct identity_row *row)
{
    size_t n_old, n_new;
    int64_t key = identity_parent_key(row);
    if (run->trust.uids_below >= 0 || identity_same_content_that_counts(old, row))
        return false;
    only_at_place(&run->old_by_name, row, key, false, &n_old);
    only_at_place(&run->new_by_name, row, key, false, &n_new);
    return n_old > 1 || n_new > 1;
}

static void match_uid(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = identity_of_uid(run, row);
    if (!old || old->contradicted)
        return;
    if (strcmp(old->name, row->name) == 0) {
        if (stayed(run, old, row) && !only_places_tell(run, old, row))
            match(run, old, row);
        return;
    }
    struct identity_row *other = at_place(run, row, false);
    if (!other)
        other = at_place(run, row, true);
    if (other && other != old)
        contradict(run, row, old, other);
    else if (renamed(run, old, row))
        match(run, old, row);
}

// Where UIDs count, a task that had gone and stands there again with its UID and its name.
static void match_uid_gone(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = run->trust.uids ? identity_equal(&run->old_by_uid, row, &rows) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!rows[i]->gone)
            return;
        if (rows[i]->same || identity_guids_differ(run, rows[i], row) ||
            strcmp(rows[i]->name, row->name) != 0 || !stayed(run, rows[i], row))
            continue;
        if (found)
            return;
        found = rows[i];
    }
    if (found)
        match(run, found, row);
}

// ---- 3, 4: name and parent --------------------------------------------------------------------

// UIDs do not count in this file, and yet: two rows have just changed names, if they did not change
// places.
static struct identity_row *exchanged(const struct identity_run *run,
                                      const struct identity_row *old,
                                      const struct identity_row *row)
{
    struct identity_row *const *olds, *const *news;
    size_t n = run->trust.uids ? 0 : identity_equal(&run->old_by_uid, row, &olds);
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

// Another row that vanished and holds just what this one does, and `old` does not: of those that
// equal `like`, its namesakes or its parent's children.
static struct identity_row *holds_the_same(const struct identity_index *index,
                                           const struct identity_row *like,
                                           const struct identity_row *old,
                                           const struct identity_row *row)
{
    struct identity_row *const *rows;
    size_t n = identity_equal(index, like, &rows);
    for (size_t i = 0; i < n; i++)
        if (rows[i] != old && !rows[i]->same && !rows[i]->gone &&
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
        if (rows[i] != old && !rows[i]->same && !rows[i]->gone)
            return rows[i];
    return NULL;
}

// Name and parent say `old`. Does anything say another one?
static bool place_contradicted(struct identity_run *run, const struct identity_row *old,
                               struct identity_row *row)
{
    if (identity_same_content_that_counts(old, row))
        return false;
    bool changed = !identity_same_content(old, row);
    struct identity_row like = {.parent_key = identity_parent_key(row)};
    struct identity_row *other = old->gone ? NULL : exchanged(run, old, row);
    if (!other && changed)
        other = holds_the_same(&run->old_by_name, row, old, row);
    if (!other && changed)
        other = holds_the_same(&run->old_by_parent, &like, old, row);
    if (!other)
        other = namesake(run, old, row);
    if (other)
        contradict(run, row, old, other);
    return other != NULL;
}

// The only free one among several of one name and parent with these contents, on either side.
static struct identity_row *only_content(const struct identity_index *index,
                                         const struct identity_row *like, int64_t parent_key)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = identity_equal(index, like, &rows);
    for (size_t i = 0; i < n; i++) {
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
    size_t n_old, n_new;
    if (key == IDENTITY_UNKNOWN)
        return;
    struct identity_row *old = only_at_place(&run->old_by_name, row, key, gone, &n_old);
    only_at_place(&run->new_by_name, row, key, false, &n_new);
    if (old && n_new == 1) {
        if (!place_contradicted(run, old, row))
            match(run, old, row);
    } else if (!gone && n_old > 0 && (n_old == n_new || run->trust.uids_below >= 0)) {
        old = only_content(&run->old_by_name, row, key);
        if (old && only_content(&run->new_by_name, old, key) == row)
            match(run, old, row);
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
static void match_alike(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *olds, *const *news;
    int64_t key = identity_parent_key(row);
    size_t n_old = 0, n_new = 0;
    if (key == IDENTITY_UNKNOWN)
        return;
    size_t n = identity_equal(&run->new_by_name, row, &news);
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
        match(run, first, row);
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

static void match_elsewhere(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = only_free(&run->old_by_name, row);
    if (old && !old->contradicted && only_free(&run->new_by_name, row) == row &&
        identity_same_content_that_counts(old, row))
        match(run, old, row);
}

// ---- all of it --------------------------------------------------------------------------------

static void each(struct identity_run *run,
                 void (*pass)(struct identity_run *run, struct identity_row *row))
{
    for (size_t i = 0; i < run->n_news; i++)
        if (!run->news[i].same && !run->news[i].contradicted)
            pass(run, &run->news[i]);
}

static void match_here(struct identity_run *run, struct identity_row *row)
{
    match_place(run, row, false);
}

static void match_gone(struct identity_run *run, struct identity_row *row)
{
    match_place(run, row, true);
}

// A pass that found something may let an earlier one find more: children wait for their parents.
static void match_until_done(struct identity_run *run)
{
    static void (*const passes[])(struct identity_run *, struct identity_row *) = {
        match_uid, match_uid_gone, match_here, match_alike, match_gone, match_elsewhere,
    };
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        run->progress = false;
        each(run, passes[i]);
        if (run->progress)
            i = (size_t)-1;
    }
}

bool identity_match(struct arena *arena, struct identity_trust trust, struct identity_row *olds,
                    size_t n_olds, struct identity_row *news, size_t n_news)
{
    struct identity_run run = {.arena = arena,
                               .trust = trust,
                               .olds = olds,
                               .n_olds = n_olds,
                               .news = news,
                               .n_news = n_news};
    if (!index_all(&run))
        return false;
    if (trust.guids)
        each(&run, match_guid);
    match_until_done(&run);
    for (size_t i = 0; i < n_news; i++)
        if (!news[i].same)
            identity_ask(&run, &news[i]);
    return true;
}
