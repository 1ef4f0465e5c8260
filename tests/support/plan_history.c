// Acts on a plan, adversarial on purpose: few names, many defaults, several acts in one save. Where
// all that could tell a task changes at once it is another task by definition, so that is not done.
#include "tests/support/plan_history.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {"Design", "Build", "Test", "Review", "Ship", "Search",
                                    "Index",  "Docs",  "設計", "試験",   "Plan", "Fix"};
enum { WORDS = sizeof words / sizeof words[0] };

static unsigned pick(struct history *h, unsigned n)
{
    h->seed = h->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((h->seed >> 33) % n);
}

static void draw_guid(struct history *h, char guid[HISTORY_GUID])
{
    snprintf(guid, HISTORY_GUID, "%08x-%08x", pick(h, 1u << 30), pick(h, 1u << 30));
}

static bool has_guids(const struct history *h)
{
    return h->producer == HISTORY_MS_PROJECT || h->producer == HISTORY_NEW_GUIDS;
}

// A new task as a program makes it: one day and nothing said, or planned out at once.
static void draw_content(struct history *h, struct history_row *row)
{
    bool planned = pick(h, 3) != 0;
    row->start = planned ? 1 + (int)pick(h, 200) : 0;
    row->days = planned ? 1 + (int)pick(h, 30) : 1;
    row->work = planned ? 60 * (1 + (int)pick(h, 200)) : 0;
    row->person = planned && pick(h, 2) ? 1 + (int)pick(h, 8) : 0;
}

static struct history_row *row_of(struct history *h, int truth)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->rows[i].truth == truth)
            return &h->rows[i];
    return NULL;
}

static bool has_children(const struct history *h, int truth)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->rows[i].parent == truth)
            return true;
    return false;
}

static bool stands_above(struct history *h, int above, int truth)
{
    for (struct history_row *r = row_of(h, truth); r; r = row_of(h, r->parent))
        if (r->truth == above)
            return true;
    return false;
}

// Somebody of this name is or was under this parent.
static bool name_known(const struct history *h, int parent, const char *name)
{
    for (size_t i = 0; i < h->n_gone; i++)
        if (h->gone[i].parent == parent && strcmp(h->gone[i].name, name) == 0)
            return true;
    return false;
}

static void draw_name(struct history *h, int parent, char name[HISTORY_NAME])
{
    do
        snprintf(name, HISTORY_NAME, pick(h, 3) ? "%s %u" : "%s", words[pick(h, WORDS)],
                 pick(h, 20));
    while (name_known(h, parent, name));
}

static void give_number(struct history *h, struct history_row *row)
{
    int64_t highest = 0;
    for (size_t i = 0; i < h->n; i++)
        if (&h->rows[i] != row && h->rows[i].uid > highest)
            highest = h->rows[i].uid;
    if (h->producer != HISTORY_HIGHEST && h->highest_uid > highest)
        highest = h->highest_uid;
    row->uid = highest + 1;
    if (row->uid > h->highest_uid)
        h->highest_uid = row->uid;
    row->fresh = true;
    row->guid[0] = '\0';
    if (has_guids(h))
        draw_guid(h, row->guid);
}

static struct history_row *insert(struct history *h, int parent)
{
    if (h->n == HISTORY_ROWS)
        return NULL;
    size_t at = pick(h, (unsigned)h->n + 1);
    memmove(&h->rows[at + 1], &h->rows[at], (h->n - at) * sizeof *h->rows);
    h->n++;
    struct history_row *row = &h->rows[at];
    *row = (struct history_row){.truth = -1, .parent = parent, .touched = true};
    return row;
}

static void take_out(struct history *h, size_t i)
{
    memmove(&h->rows[i], &h->rows[i + 1], (h->n - i - 1) * sizeof *h->rows);
    h->n--;
}

static int draw_parent(struct history *h)
{
    return h->n == 0 || pick(h, 4) == 0 ? -1 : h->rows[pick(h, (unsigned)h->n)].truth;
}

// ---- acts -------------------------------------------------------------------------------------

static bool rename_row(struct history *h, struct history_row *row)
{
    if (row->fresh || (row->touched && h->producer != HISTORY_MS_PROJECT))
        return false;
    draw_name(h, row->parent, row->name);
    row->touched = true;
    return true;
}

static bool move_row(struct history *h, struct history_row *row)
{
    int parent = draw_parent(h);
    if (row->fresh || (row->touched && h->producer != HISTORY_MS_PROJECT) ||
        stands_above(h, row->truth, parent))
        return false;
    row->parent = parent;
    row->touched = true;
    return true;
}

static bool replan_row(struct history *h, struct history_row *row)
{
    if (row->touched && h->producer != HISTORY_MS_PROJECT)
        return false;
    draw_content(h, row);
    row->touched = true;
    return true;
}

static bool delete_row(struct history *h, struct history_row *row)
{
    if (row->touched || has_children(h, row->truth) ||
        h->n_gone == sizeof h->gone / sizeof h->gone[0])
        return false;
    h->gone[h->n_gone++] = *row;
    take_out(h, (size_t)(row - h->rows));
    return true;
}

static bool add_row(struct history *h)
{
    struct history_row *row = insert(h, draw_parent(h));
    if (!row)
        return false;
    draw_name(h, row->parent, row->name);
    draw_content(h, row);
    give_number(h, row);
    row->truth = h->truths++;
    return true;
}

static bool split_row(struct history *h, struct history_row *row)
{
    int truth = row->truth;
    if (row->touched || row->days < 2 || has_children(h, truth))
        return false;
    struct history_row *part = insert(h, row->parent);
    if (!part)
        return false;
    row = row_of(h, truth);
    row->touched = true;
    snprintf(part->name, sizeof part->name, "%.30s II", row->name);
    if (name_known(h, part->parent, part->name)) {
        take_out(h, (size_t)(part - h->rows));
        return false;
    }
    part->start = row->start + row->days / 2;
    part->days = row->days - row->days / 2;
    part->work = row->work / 2;
    part->person = row->person;
    row->days /= 2;
    row->work -= part->work;
    give_number(h, part);
    part->truth = h->truths++;
    return true;
}

static bool paste_row(struct history *h, struct history_row *row)
{
    if (row->touched)
        return false;
    int parent = pick(h, 2) ? row->parent : draw_parent(h);
    if (stands_above(h, row->truth, parent))
        return false;
    struct history_row copy = *row;
    take_out(h, (size_t)(row - h->rows));
    row = insert(h, parent);
    copy.parent = parent;
    copy.touched = true;
    *row = copy;
    row->uid = 0;
    give_number(h, row);
    return true;
}

static bool recreate_row(struct history *h)
{
    if (h->n_gone == 0)
        return false;
    size_t i = pick(h, (unsigned)h->n_gone);
    struct history_row copy = h->gone[i];
    if (copy.parent != -1 && !row_of(h, copy.parent))
        return false;
    struct history_row *row = insert(h, copy.parent);
    if (!row)
        return false;
    *row = copy;
    if (pick(h, 2))
        draw_content(h, row);
    row->touched = true;
    give_number(h, row);
    memmove(&h->gone[i], &h->gone[i + 1], (h->n_gone - i - 1) * sizeof *h->gone);
    h->n_gone--;
    return true;
}

// Where only places are numbered, and nothing else tells them apart, nobody could say.
static bool swap_names(struct history *h, struct history_row *a, struct history_row *b)
{
    bool alike = a->work == b->work || a->work == 0 || b->work == 0;
    if (a == b || a->touched || b->touched || a->parent != b->parent ||
        strcmp(a->name, b->name) == 0 || (h->producer == HISTORY_POSITION && alike) ||
        has_children(h, a->truth) || has_children(h, b->truth))
        return false;
    char name[HISTORY_NAME];
    memcpy(name, a->name, sizeof name);
    memcpy(a->name, b->name, sizeof name);
    memcpy(b->name, name, sizeof name);
    a->touched = b->touched = true;
    return true;
}

static bool replace_row(struct history *h, struct history_row *row)
{
    char name[HISTORY_NAME];
    int parent = draw_parent(h), old_parent = row->parent;
    memcpy(name, row->name, sizeof name);
    if (parent == old_parent || parent == row->truth || name_known(h, parent, name) ||
        !delete_row(h, row))
        return false;
    row = insert(h, parent);
    memcpy(row->name, name, sizeof name);
    draw_content(h, row);
    give_number(h, row);
    row->truth = h->truths++;
    return true;
}

static bool act(struct history *h, enum history_act what)
{
    if (what == HISTORY_ADD || h->n < 4)
        return add_row(h);
    struct history_row *row = &h->rows[pick(h, (unsigned)h->n)];
    switch (what) {
    case HISTORY_RENAME:
        return rename_row(h, row);
    case HISTORY_MOVE:
        return move_row(h, row);
    case HISTORY_REPLAN:
        return replan_row(h, row);
    case HISTORY_DELETE:
        return delete_row(h, row);
    case HISTORY_SPLIT:
        return split_row(h, row);
    case HISTORY_PASTE:
        return paste_row(h, row);
    case HISTORY_RECREATE:
        return recreate_row(h);
    case HISTORY_SWAP:
        return swap_names(h, row, &h->rows[pick(h, (unsigned)h->n)]);
    case HISTORY_REPLACE:
        return replace_row(h, row);
    default:
        return false;
    }
}

// ---- saving -----------------------------------------------------------------------------------

// Rows in tree order, as a file has them.
static void put_below(struct history *h, int parent, struct history_row *to, size_t *n)
{
    for (size_t i = 0; i < h->n; i++) {
        if (h->rows[i].parent != parent)
            continue;
        to[(*n)++] = h->rows[i];
        put_below(h, h->rows[i].truth, to, n);
    }
}

static void save(struct history *h)
{
    struct history_row sorted[HISTORY_ROWS];
    size_t n = 0;
    put_below(h, -1, sorted, &n);
    memcpy(h->rows, sorted, n * sizeof *sorted);
    for (size_t i = 0; i < n; i++) {
        if (h->producer == HISTORY_POSITION)
            h->rows[i].uid = (int64_t)i + 1;
        if (h->producer == HISTORY_NEW_GUIDS)
            draw_guid(h, h->rows[i].guid);
        if (!has_guids(h))
            h->rows[i].guid[0] = '\0';
    }
    if (h->producer == HISTORY_POSITION)
        h->highest_uid = (int64_t)n;
}

// Another program keeps the numbers, or gives them anew in its own way.
static void resave(struct history *h)
{
    h->producer = (enum history_producer)pick(h, HISTORY_PRODUCERS);
    if (has_guids(h))
        for (size_t i = 0; i < h->n; i++)
            if (!h->rows[i].guid[0])
                draw_guid(h, h->rows[i].guid);
}

void history_begin(struct history *h, uint64_t seed, enum history_producer producer)
{
    *h = (struct history){.seed = seed * UINT64_C(0x9E3779B97F4A7C15) + 1, .producer = producer};
    size_t rows = 6 + pick(h, 24);
    while (h->n < rows)
        add_row(h);
    save(h);
}

static unsigned do_acts(struct history *h)
{
    unsigned done = 0, acts = 1 + pick(h, 4);
    for (size_t i = 0; i < h->n; i++)
        h->rows[i].touched = h->rows[i].fresh = false;
    bool other_program = pick(h, 8) == 0;
    for (unsigned i = 0; i < acts; i++) {
        enum history_act what = (enum history_act)pick(h, HISTORY_RESAVE);
        bool names_must_stay = other_program && (what == HISTORY_RENAME || what == HISTORY_SWAP);
        if (!names_must_stay && act(h, what))
            done |= 1u << what;
    }
    if (other_program) {
        resave(h);
        done |= 1u << HISTORY_RESAVE;
    }
    return done;
}

static bool stands_at(const struct history *h, int truth, const struct history_row *place)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->rows[i].truth == truth)
            return h->rows[i].parent == place->parent && strcmp(h->rows[i].name, place->name) == 0;
    return false;
}

// Somebody has come to the very name and place that somebody else has left in the same save: that
// is who was there, by definition, unless numbers that are kept say otherwise.
static bool nobody_could_say(const struct history *before, const struct history *h)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct history_row *row = &h->rows[i];
        if (stands_at(before, row->truth, row))
            continue;
        for (size_t k = 0; k < before->n; k++) {
            const struct history_row *left = &before->rows[k];
            if (left->truth != row->truth && left->parent == row->parent &&
                strcmp(left->name, row->name) == 0 && !stands_at(h, left->truth, left) &&
                (h->producer != HISTORY_MS_PROJECT || row->fresh) && !(row->touched && !row->fresh))
                return true;
        }
    }
    return false;
}

unsigned history_step(struct history *h)
{
    static struct history before;
    for (int tries = 0; tries < 8; tries++) {
        before = *h;
        unsigned done = do_acts(h);
        if (!nobody_could_say(&before, h)) {
            save(h);
            return done;
        }
        uint64_t seed = h->seed;
        *h = before;
        h->seed = seed;
    }
    return 0;
}

const char *history_act_name(enum history_act act)
{
    static const char *const names[HISTORY_ACTS] = {"rename", "move",    "replan", "delete",
                                                    "add",    "split",   "paste",  "re-create",
                                                    "swap",   "replace", "re-save"};
    return names[act];
}

const char *history_producer_name(enum history_producer producer)
{
    static const char *const names[HISTORY_PRODUCERS] = {"MS Project", "without GUIDs", "new GUIDs",
                                                         "highest UID + 1", "by position"};
    return names[producer];
}
