// Without a name from the beginning where the file system can do that.
#include "client/plan_sync/file/private_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int private_file(void)
{
    const char *given = getenv("TMPDIR");
    const char *folder = given && given[0] == '/' ? given : "/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char name[4096];
    if (snprintf(name, sizeof(name), "%s/okr-plan-sync-XXXXXX", folder) >= (int)sizeof(name))
        return -1;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    return fd;
}
