/* Room that is kept aside on the disk. PostgreSQL does not start without some: it writes its lock
 * file, and a segment of its log. On a disk that is full the reserve is given up for that, so that
 * what is there can be read. It must not know when changes are refused. */
#include "server/pg/cluster_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
    RESERVE_BYTES = 40 << 20, /* two segments, and something for the rest */
    ENOUGH_BYTES = 256 << 20  /* where the reserve is made only */
};

static void reserve_path(const struct cluster *cluster, char path[CLUSTER_PATH])
{
    snprintf(path, CLUSTER_PATH, "%s/reserve", cluster->dir);
}

void cluster_keep_reserve(const struct cluster *cluster)
{
    char path[CLUSTER_PATH];
    reserve_path(cluster, path);
    if (access(path, F_OK) == 0 || cluster_free_bytes(cluster) < ENOUGH_BYTES) {
        return;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || posix_fallocate(fd, 0, RESERVE_BYTES) != 0) {
        unlink(path); /* without it a full disk is only worse to start on */
    }
    if (fd >= 0) {
        close(fd);
    }
}

void cluster_spend_reserve(const struct cluster *cluster)
{
    char path[CLUSTER_PATH];
    int64_t left = cluster_free_bytes(cluster);
    reserve_path(cluster, path);
    if (left >= 0 && left < RESERVE_BYTES && unlink(path) == 0) {
        cluster_say(cluster, "the disk is full: gave up %s, so that PostgreSQL can start", path);
    }
}
