#include "tests/support/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "server/privilege.h"
#include "tests/support/scratch.h"
#include "tests/support/template.h"

static char folder[SCRATCH_PATH];
static struct cluster *cluster;

int database_start(void **state)
{
    struct privilege_error refused;
    struct cluster_error error;
    char dir[SCRATCH_PATH + 16];
    (void)state;
    scratch_make(folder, "unit");
    if (!privilege_prepare_dir(folder, NULL, 0700, &refused))
        fail_msg("%s", refused.message);
    template_copy(folder);
    if (!privilege_drop(NULL, &refused))
        fail_msg("%s", refused.message);
    snprintf(dir, sizeof dir, "%s/cluster", folder);
    cluster = cluster_start(&(struct cluster_options){.dir = dir}, &error);
    if (!cluster)
        fail_msg("%s", error.message);
    return 0;
}

int database_stop(void **state)
{
    struct cluster_error error;
    (void)state;
    bool stopped = !cluster || cluster_stop(cluster, &error);
    cluster = cluster_close(cluster);
    scratch_remove(folder);
    return stopped ? 0 : -1;
}

const char *database_conninfo(enum cluster_role role)
{
    return cluster_conninfo(cluster, role);
}
