#include "tests/support/template.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/support/okrd_private.h"
#include "tests/support/scratch.h"

enum { PATH = 512, STAMP = 64 };

struct template
{
    char folder[PATH - 32]; // holds the lock, the stamp and the cluster
    char stamp[PATH];       // says of which okrd the cluster is
    char cluster[PATH];
};

static int lock(const struct template *t)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/lock", t->folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        fail_msg("%s: %s", path, strerror(errno));
    return fd;
}

// Another okrd may have other migrations, or make a cluster in another way.
static void stamp_of_okrd(char stamp[STAMP])
{
    struct stat okrd;
    if (stat(BIN_DIR "/okrd", &okrd) != 0)
        fail_msg("%s: %s", BIN_DIR "/okrd", strerror(errno));
    snprintf(stamp, STAMP, "%lld.%09ld %lld\n", (long long)okrd.st_mtim.tv_sec,
             okrd.st_mtim.tv_nsec, (long long)okrd.st_size);
}

static bool has_stamp(const struct template *t, const char *stamp)
{
    char text[STAMP] = "";
    FILE *in = fopen(t->stamp, "re");
    bool same = in && fgets(text, sizeof text, in) && strcmp(text, stamp) == 0;
    if (in)
        fclose(in);
    return same;
}

// Last of all, so that a template that was cut off counts for none.
static void write_stamp(const struct template *t, const char *stamp)
{
    FILE *out = fopen(t->stamp, "we");
    if (!out || fputs(stamp, out) < 0 || fclose(out) != 0)
        fail_msg("%s: %s", t->stamp, strerror(errno));
}

// As a person's first start makes it.
static void make(const struct template *t, const char *stamp)
{
    char made[PATH + 16];
    unlink(t->stamp);
    scratch_remove(t->cluster);
    struct okrd *okrd = okrd_new(NULL);
    okrd_begin(okrd);
    okrd_end(okrd, SIGTERM);
    snprintf(made, sizeof made, "%s/cluster", okrd->dir);
    scratch_run("/bin/cp", "-a", made, t->cluster, NULL);
    snprintf(made, sizeof made, "%s/reserve", t->cluster);
    scratch_remove(made); // okrd makes it again
    okrd_stop(okrd);
    write_stamp(t, stamp);
}

void template_copy(const char *folder)
{
    struct template t;
    char stamp[STAMP];
    snprintf(t.folder, sizeof t.folder, "%s/template-%u", BUILD_DIR, (unsigned)geteuid());
    snprintf(t.stamp, sizeof t.stamp, "%s/okrd", t.folder);
    snprintf(t.cluster, sizeof t.cluster, "%s/cluster", t.folder);
    if (mkdir(t.folder, 0755) != 0 && errno != EEXIST)
        fail_msg("%s: %s", t.folder, strerror(errno));
    int fd = lock(&t);
    stamp_of_okrd(stamp);
    if (!has_stamp(&t, stamp))
        make(&t, stamp);
    flock(fd, LOCK_SH);
    scratch_run("/bin/cp", "-a", "--reflink=auto", t.cluster, folder, NULL);
    close(fd);
}
