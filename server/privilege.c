/* Giving up root: directories are made and handed over while root still can, then the whole
 * process changes its user. Everything is done through descriptors where a path could be swapped
 * under us. It knows nothing of what the user will run. */
#include "server/privilege.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PRIVILEGE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(leak_sanitizer) || __has_feature(memory_sanitizer)
#define PRIVILEGE_SANITIZED 1
#endif
#endif

extern char **environ;

__attribute__((format(printf, 2, 3))) static bool fail(struct privilege_error *error,
                                                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return false;
}

static bool take_user(const struct passwd *entry, struct privilege_user *ret_user,
                      struct privilege_error *error)
{
    struct privilege_user user = {.uid = entry->pw_uid, .gid = entry->pw_gid};
    if (strlen(entry->pw_name) >= sizeof user.name || strlen(entry->pw_dir) >= sizeof user.home) {
        return fail(error, "the account of user id %u has too long a name or home directory",
                    (unsigned)entry->pw_uid);
    }
    strcpy(user.name, entry->pw_name);
    strcpy(user.home, entry->pw_dir);
    *ret_user = user;
    return true;
}

static bool find_current(const char *wanted, struct privilege_user *ret_user,
                         struct privilege_error *error)
{
    uid_t uid = geteuid();
    if (wanted != NULL) {
        const struct passwd *other = getpwnam(wanted);
        if (other == NULL || other->pw_uid != uid) {
            return fail(error, "only root can change to user \"%s\"", wanted);
        }
    }
    const struct passwd *entry = getpwuid(uid);
    if (entry == NULL) {
        return fail(error, "user id %u has no account (no line in /etc/passwd)", (unsigned)uid);
    }
    return take_user(entry, ret_user, error);
}

bool privilege_find_user(const char *wanted, struct privilege_user *ret_user,
                         struct privilege_error *error)
{
    if (geteuid() != 0) {
        return find_current(wanted, ret_user, error);
    }
    const struct passwd *entry = getpwnam(wanted != NULL ? wanted : "okrd");
    if (entry == NULL && wanted == NULL) {
        entry = getpwnam("postgres");
    }
    if (entry == NULL && wanted == NULL) {
        return fail(error, "okrd does not run as root, and there is neither a user \"okrd\" nor "
                           "\"postgres\"; make one: useradd --system okrd");
    }
    if (entry == NULL) {
        return fail(error, "there is no user \"%s\"", wanted);
    }
    if (entry->pw_uid == 0) {
        return fail(error, "user \"%s\" is root; okrd needs an unprivileged one", entry->pw_name);
    }
    return take_user(entry, ret_user, error);
}

static bool change_ids(const struct privilege_user *user, struct privilege_error *error)
{
    if (initgroups(user->name, user->gid) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
        setresuid(user->uid, user->uid, user->uid) < 0) {
        return fail(error, "cannot become user \"%s\": %s", user->name, strerror(errno));
    }
    /* A process that kept CAP_SETUID through odd securebits would get back here. */
    if (setuid(0) == 0 || geteuid() != user->uid || getuid() != user->uid ||
        getegid() != user->gid || getgid() != user->gid) {
        return fail(error, "root was not given up for good: is CAP_SETUID kept?");
    }
    return true;
}

/* Calls `visit` for every proper parent of an absolute path, from "/" down; stops at false. */
static bool each_parent(const char *path, bool (*visit)(const char *parent, void *context),
                        void *context)
{
    char parent[PATH_MAX];
    if (!visit("/", context)) {
        return false;
    }
    for (const char *at = path + 1; (at = strchr(at, '/')) != NULL; at++) {
        size_t length = (size_t)(at - path);
        memcpy(parent, path, length);
        parent[length] = '\0';
        if (!visit(parent, context)) {
            return false;
        }
    }
    return true;
}

static bool make_parent(const char *parent, void *context)
{
    struct privilege_error *error = context;
    struct stat status;
    if (mkdir(parent, 0755) == 0) {
        /* The umask may have closed it to the user. */
        return chmod(parent, 0755) == 0 || fail(error, "%s: %s", parent, strerror(errno));
    }
    if (errno != EEXIST && errno != EROFS) {
        return fail(error, "cannot make the directory %s: %s", parent, strerror(errno));
    }
    if (stat(parent, &status) < 0) {
        return fail(error, "%s: %s", parent, strerror(errno));
    }
    return S_ISDIR(status.st_mode) || fail(error, "%s is not a directory", parent);
}

struct search {
    int count;   /* parents seen so far */
    int stop_at; /* names the stop_at-th parent instead of trying them; 0: try */
    char name[PATH_MAX];
};

static bool search_parent(const char *parent, void *context)
{
    struct search *search = context;
    search->count++;
    if (search->stop_at == 0) {
        return access(parent, X_OK) == 0;
    }
    strcpy(search->name, parent);
    return search->count < search->stop_at;
}

/* In a process of its own that has become the user, so that access lists count as well; its exit
 * code is the number of the first parent that is closed to it. */
static int first_closed_parent(const char *path, const struct privilege_user *user)
{
    pid_t child = fork();
    if (child == 0) {
        struct privilege_error ignored;
        struct search search = {0};
        if (geteuid() == 0 && !change_ids(user, &ignored)) {
            _exit(255);
        }
        _exit(each_parent(path, search_parent, &search) ? 0 : search.count);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return 255;
        }
    }
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static bool check_parents(const char *path, const struct privilege_user *user,
                          struct privilege_error *error)
{
    struct search search = {.stop_at = first_closed_parent(path, user)};
    if (search.stop_at == 0) {
        return true;
    }
    if (search.stop_at == 255) {
        return fail(error, "cannot check %s as user \"%s\"", path, user->name);
    }
    each_parent(path, search_parent, &search);
    return fail(
        error,
        "user \"%s\" may not enter %s, which is above %s (chmod a+x, or use another directory)",
        user->name, search.name, path);
}

static bool is_empty(int directory)
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (stream == NULL) {
        return false;
    }
    int entries = 0;
    while (readdir(stream) != NULL) {
        entries++;
    }
    closedir(stream);
    return entries <= 2;
}

static bool take_leaf(int leaf, const char *path, const struct privilege_user *user, mode_t mode,
                      struct privilege_error *error)
{
    struct stat status;
    if (fstat(leaf, &status) < 0) {
        return fail(error, "%s: %s", path, strerror(errno));
    }
    bool from_root = geteuid() == 0 && status.st_uid == 0 && is_empty(leaf);
    if (status.st_uid != user->uid && !from_root) {
        return fail(error,
                    "%s belongs to user id %u, not to \"%s\" (chown it, or use another directory)",
                    path, (unsigned)status.st_uid, user->name);
    }
    if (from_root && fchown(leaf, user->uid, user->gid) < 0) {
        return fail(error, "cannot give %s to user \"%s\": %s", path, user->name, strerror(errno));
    }
    if ((status.st_mode & 07777) != mode && fchmod(leaf, mode) < 0) {
        return fail(error, "cannot set the mode of %s: %s", path, strerror(errno));
    }
    return true;
}

bool privilege_prepare_dir(const char *path, const char *user, mode_t mode,
                           struct privilege_error *error)
{
    struct privilege_user owner;
    char leaf_path[PATH_MAX];
    size_t length = strlen(path);
    if (!privilege_find_user(user, &owner, error)) {
        return false;
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (path[0] != '/' || length < 2 || length >= sizeof leaf_path) {
        return fail(error, "\"%s\" is not a usable absolute path", path);
    }
    memcpy(leaf_path, path, length);
    leaf_path[length] = '\0';
    if (!each_parent(leaf_path, make_parent, error) || !check_parents(leaf_path, &owner, error)) {
        return false;
    }
    if (mkdir(leaf_path, 0700) < 0 && errno != EEXIST) {
        return fail(error, "cannot make the directory %s: %s", leaf_path, strerror(errno));
    }
    int leaf = open(leaf_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (leaf < 0) {
        /* O_DIRECTORY with O_NOFOLLOW reports a link as ENOTDIR. */
        return fail(error, "%s: %s", leaf_path,
                    errno == ENOTDIR ? "is a symbolic link or not a directory" : strerror(errno));
    }
    bool taken = take_leaf(leaf, leaf_path, &owner, mode, error);
    close(leaf);
    return taken;
}

/* libpq would let them overrule the socket, the user and the options of every connection. */
static void clean_environment(void)
{
    for (char **entry = environ; entry != NULL && *entry != NULL;) {
        char name[128];
        size_t length = strcspn(*entry, "=");
        if (strncmp(*entry, "PG", 2) != 0 || length >= sizeof name) {
            entry++;
            continue;
        }
        memcpy(name, *entry, length);
        name[length] = '\0';
        if (unsetenv(name) < 0) {
            entry++;
        } else {
            entry = environ;
        }
    }
}

bool privilege_drop(const char *user, struct privilege_error *error)
{
    struct privilege_user target;
    bool root = geteuid() == 0;
    if (!privilege_find_user(user, &target, error)) {
        return false;
    }
    if (root) {
        if (!change_ids(&target, error)) {
            return false;
        }
        if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 || setenv("HOME", target.home, 1) < 0 ||
            setenv("USER", target.name, 1) < 0 || setenv("LOGNAME", target.name, 1) < 0) {
            return fail(error, "cannot settle as user \"%s\": %s", target.name, strerror(errno));
        }
#ifdef PRIVILEGE_SANITIZED
        prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L);
#endif
    }
    clean_environment();
    return chdir("/") == 0 || fail(error, "cannot go to /: %s", strerror(errno));
}

int privilege_keep_exe(void)
{
    return open("/proc/self/exe", O_PATH | O_CLOEXEC);
}
