// What okrd keeps of the database in memory: who is there and the settings (the directory), read
// together with the record of migrations, so that nothing is served from a schema that is not ours.
#include "server/rpc/dispatch_private.h"
#include <stdio.h>
#include "common/log.h"
#include "server/clock.h"
#include "server/people/directory.h"
#include "server/pg/migrate.h"

void dispatch_refused(void *ctx, const char *why)
{
    struct dispatch *d = ctx;
    if (!*d->trouble)
        snprintf(d->trouble, sizeof d->trouble, "%s", why);
}

// Whatever speaks against the schema is for good: the next connection would find the same.
static bool take(void *ctx, const struct rows *rows)
{
    struct migrate_error error;
    if (!migrate_check(&rows[0], migrations_embedded, migrations_embedded_count, &error)) {
        dispatch_refused(ctx, error.message);
        return false;
    }
    struct directory *fresh = directory_build(rows + 1);
    if (!fresh)
        return false;
    server_directory_set(fresh);
    clock_set_zone(directory_settings(fresh)->time_zone);
    return true;
}

static void forget(void *ctx)
{
    (void)ctx;
    server_directory_set(NULL);
}

static const struct statement *statements[WRITER_MEMORY];

const struct writer_memory *dispatch_memory(void)
{
    static struct writer_memory memory = {.statements = statements, .take = take, .forget = forget};
    if (memory.count)
        return &memory;
    statements[memory.count++] = &migrate_recorded;
    for (size_t i = 0; i < directory_statement_count && memory.count < WRITER_MEMORY; i++)
        statements[memory.count++] = directory_statements[i];
    return &memory;
}
