// Running okr and okr-plan-sync as people and schedulers start them: a child with a home of its own
// and its streams in files.
#ifndef OKR_TESTS_SUPPORT_PROGRAM_H
#define OKR_TESTS_SUPPORT_PROGRAM_H

#include "tests/support/okrd.h"

enum { PROGRAM_TEXT_MOST = 256 * 1024 };

struct program {
    struct okrd *okrd;
    char folder[64]; // the home, and for files of the tests
    int code;        // of the last run: its exit code, and what it printed, cut at the arrays' ends
    char out[PROGRAM_TEXT_MOST];
    char err[PROGRAM_TEXT_MOST];
};

// Makes the folder; program_end() removes it with all that is in it.
void program_begin(struct program *p, struct okrd *okrd);
void program_end(struct program *p);

// A path in the folder, in memory that is good for the next 31 calls.
char *program_path(struct program *p, const char *name);
void program_write(const char *path, const char *text);

// okr-plan-sync as pm; okr as pm. Words end with NULL.
void program_sync(struct program *p, ...);
void program_okr(struct program *p, ...);
// okr as somebody else of the server's members, from now on for --as.
void program_log_in(struct program *p, const char *handle);
// okr on a terminal of 80 columns: `answer` is typed as soon as it asks, NULL: nothing. All that it
// shows is in `out`. It ends within a minute, or the test fails.
void program_terminal(struct program *p, const char *answer, ...);
// Fails the test unless the last run ended with `code` and printed both texts.
void program_expect(const struct program *p, int code, const char *in_out, const char *in_err);

#endif
