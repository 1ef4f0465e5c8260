// A real okr-plan-sync for tests: run in the background with its log in a file, and its commands
// run to their end. Files, state and home are in one folder of the test program's own.
#ifndef OKR_TESTS_SUPPORT_AGENT_FIXTURE_H
#define OKR_TESTS_SUPPORT_AGENT_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "tests/support/okrd.h"

enum { AGENT_TEXT_MOST = 64 * 1024, AGENT_WORDS_MOST = 24 };

// A new folder for one test, in which all that follows happens; and its removal.
void agent_folder_new(void);
void agent_folder_remove(void);
// A path in it; good for the next 31 calls.
char *agent_path(const char *name);
void agent_write(const char *name, const char *text);
void agent_copy(const char *from, const char *name); // in place, as `cp` does
void agent_move(const char *name, const char *to);
// A plan of `tasks` tasks whose names begin with `word`, saved at 2021-02-08T10:00:00 and
// `minute`s. The caller frees it.
char *agent_plan(const char *word, int tasks, int minute);

// A delegation by pm for these sources, up to NULL; its token is in the file "token". The agent's
// id.
int64_t agent_delegate(struct okrd *okrd, const char *label, ... /* sources, NULL */)
    __attribute__((sentinel));

// `run` with these words (in the folder, with its token file), waiting briefly for files to be
// quiet. Waits until it watches.
void agent_start(struct okrd *okrd, ... /* words, NULL */) __attribute__((sentinel));
pid_t agent_pid(void);
// Sends the signal and waits for its end: the exit code, or 128 and the signal.
int agent_end(int signal);

// Waits until the log says this, after what was waited for before; fails the test after a while.
void agent_expect(const char *text);
// How often the whole log says this, and all of it.
size_t agent_count(const char *text);
const char *agent_log(void);
void agent_forget_log(void); // begins a new one

// A command to its end; what it said.
struct agent_ran {
    int code;
    char out[AGENT_TEXT_MOST];
    char err[AGENT_TEXT_MOST];
};
const struct agent_ran *agent_run(struct okrd *okrd, ... /* words, NULL */)
    __attribute__((sentinel));

void agent_nap(int ms);

#endif
