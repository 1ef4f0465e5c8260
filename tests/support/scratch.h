// A folder of a test's own. It lies in memory where the machine has a file system for that: what
// PostgreSQL syncs costs nothing there, and okrd needs no option that makes it careless. Tests of
// what is on disk after a kill do not use it.
#ifndef OKR_TESTS_SUPPORT_SCRATCH_H
#define OKR_TESTS_SUPPORT_SCRATCH_H

enum { SCRATCH_PATH = 64 };

// Makes one that everybody may enter; `name` says whose it is. Fails the test if it cannot.
void scratch_make(char path[SCRATCH_PATH], const char *name);
// With all that is in it.
void scratch_remove(const char *path);
// Runs a program and waits; fails the test unless it ends with 0. Words end with NULL.
void scratch_run(const char *program, ...) __attribute__((sentinel));

#endif
