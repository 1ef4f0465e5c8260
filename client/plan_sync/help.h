// What okr-plan-sync can do, in words: all of it, or one command.
#ifndef OKR_CLIENT_PLAN_SYNC_HELP_H
#define OKR_CLIENT_PLAN_SYNC_HELP_H

#include <stdio.h>

// `command` NULL, or one that is not known: everything in short.
void help_print(FILE *to, const char *command);

#endif
