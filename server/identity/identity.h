// Who is who when a plan comes back (R30): rows of a new version that are matched with the tasks a
// source has or once had. Pure: it knows rows in memory, no database and no call.
//
// What tells a task: its GUID, its UID, its name under its parent, what it holds (dates, work,
// people, baseline), and its place in the order. No single one is sure
// (tests/unit/test_plan_identity.c has the cases): programs drop GUIDs or make new ones on each
// save, number UIDs by position, and people rename, move, cut and paste. The project's own row (UID
// 0) is itself. Else the whole file is asked first what its numbers are worth:
//  - GUIDs count when at least half of those that could come back did.
//  - UIDs count when most rows with the same UID have the same name as well, and when they are not
//    merely the row's position while names went to other UIDs.
// Then, from the sure to the less sure; a row that was given away is nobody's candidate any more:
//  1 the same GUID, unless UID and name together say another row;
//  2 the same UID (where UIDs count as more than positions, and no GUID contradicts) and the same
//    name, wherever it stands; with another name: where the UID was given out before others that
//    are still there, or with the same parent and the same contents or predecessors (the last UIDs
//    may have been given anew);
//  3 where UIDs are positions or do not count, both files are laid side by side (align.c): the same
//    parent and the same contents that count, whatever the name; the same name under the same
//    parent, if no other row of either file might have come to stand there; a new name above the
//    same children;
//  4 the same name under the same parent, once on either side; among several only by contents that
//    one alone has;
//  5 as 4, a task that had gone: it comes back as who it was;
//  6 the same name under another parent: only where the contents are worth something, are the same,
//    and the name stands once on either side.
// What is left and might be a task that has vanished is a question for the program manager. A row
// of which GUID, UID and name are all new is new by definition. A wrong match is worse than a
// question.
#ifndef OKR_SERVER_IDENTITY_IDENTITY_H
#define OKR_SERVER_IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"

// Keys are 0 and above.
enum { IDENTITY_TOP = -1, IDENTITY_UNKNOWN = -2 };
enum { IDENTITY_CANDIDATES = 8 };

// As bits of struct identity_candidate; okr.v1.PlanEvidence numbers them from 1.
enum {
    IDENTITY_GUID = 1,
    IDENTITY_UID = 2,
    IDENTITY_NAME = 4,
    IDENTITY_PARENT = 8,
    IDENTITY_CONTENT = 16,
};

struct identity_candidate {
    const struct identity_row *row;
    int evidence;
};

struct identity_row {
    int64_t key; // of an older row
    int64_t uid;
    const char *guid; // NULL: none
    const char *name; // never NULL
    // Of an older row its parent's key. Of a new one, too, where that is known already, else
    // IDENTITY_UNKNOWN and `parent` the parent's row. The project summary (UID 0) is no parent:
    // IDENTITY_TOP.
    int64_t parent_key;
    struct identity_row *parent;
    bool gone; // an older row that the published version has no more
    // What it holds; texts are "" where there is none.
    const char *start, *finish, *baseline, *resources, *predecessors;
    double duration, work;

    // Found: the counterpart; of a new row without one its candidates, none: it is new.
    struct identity_row *same;
    struct identity_row *beside; // where both files are laid side by side
    uint32_t gap;                // how many pairs stand before it
    bool in_step;                // beside it stands one like it, and so do their parents
    struct identity_family *siblings, *children;
    bool contradicted; // witnesses name different rows: it is not matched by a weaker one
    struct identity_candidate *candidates; // IDENTITY_CANDIDATES at most, in the arena
    size_t n_candidates;
};

// What the published version and the new one have in common, over rows that are not blank and have
// a UID (0 or above) of their own.
struct identity_counts {
    int64_t old_rows, new_rows;
    int64_t common;  // UIDs in both
    int64_t agree;   // of these, with the same name
    int64_t shifted; // of these, with a name that the older version has at another UID
    int64_t old_guids, new_guids;
    int64_t same_guids;   // GUIDs in both
    int64_t top_agreeing; // the second highest of the UIDs that agree and have the same parent's
                          // UID (the highest may be new ones of old tasks' names); -1: none
    bool positional;      // the new UIDs begin with 0 or 1 and go up by the same step
};
struct identity_trust {
    bool guids, uids;
    int64_t uids_below; // of these not even a new name makes another task
};
struct identity_trust identity_trust_of(const struct identity_counts *counts);

struct identity_run;

// Matches what is not matched yet; the run, for the questions, lives in the arena. NULL: no memory.
// Of a file with next to nothing in common it gives up early: rows of one name that are more than
// some are not told apart.
struct identity_run *identity_match(struct arena *arena, struct identity_trust trust,
                                    struct identity_row *olds, size_t n_olds,
                                    struct identity_row *news, size_t n_news);
// Fills in the candidates of all rows that nothing matched. False: no memory.
bool identity_ask(struct identity_run *run);

#endif
