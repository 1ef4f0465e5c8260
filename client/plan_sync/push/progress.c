// A line at most every 200 ms, the first one after half a second.
#include "client/plan_sync/push/progress.h"

#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 500, EVERY_MS = 200 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, FILE *to)
{
    *progress = (struct progress){.next_ms = now_ms() + FIRST_MS};
    if (fileno(to) >= 0 && isatty(fileno(to)))
        progress->to = to;
}

void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t of)
{
    if (!progress->to || now_ms() < progress->next_ms)
        return;
    progress->next_ms = now_ms() + EVERY_MS;
    progress->shown = true;
    fprintf(progress->to, "\r\x1b[K%s", what);
    if (of > 0)
        fprintf(progress->to, " %3.0f %%", 100.0 * (double)(done < of ? done : of) / (double)of);
    fflush(progress->to);
}

void progress_end(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\x1b[K", progress->to);
    fflush(progress->to);
    progress->shown = false;
}
