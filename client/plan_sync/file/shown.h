// A file's name as it can be shown: names may hold any byte, terminals obey some of them.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_SHOWN_H
#define OKR_CLIENT_PLAN_SYNC_FILE_SHOWN_H

#include <stdio.h>

// Characters that cannot be seen (control characters, line separators, marks of the writing
// direction and the like) and bytes that are no UTF-8 are printed as \xNN, byte by byte.
void shown_print(FILE *to, const char *name);

#endif
