// A plan and what people and programs do to it, with the truth kept beside: who each row is. For
// tests of identity; it knows files' habits, and nothing of how rows are matched.
#ifndef OKR_TESTS_PLAN_HISTORY_H
#define OKR_TESTS_PLAN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_ROWS = 64, HISTORY_NAME = 40, HISTORY_GUID = 40 };

// How programs number rows.
enum history_producer {
    HISTORY_MS_PROJECT,   // UIDs never given twice, GUIDs kept
    HISTORY_WITHOUT_GUID, // the same, no GUIDs
    HISTORY_NEW_GUIDS,    // UIDs kept, other GUIDs on each save
    HISTORY_HIGHEST,      // a new row gets the highest UID + 1 of those that are there; no GUIDs
    HISTORY_POSITION,     // the row's number; no GUIDs
    HISTORY_PRODUCERS,
};

enum history_act {
    HISTORY_RENAME,
    HISTORY_MOVE,
    HISTORY_REPLAN,
    HISTORY_DELETE,
    HISTORY_ADD,
    HISTORY_SPLIT,
    HISTORY_PASTE,    // cut and pasted: the same task, a new row
    HISTORY_RECREATE, // deleted earlier, entered again
    HISTORY_SWAP,     // two tasks change names
    HISTORY_REPLACE,  // one deleted, another one of its name entered elsewhere
    HISTORY_RESAVE,   // by another program
    HISTORY_ACTS,
};

struct history_row {
    int truth;  // who it is; -1: no row
    int parent; // truth of the summary task; -1: none
    char name[HISTORY_NAME];
    char guid[HISTORY_GUID]; // "": none
    int64_t uid;
    int start, days, work, person; // work 0, person 0: nothing was said
    bool touched, fresh;           // in this step; fresh: with a new number
};

struct history {
    uint64_t seed;
    enum history_producer producer;
    struct history_row rows[HISTORY_ROWS]; // in the file's order
    size_t n;
    struct history_row gone[HISTORY_ROWS * 4];
    size_t n_gone;
    int truths;
    int64_t highest_uid;
};

void history_begin(struct history *history, uint64_t seed, enum history_producer producer);
// Some acts and a save. Bits of enum history_act for what was done.
unsigned history_step(struct history *history);
const char *history_act_name(enum history_act act);
const char *history_producer_name(enum history_producer producer);

#endif
