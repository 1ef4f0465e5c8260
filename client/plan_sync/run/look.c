// stat(2), with times to the nanosecond.
#include "client/plan_sync/run/look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool parent_is_there(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof(parent), "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = '\0';
    return access(parent, F_OK) == 0;
}

struct run_seen run_look_at(const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0) {
        int error = errno;
        bool absent = error == ENOENT && parent_is_there(path);
        return (struct run_seen){.sight = absent ? RUN_ABSENT : RUN_HIDDEN, .os_error = error};
    }
    return (struct run_seen){
        .sight = RUN_PRESENT,
        .stamp = {.device = s.st_dev,
                  .inode = s.st_ino,
                  .size = s.st_size,
                  .mtime_ns = nanoseconds(s.st_mtim),
                  .ctime_ns = nanoseconds(s.st_ctim)},
    };
}

bool run_look_changed(const char *path, struct run_stamp *last)
{
    struct run_seen seen = run_look_at(path);
    if (!path[0] || seen.sight != RUN_PRESENT || run_stamp_equal(&seen.stamp, last))
        return false;
    *last = seen.stamp;
    return true;
}
