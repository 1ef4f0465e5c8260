// Places where a test build of okrd goes wrong when it is told to, so that it can be seen whether
// the fault tests' checker notices (tests/fault/test_bugs.c). In the okrd that ships BUG() is false
// and nothing of it remains.
#ifndef OKR_SERVER_BUG_H
#define OKR_SERVER_BUG_H

#ifdef OKRD_BUGS
#include <stdbool.h>
// Whether this one is called up, by OKRD_BUG in the environment.
bool bug_is_called(const char *name);
#define BUG(name) bug_is_called(#name)
#else
#define BUG(name) 0
#endif

#endif
