// The folder, the lock, and the replacing of the file. Its text is run_state_text.c.
#include "client/plan_sync/run/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATE_MOST = 16 * 1024 * 1024 };

static bool join(char ret[PATH_MAX], const char *folder, const char *name)
{
    int n = snprintf(ret, PATH_MAX, "%s/%s", folder, name);
    errno = ENAMETOOLONG;
    return n > 0 && n < PATH_MAX;
}

// ---- the folder -------------------------------------------------------------------------------

bool run_state_folder(const char *given, char ret[PATH_MAX])
{
    const char *systemd = getenv("STATE_DIRECTORY");
    const char *xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (given && given[0])
        return snprintf(ret, PATH_MAX, "%s", given) < PATH_MAX;
    if (systemd && systemd[0] == '/') // a list, when the unit names several
        return snprintf(ret, PATH_MAX, "%.*s", (int)strcspn(systemd, ":"), systemd) < PATH_MAX;
    if (xdg && xdg[0] == '/') // told by whoever started it, root too
        return join(ret, xdg, "okr-plan-sync");
    if (geteuid() == 0)
        return join(ret, "/var/lib", "okr-plan-sync");
    return home && home[0] == '/' && join(ret, home, ".local/state/okr-plan-sync");
}

static bool make_folders(const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700); // what is missing shows at the last one
        *slash = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

// ---- the lock ---------------------------------------------------------------------------------

// A lock of the open file description: it can be asked for without being taken, and a child that
// still uploads keeps it when its parent is killed.
static bool try_lock(int fd, int command, struct flock *lock)
{
    *lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, command, lock) == 0;
}

static pid_t read_pid(int fd)
{
    char text[16] = "";
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
    return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

static bool write_pid(int fd)
{
    char text[16];
    int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) == n;
}

int run_state_lock(const char *folder, pid_t *ret_pid)
{
    char path[PATH_MAX];
    struct flock lock;
    *ret_pid = 0;
    if (!make_folders(folder) || !join(path, folder, "run.lock"))
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    if (try_lock(fd, F_OFD_SETLK, &lock) && write_pid(fd))
        return fd;
    int error = errno;
    bool held = error == EAGAIN || error == EACCES;
    *ret_pid = held ? read_pid(fd) : 0;
    close(fd);
    errno = held ? EWOULDBLOCK : error;
    return -1;
}

pid_t run_state_holder(const char *folder)
{
    char path[PATH_MAX];
    struct flock lock;
    int fd = join(path, folder, "run.lock") ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd < 0)
        return 0;
    pid_t pid = 0;
    if (try_lock(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK) {
        pid = read_pid(fd);
        pid = pid > 0 ? pid : -1;
    }
    close(fd);
    return pid;
}

// ---- the file ---------------------------------------------------------------------------------

static char *read_file(const char *path, size_t *ret_length)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *text = NULL;
    size_t length = 0;
    if (fstat(fd, &stat) == 0 && stat.st_size <= STATE_MOST)
        text = malloc((size_t)stat.st_size + 1);
    while (text && length < (size_t)stat.st_size) {
        ssize_t n = read(fd, text + length, (size_t)stat.st_size - length);
        if (n <= 0)
            break;
        length += (size_t)n;
    }
    close(fd);
    *ret_length = length;
    return text;
}

enum run_state_load run_state_load(const char *folder, int64_t now, int64_t wall,
                                   struct run_plans *plans, struct run_facts *facts)
{
    char path[PATH_MAX];
    size_t length = 0;
    if (!join(path, folder, "run.json"))
        return RUN_STATE_UNREADABLE;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return RUN_STATE_NONE;
    char *text = read_file(path, &length);
    if (!text)
        return RUN_STATE_UNREADABLE;
    bool fine = run_state_parse(text, length, now, wall, plans, facts);
    free(text);
    return fine ? RUN_STATE_LOADED : RUN_STATE_DAMAGED;
}

bool run_state_set_aside(const char *folder)
{
    char from[PATH_MAX], to[PATH_MAX];
    return join(from, folder, "run.json") && join(to, folder, "run.json.damaged") &&
           rename(from, to) == 0;
}

static bool write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        length -= (size_t)n;
    }
    return fsync(fd) == 0;
}

static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd); // where it cannot be synced, an older state comes back: harmless
    close(fd);
}

static bool replace(const char *folder, const char *text)
{
    char path[PATH_MAX], beside[PATH_MAX];
    if (!join(path, folder, "run.json") || !join(beside, folder, "run.json.new"))
        return false;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool written = write_all(fd, text, strlen(text));
    int error = errno;
    close(fd);
    if (written && rename(beside, path) == 0) {
        sync_folder(folder);
        return true;
    }
    if (!written)
        errno = error;
    return false;
}

bool run_state_save(const char *folder, int64_t now, int64_t wall, const struct run_plans *plans,
                    const struct run_facts *facts)
{
    char *text = run_state_text(now, wall, plans, facts);
    errno = ENOMEM;
    bool saved = text && replace(folder, text);
    free(text);
    return saved;
}
