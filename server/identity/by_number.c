// Who is who by numbers: GUIDs and UIDs, as far as the whole file says that they are worth
// something.
#include <string.h>
#include "server/identity/identity_private.h"

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

// The project's own row, whatever the project's name is now.
void identity_match_project(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *olds;
    if (row->uid == 0 && identity_equal(&run->old_by_uid, row, &olds) > 0)
        identity_take(run, olds[0], row);
}

// ---- 1: GUIDs ---------------------------------------------------------------------------------

void identity_match_guid(struct identity_run *run, struct identity_row *row)
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
            identity_contradict(run, row, olds[0], named[i]);
            return;
        }
    }
    identity_take(run, olds[0], row);
}

// ---- 2: UIDs ----------------------------------------------------------------------------------

static struct identity_row *at_place(const struct identity_run *run, const struct identity_row *row,
                                     bool gone)
{
    size_t count;
    int64_t key = identity_parent_key(row);
    return key == IDENTITY_UNKNOWN
               ? NULL
               : identity_only_at_place(&run->old_by_name, row, key, gone, &count);
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

void identity_match_uid(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *old = identity_of_uid(run, row);
    if (!old || old->contradicted || run->trust.uids_below < 0)
        return; // numbers of places: the order says as much
    if (strcmp(old->name, row->name) == 0) {
        if (stayed(run, old, row))
            identity_take(run, old, row);
        return;
    }
    struct identity_row *other = at_place(run, row, false);
    if (!other)
        other = at_place(run, row, true);
    if (other && other != old)
        identity_contradict(run, row, old, other);
    else if (renamed(run, old, row))
        identity_take(run, old, row);
}

// Where UIDs count, a task that had gone and stands there again with its UID and its name.
void identity_match_uid_gone(struct identity_run *run, struct identity_row *row)
{
    struct identity_row *const *rows, *found = NULL;
    size_t n = run->trust.uids_below >= 0 ? identity_equal(&run->old_by_uid, row, &rows) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!rows[i]->gone)
            return;
        if (rows[i]->same || identity_guids_differ(run, rows[i], row) ||
            strcmp(rows[i]->name, row->name) != 0 ||
            !(row->uid < run->trust.uids_below || identity_same_content_that_counts(rows[i], row)))
            continue;
        if (found)
            return;
        found = rows[i];
    }
    if (found)
        identity_take(run, found, row);
}
