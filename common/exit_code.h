// How okr and okr-plan-sync end. Scripts rely on these numbers: never renumber. `okr help
// exit-codes` words them.
#ifndef OKR_COMMON_EXIT_CODE_H
#define OKR_COMMON_EXIT_CODE_H

enum {
    EXIT_DONE = 0,
    EXIT_OTHER = 1,
    EXIT_USAGE = 2, // the command line, or a file
    EXIT_NOT_LOGGED_IN = 3,
    EXIT_DENIED = 4,
    EXIT_CONFLICT = 5,
    EXIT_NOT_FOUND = 6,
    EXIT_UNAVAILABLE = 7,
    EXIT_OUTCOME_UNKNOWN = 8,
    EXIT_WRONG_STATE = 9,
};

#endif
