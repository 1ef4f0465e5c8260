/* Giving up root: which unprivileged user okrd becomes, the directories made ready for it while
 * root still can, and the change itself, once and for the whole process. It knows nothing of
 * PostgreSQL except that its binaries refuse to run as root, nor of what the directories hold. */
#ifndef OKR_SERVER_PRIVILEGE_H
#define OKR_SERVER_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

struct privilege_error {
    char message[512]; /* one sentence for the operator, without a newline */
};

struct privilege_user {
    char name[64];
    char home[256];
    uid_t uid;
    gid_t gid;
};

/* Finds who the process is to be. As root: `wanted`, or where that is NULL the user "okrd" if
 * there is one, else "postgres"; never uid 0. Otherwise: whoever it is now, and naming anyone
 * else is an error. ret_user stays untouched on failure. */
bool privilege_find_user(const char *wanted, struct privilege_user *ret_user,
                         struct privilege_error *error);

/* Makes the directory `path` (absolute) with `mode`, owned by the user that `user` names as
 * privilege_find_user understands it; missing parents are made with 0755. Fails if a parent cannot
 * be searched by that user, or if the leaf is a symbolic link or belongs to someone else (an empty
 * one of root's is taken over: a fresh mount point looks like that). Call it before the drop and
 * before the first thread. */
bool privilege_prepare_dir(const char *path, const char *user, mode_t mode,
                           struct privilege_error *error);

/* If root, becomes the user for good: groups, gid, uid, no way back, HOME and USER. Root or not,
 * it removes every PG* variable from the environment and goes to "/", so make paths absolute
 * first. Call it in main before the first thread. Afterwards the process is not dumpable (no core
 * file, /proc/self/exe closed) unless it was built with a sanitizer, whose leak check needs it. */
bool privilege_drop(const char *user, struct privilege_error *error);

/* An O_CLOEXEC descriptor of the running executable, for a later fexecve; call it before the drop,
 * which closes /proc/self/exe. The caller owns it. -1 with errno on failure. */
int privilege_keep_exe(void);

#endif
