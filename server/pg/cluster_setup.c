/* From nothing to a cluster that okrd may use: which PostgreSQL, initdb, configuration, roles and
 * the database. Every step can be cut off anywhere and is made good by the next start. It knows
 * nothing of running postmasters, and nothing of the schema. */
#include "server/pg/cluster_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#define OLDEST_VERSION 14

/* Written once; the operator may change it. */
static const char editable_conf[] =
    "\n# okrd's private cluster. These may be changed; okrd.conf is written anew at each start.\n"
    "max_connections = 50\n"
    "shared_buffers = 128MB\n"
    "synchronous_commit = on\n"
    "log_min_messages = warning\n"
    "log_line_prefix = '%m [%p] '\n"
    "timezone = 'UTC'\n"
    "log_timezone = 'UTC'\n"
    "include 'okrd.conf'\n";

static const char hba_conf[] =
    "# okrd's private cluster: only its own user comes in, through pg_ident (okrd_ident.conf).\n"
    "local all         okrd_admin,okrd_owner,okrd_app peer map=okrd\n"
    "local replication okrd_admin                     peer map=okrd\n";

static bool has_version(const struct cluster *cluster, int version)
{
    char path[CLUSTER_PATH];
    snprintf(path, sizeof path, "%s/%d/bin/initdb", cluster->options.bin_root, version);
    if (access(path, X_OK) < 0) {
        return false;
    }
    snprintf(path, sizeof path, "%s/%d/bin/postgres", cluster->options.bin_root, version);
    return access(path, X_OK) == 0;
}

static int newest_version(const struct cluster *cluster)
{
    int newest = 0;
    DIR *root = opendir(cluster->options.bin_root);
    if (root == NULL) {
        return 0;
    }
    for (const struct dirent *entry; (entry = readdir(root)) != NULL;) {
        int version = atoi(entry->d_name);
        if (version >= OLDEST_VERSION && version > newest && has_version(cluster, version)) {
            newest = version;
        }
    }
    closedir(root);
    return newest;
}

/* The data's major version; 0 if there is no data, -1 if it cannot be told. */
static int data_version(const struct cluster *cluster)
{
    char path[CLUSTER_PATH];
    char text[16] = "";
    struct stat status;
    if (lstat(cluster->data, &status) < 0 && errno == ENOENT) {
        return 0;
    }
    snprintf(path, sizeof path, "%s/PG_VERSION", cluster->data);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return -1;
    }
    int version = fgets(text, sizeof text, file) != NULL ? atoi(text) : 0;
    fclose(file);
    return version > 0 ? version : -1;
}

bool cluster_has_data(const struct cluster *cluster)
{
    return data_version(cluster) != 0;
}

bool cluster_find_binaries(struct cluster *cluster, struct cluster_error *error)
{
    const char *root = cluster->options.bin_root;
    int version = data_version(cluster);
    if (version < 0) {
        return cluster_fail(error, CLUSTER_BAD_DIR, "%s is there but holds no PostgreSQL cluster",
                            cluster->data);
    }
    if (version == 0) {
        version = newest_version(cluster);
        if (version == 0) {
            return cluster_fail(error, CLUSTER_VERSION,
                                "no PostgreSQL server from %d on is under %s; install one: "
                                "apt install postgresql",
                                OLDEST_VERSION, root);
        }
    } else if (version < OLDEST_VERSION) {
        return cluster_fail(error, CLUSTER_VERSION,
                            "%s was made by PostgreSQL %d and okrd needs %d or newer; "
                            "move it with: okrd db move",
                            cluster->data, version, OLDEST_VERSION);
    } else if (!has_version(cluster, version)) {
        return cluster_fail(error, CLUSTER_VERSION,
                            "%s was made by PostgreSQL %d, which is not under %s; install it: "
                            "apt install postgresql-%d (then okrd db move can bring the data to "
                            "a newer one)",
                            cluster->data, version, root, version);
    }
    snprintf(cluster->bin, sizeof cluster->bin, "%s/%d/bin", root, version);
    return true;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

/* We hold the lock, so whatever stands there belongs to a start that was cut off. */
void cluster_remove_leftovers(const struct cluster *cluster)
{
    char path[CLUSTER_PATH];
    DIR *dir = opendir(cluster->dir);
    if (dir == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, "data.new.", 9) != 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", cluster->dir, entry->d_name);
        cluster_say(cluster, "removing %s, left over from a start that was cut off", path);
        nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    }
    closedir(dir);
}

static bool sync_path(const char *path, struct cluster_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int saved = errno;
    if (fd >= 0) {
        close(fd);
    }
    return synced || cluster_fail(error, CLUSTER_FAILED, "%s: %s", path, strerror(saved));
}

/* Opens with "w" or "a", writes, syncs. */
static bool write_text(const char *path, const char *mode, const char *text,
                       struct cluster_error *error)
{
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        return cluster_fail(error, CLUSTER_FAILED, "%s: %s", path, strerror(errno));
    }
    bool written = fchmod(fileno(file), 0600) == 0 && fputs(text, file) >= 0 && fflush(file) == 0 &&
                   fsync(fileno(file)) == 0;
    int saved = errno;
    fclose(file);
    return written || cluster_fail(error, CLUSTER_FAILED, "%s: %s", path, strerror(saved));
}

static bool has_text(const char *path, const char *text)
{
    char there[1024];
    FILE *file = fopen(path, "re");
    size_t length = file != NULL ? fread(there, 1, sizeof there, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return length == strlen(text) && memcmp(there, text, length) == 0;
}

/* What is there already is not written again: the disk may be full. */
static bool replace_text(const char *path, const char *text, struct cluster_error *error)
{
    char fresh[CLUSTER_PATH];
    if (has_text(path, text)) {
        return true;
    }
    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (!write_text(fresh, "we", text, error)) {
        return false;
    }
    return rename(fresh, path) == 0 ||
           cluster_fail(error, CLUSTER_FAILED, "%s: %s", path, strerror(errno));
}

static bool run_initdb(struct cluster *cluster, char *into, struct cluster_error *error)
{
    char program[CLUSTER_PATH];
    char why[400];
    snprintf(program, sizeof program, "%s/initdb", cluster->bin);
    char *argv[] = {program, "-D",          into,
                    "-U",    CLUSTER_ADMIN, "-k",
                    "-E",    "UTF8",        "--locale=C.UTF-8",
                    "-A",    "peer",        "--no-instructions",
                    NULL};
    pid_t child = cluster_run(cluster, argv, SIGTERM, error);
    int status = 0;
    if (child < 0) {
        return false;
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return cluster_fail(error, CLUSTER_FAILED, "initdb was lost: %s", strerror(errno));
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    cluster_last_complaint(cluster, why, sizeof why);
    return cluster_fail(error, CLUSTER_FAILED, "initdb failed: %s", why);
}

static bool configure(const char *data, struct cluster_error *error)
{
    char path[CLUSTER_PATH];
    snprintf(path, sizeof path, "%s/postgresql.conf", data);
    if (!write_text(path, "ae", editable_conf, error)) {
        return false;
    }
    snprintf(path, sizeof path, "%s/pg_hba.conf", data);
    return replace_text(path, hba_conf, error) && sync_path(data, error);
}

/* Under another name until it is complete and on disk: data/ is never half made. */
bool cluster_make_data(struct cluster *cluster, struct cluster_error *error)
{
    char fresh[CLUSTER_DIR_MAX + 48];
    snprintf(fresh, sizeof fresh, "%s.new.%d", cluster->data, (int)getpid());
    cluster_say(cluster, "making a new database cluster in %s", cluster->data);
    if (!run_initdb(cluster, fresh, error) || !configure(fresh, error)) {
        nftw(fresh, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        return false;
    }
    if (rename(fresh, cluster->data) < 0) {
        return cluster_fail(error, CLUSTER_FAILED, "%s: %s", cluster->data, strerror(errno));
    }
    return sync_path(cluster->dir, error);
}

/* What depends on where the directory is and who we are, so that both may change. */
bool cluster_write_local_conf(const struct cluster *cluster, struct cluster_error *error)
{
    char path[CLUSTER_PATH];
    char text[1024];
    snprintf(path, sizeof path, "%s/okrd_ident.conf", cluster->data);
    snprintf(text, sizeof text,
             "# Written by okrd at each start.\n"
             "okrd \"%s\" okrd_admin\nokrd \"%s\" okrd_owner\nokrd \"%s\" okrd_app\n",
             cluster->os_user, cluster->os_user, cluster->os_user);
    if (!replace_text(path, text, error)) {
        return false;
    }
    snprintf(path, sizeof path, "%s/okrd.conf", cluster->data);
    snprintf(text, sizeof text,
             "# Written by okrd at each start; changes belong into postgresql.conf.\n"
             "listen_addresses = ''\n"
             "port = 5432\n"
             "unix_socket_directories = '\"%s\"'\n"
             "unix_socket_permissions = 0700\n"
             "ident_file = '%s/okrd_ident.conf'\n"
             "log_destination = 'stderr'\n"
             "logging_collector = off\n",
             cluster->run, cluster->data);
    return replace_text(path, text, error);
}

static bool same_directory(PGconn *conn, const struct cluster *cluster, struct cluster_error *error)
{
    PGresult *result = PQexec(conn, "SELECT current_setting('data_directory')");
    bool same = PQresultStatus(result) == PGRES_TUPLES_OK &&
                cluster_same_directory(PQgetvalue(result, 0, 0), cluster->data);
    PQclear(result);
    return same || cluster_fail(error, CLUSTER_FAILED,
                                "the PostgreSQL that answers in %s does not serve %s", cluster->run,
                                cluster->data);
}

/* A condition (NULL: always) and the statement that is due where it holds. */
struct step {
    const char *when;
    const char *statement;
};

static const struct step steps[] = {
    {"SELECT 1 WHERE to_regrole('okrd_owner') IS NULL", "CREATE ROLE okrd_owner LOGIN"},
    {"SELECT 1 WHERE to_regrole('okrd_app') IS NULL", "CREATE ROLE okrd_app LOGIN"},
    {"SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'okrd')",
     "CREATE DATABASE okrd OWNER okrd_owner TEMPLATE template0 ENCODING 'UTF8'"},
    {"SELECT 1 FROM pg_database WHERE datname = 'okrd' AND datacl IS NULL",
     "REVOKE ALL ON DATABASE okrd FROM PUBLIC"},
    {"SELECT 1 WHERE NOT has_database_privilege('okrd_app', 'okrd', 'CONNECT')",
     "GRANT CONNECT ON DATABASE okrd TO okrd_app"},
};

static bool take_step(PGconn *conn, const struct step *step, struct cluster_error *error)
{
    PGresult *result = PQexec(conn, step->when);
    bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool due = fine && PQntuples(result) > 0;
    PQclear(result);
    if (due) {
        result = PQexec(conn, step->statement);
        fine = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return fine ||
           cluster_fail(error, CLUSTER_FAILED, "%s: %s", step->statement, PQerrorMessage(conn));
}

/* Also the proof that the postmaster which answers is this directory's. */
bool cluster_make_roles(const struct cluster *cluster, struct cluster_error *error)
{
    const char *keys[] = {"host", "port", "dbname", "user", "client_encoding", NULL};
    const char *values[] = {cluster->run, "5432", "postgres", CLUSTER_ADMIN, "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(keys, values, 0);
    if (PQstatus(conn) != CONNECTION_OK) {
        cluster_fail(error, CLUSTER_FAILED, "%s", PQerrorMessage(conn));
        PQfinish(conn);
        return false;
    }
    bool made = same_directory(conn, cluster, error);
    for (size_t i = 0; made && i < sizeof steps / sizeof steps[0]; i++) {
        made = take_step(conn, &steps[i], error);
    }
    PQfinish(conn);
    return made;
}
