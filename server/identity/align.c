// Both files' rows in their orders, laid side by side: most saves keep the order, whatever becomes
// of the numbers. Rows that only the order knows of pair up here; what a pair is worth is for
// others to say.
//
// From the sure to the less sure, each within the gaps that the one before has left: what stands
// once on either side with its name and its contents, or with contents that count, or with its name
// (the longest run of these that goes up on both sides, as a patience diff takes it); before each,
// what is the same at either end of a gap. What is left of a gap is aligned by names with the
// fewest insertions and deletions (E. Myers, An O(ND) Difference Algorithm, 1986).
#include <stdlib.h>
#include <string.h>
#include "server/identity/identity_private.h"

enum { BY_ALL, BY_CONTENT, BY_NAME, LEVELS };
enum {
    EDITS_MOST = 256,       // of one gap: beyond, the order says nothing
    SCRATCH_CAP = 64 << 20, // about 90 bytes a row, given back at the end
};

struct side {
    struct identity_row **rows;
    int32_t *ids[LEVELS]; // equal for what is equal; 0: equal to nothing
    size_t n;
};
struct range {
    size_t old, old_end, new, new_end;
};
struct pair {
    uint32_t old, new;
    uint32_t pile_before; // where the run came from, 1 is the first
};
struct align {
    struct side old, new;
    struct {
        uint32_t new_at;
        uint8_t old, new; // how often, within a range: 1 once, 3 more often
    } * seen;             // by id
    struct pair *pairs[LEVELS];
    uint32_t *piles;
    int32_t *edits; // EDITS_MOST rows of the furthest that so many edits reach
};

// ---- what is equal ----------------------------------------------------------------------------

static int compare_contents(const struct identity_row *a, const struct identity_row *b)
{
    int rv = strcmp(a->start, b->start);
    rv = rv ? rv : strcmp(a->finish, b->finish);
    rv = rv ? rv : (a->duration > b->duration) - (a->duration < b->duration);
    rv = rv ? rv : (a->work > b->work) - (a->work < b->work);
    rv = rv ? rv : strcmp(a->baseline, b->baseline);
    return rv ? rv : strcmp(a->resources, b->resources);
}

struct place {
    const struct identity_row *row;
    int32_t *id;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->row->name, ((const struct place *)b)->row->name);
}

static int by_content(const void *a, const void *b)
{
    return compare_contents(((const struct place *)a)->row, ((const struct place *)b)->row);
}

static int by_all(const void *a, const void *b)
{
    int rv = by_name(a, b);
    return rv ? rv : by_content(a, b);
}

static void give_ids(struct align *align, int level, struct place *places)
{
    static int (*const orders[])(const void *, const void *) = {by_all, by_content, by_name};
    struct side *sides[] = {&align->old, &align->new};
    size_t n = 0;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < sides[s]->n; i++)
            places[n++] = (struct place){sides[s]->rows[i], &sides[s]->ids[level][i]};
    qsort(places, n, sizeof *places, orders[level]);
    int32_t id = 1;
    for (size_t i = 0; i < n; i++) {
        id += i > 0 && orders[level](&places[i - 1], &places[i]) != 0;
        *places[i].id = level == BY_CONTENT && !identity_has_content(places[i].row) ? 0 : id;
    }
}

static bool equal(const struct align *align, int level, size_t old, size_t new)
{
    int32_t id = align->old.ids[level][old];
    return id != 0 && id == align->new.ids[level][new];
}

static void put_together(struct align *align, size_t old, size_t new)
{
    align->old.rows[old]->beside = align->new.rows[new];
    align->new.rows[new]->beside = align->old.rows[old];
}

// ---- what stands once on either side ----------------------------------------------------------

// Pairs of a range, in the old rows' order. Leaves `seen` as it was.
static size_t find_single(struct align *align, int level, struct range r)
{
    const int32_t *olds = align->old.ids[level], *news = align->new.ids[level];
    size_t n = 0;
    for (size_t i = r.old; i < r.old_end; i++)
        align->seen[olds[i]].old |= (uint8_t)(align->seen[olds[i]].old ? 2 : 1);
    for (size_t k = r.new; k < r.new_end; k++) {
        align->seen[news[k]].new |= (uint8_t)(align->seen[news[k]].new ? 2 : 1);
        align->seen[news[k]].new_at = (uint32_t)k;
    }
    for (size_t i = r.old; i < r.old_end; i++)
        if (olds[i] && align->seen[olds[i]].old == 1 && align->seen[olds[i]].new == 1)
            align->pairs[level][n++] = (struct pair){(uint32_t)i, align->seen[olds[i]].new_at, 0};
    for (size_t i = r.old; i < r.old_end; i++)
        align->seen[olds[i]].old = 0;
    for (size_t k = r.new; k < r.new_end; k++)
        align->seen[news[k]].new = 0;
    return n;
}

// Of n pairs the longest run that goes up on the new side as well, moved to the front (patience
// sorting). Returns its length.
static size_t keep_longest_run(struct pair *pairs, size_t n, uint32_t *piles)
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = length;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (pairs[piles[middle]].new < pairs[i].new)
                low = middle + 1;
            else
                high = middle;
        }
        pairs[i].pile_before = low ? piles[low - 1] + 1 : 0;
        piles[low] = (uint32_t)i;
        length += low == length;
    }
    size_t at = length ? piles[length - 1] + 1 : 0;
    for (size_t k = length; at; at = pairs[at - 1].pile_before)
        piles[--k] = (uint32_t)(at - 1);
    for (size_t k = 0; k < length; k++)
        pairs[k] = pairs[piles[k]];
    return length;
}

// ---- the fewest edits -------------------------------------------------------------------------

// Takes the way back from the edits that were needed; reach[d][k] is how far on the old side d
// edits came on the diagonal k (old - new).
static void walk_back(struct align *align, struct range r, int edits)
{
    int width = 2 * EDITS_MOST + 1, x = (int)(r.old_end - r.old), y = (int)(r.new_end - r.new);
    for (int d = edits; x > 0 || y > 0; d--) {
        const int32_t *before = align->edits + (d > 0 ? d - 1 : 0) * width + EDITS_MOST;
        int k = x - y, x0 = 0, y0 = 0;
        if (d > 0) {
            int from = k == -d || (k != d && before[k - 1] < before[k + 1]) ? k + 1 : k - 1;
            x0 = before[from];
            y0 = x0 - from;
        }
        while (x > x0 && y > y0) {
            x--, y--;
            put_together(align, r.old + (size_t)x, r.new + (size_t)y);
        }
        x = x0, y = y0;
    }
}

static void align_by_edits(struct align *align, struct range r)
{
    int n = (int)(r.old_end - r.old), m = (int)(r.new_end - r.new), width = 2 * EDITS_MOST + 1;
    for (int d = 0; d < EDITS_MOST; d++) {
        int32_t *reach = align->edits + d * width + EDITS_MOST, *before = reach - width;
        for (int k = -d; k <= d; k += 2) {
            int x = 0;
            if (d > 0)
                x = k == -d || (k != d && before[k - 1] < before[k + 1]) ? before[k + 1]
                                                                         : before[k - 1] + 1;
            while (x < n && x - k < m && x - k >= 0 &&
                   equal(align, BY_NAME, r.old + (size_t)x, r.new + (size_t)(x - k)))
                x++;
            reach[k] = x;
            if (x >= n && x - k >= m) {
                walk_back(align, r, d);
                return;
            }
        }
    }
}

// ---- ranges -----------------------------------------------------------------------------------

static void align_range(struct align *align, int level, struct range r);

// What stands once, and the gaps between, one level further.
static void align_level(struct align *align, int level, struct range r)
{
    struct pair *pairs = align->pairs[level];
    size_t n = keep_longest_run(pairs, find_single(align, level, r), align->piles);
    for (size_t i = 0; i < n; i++) {
        align_range(align, level + 1, (struct range){r.old, pairs[i].old, r.new, pairs[i].new});
        put_together(align, pairs[i].old, pairs[i].new);
        r.old = pairs[i].old + 1;
        r.new = pairs[i].new + 1;
    }
    align_range(align, level + 1, r);
}

static void align_range(struct align *align, int level, struct range r)
{
    if (level == LEVELS) {
        align_by_edits(align, r);
        return;
    }
    while (r.old < r.old_end && r.new < r.new_end &&equal(align, level, r.old, r.new))
        put_together(align, r.old++, r.new ++);
    while (r.old < r.old_end &&
           r.new < r.new_end &&equal(align, level, r.old_end - 1, r.new_end - 1))
        put_together(align, --r.old_end, --r.new_end);
    if (r.old < r.old_end && r.new < r.new_end)
        align_level(align, level, r);
}

static bool number_gaps(struct identity_run *run, const struct side *side,
                        struct identity_row ***ret_gaps)
{
    struct identity_row **gaps = arena_calloc(run->arena, side->n + 1, sizeof *gaps);
    uint32_t gap = 0;
    for (size_t i = 0; gaps && i < side->n; i++) {
        struct identity_row *row = side->rows[i];
        row->gap = gap;
        gaps[gap] = gaps[gap] ? gaps[gap] : row;
        gap += row->beside != NULL;
    }
    *ret_gaps = gaps;
    return gaps != NULL;
}

static void take_rows(struct arena *scratch, struct side *side, struct identity_row *rows, size_t n)
{
    side->rows = arena_calloc(scratch, n + 1, sizeof(struct identity_row *));
    for (int level = 0; level < LEVELS; level++)
        side->ids[level] = arena_calloc(scratch, n + 1, sizeof(int32_t));
    for (size_t i = 0; side->rows && i < n; i++)
        if (!rows[i].same && !rows[i].gone)
            side->rows[side->n++] = &rows[i];
}

static bool align_all(struct arena *scratch, struct align *align)
{
    size_t n = align->old.n + align->new.n + 2;
    struct place *places = arena_calloc(scratch, n, sizeof *places);
    align->seen = arena_calloc(scratch, n, sizeof *align->seen);
    align->piles = arena_calloc(scratch, n, sizeof *align->piles);
    align->edits = arena_calloc(scratch, EDITS_MOST, (2 * EDITS_MOST + 1) * sizeof(int32_t));
    for (int level = 0; level < LEVELS; level++)
        align->pairs[level] = arena_calloc(scratch, align->old.n + 1, sizeof(struct pair));
    if (arena_exhausted(scratch))
        return false;
    for (int level = 0; level < LEVELS; level++)
        give_ids(align, level, places);
    align_range(align, 0, (struct range){0, align->old.n, 0, align->new.n});
    return true;
}

bool identity_align(struct identity_run *run)
{
    struct align align = {0};
    struct arena *scratch = arena_new(SCRATCH_CAP);
    if (!scratch)
        return false;
    take_rows(scratch, &align.old, run->olds, run->n_olds);
    take_rows(scratch, &align.new, run->news, run->n_news);
    bool done = align_all(scratch, &align) && number_gaps(run, &align.old, &run->old_gaps) &&
                number_gaps(run, &align.new, &run->new_gaps);
    arena_free(scratch);
    return done;
}
