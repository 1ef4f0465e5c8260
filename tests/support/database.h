// A migrated private cluster in the test's own process, for units that speak to PostgreSQL without
// an okrd. Whoever started the test, it goes on as the user that okrd runs as.
#ifndef OKR_TESTS_SUPPORT_DATABASE_H
#define OKR_TESTS_SUPPORT_DATABASE_H

#include "server/pg/cluster.h"

// Group setup and teardown. The setup drops root.
int database_start(void **state);
int database_stop(void **state);

// To connect as one of the roles.
const char *database_conninfo(enum cluster_role role);

#endif
