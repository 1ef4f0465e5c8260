// How far long work is, on a terminal: one line that is written over, and gone at the end. Says
// nothing to a pipe or a file.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_PROGRESS_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *to; // NULL: no terminal
    int64_t next_ms;
    bool shown;
};

void progress_start(struct progress *progress, FILE *to);
// `what` is translated. `of` 0: how much there is to do is not known. Quick work is not shown.
void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t of);
// Takes the line away. What else is written to the terminal comes after this.
void progress_end(struct progress *progress);

#endif
