#include "tests/support/scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { WORDS_MOST = 12 };
static const uint64_t ENOUGH = UINT64_C(1) << 30; // some clusters at a time, and okrd's own floor
static const char MEMORY[] = "/dev/shm";

static const char *root(void)
{
    struct statvfs room;
    bool good = access(MEMORY, W_OK | X_OK) == 0 && statvfs(MEMORY, &room) == 0 &&
                (uint64_t)room.f_bavail * room.f_frsize >= ENOUGH;
    return good ? MEMORY : "/tmp";
}

void scratch_make(char path[SCRATCH_PATH], const char *name)
{
    snprintf(path, SCRATCH_PATH, "%s/okrd-%s-XXXXXX", root(), name);
    if (!mkdtemp(path) || chmod(path, 0755) != 0)
        fail_msg("no folder %s: %s", path, strerror(errno));
}

void scratch_remove(const char *path)
{
    scratch_run("/bin/rm", "-rf", path, NULL);
}

void scratch_run(const char *program, ...)
{
    char *argv[WORDS_MOST + 1] = {(char *)(uintptr_t)program};
    va_list words;
    pid_t pid = 0;
    int status = -1;
    va_start(words, program);
    for (size_t i = 1; i < WORDS_MOST && (argv[i] = va_arg(words, char *)); i++)
        continue;
    va_end(words);
    int error = posix_spawn(&pid, program, NULL, NULL, argv, environ);
    if (error || waitpid(pid, &status, 0) != pid || status != 0)
        fail_msg("%s %s ...: %s %d", program, argv[1], strerror(error), status);
}
