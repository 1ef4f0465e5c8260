// A history's file: lines as they happen, the database's rows at the end, and the checker over it.
#include "tests/fault/history.h"
#include <pthread.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

struct history {
    FILE *file;
    char path[160];
    pthread_mutex_t lock;
    atomic_llong tries;
};

struct history *history_new(const char *path)
{
    struct history *h = calloc(1, sizeof *h);
    if (!h || sodium_init() < 0)
        abort();
    snprintf(h->path, sizeof h->path, "%s", path);
    h->file = fopen(path, "we");
    if (!h->file)
        fail_msg("%s cannot be written", path);
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

struct history *history_free(struct history *h)
{
    if (!h)
        return NULL;
    fclose(h->file);
    pthread_mutex_destroy(&h->lock);
    free(h);
    return NULL;
}

int64_t history_next(struct history *h)
{
    return ++h->tries;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void history_add(struct history *h, const char *word, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&h->lock);
    fprintf(h->file, "%s t=%lld ", word, (long long)now_ns());
    vfprintf(h->file, format, args);
    fputc('\n', h->file);
    pthread_mutex_unlock(&h->lock);
    va_end(args);
}

void history_digest(const void *data, size_t len, char out[HISTORY_DIGEST])
{
    static const uint8_t nothing[1];
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, len ? data : nothing, len);
    sodium_bin2hex(out, HISTORY_DIGEST, hash, 8);
}

// ---- What the database holds --------------------------------------------------------------------

// Texts are hex, so that no value has a space; "-" is null.
#define HEX(column) "coalesce('x' || encode(convert_to(" column "::text, 'UTF8'), 'hex'), '-')"

static const char *const dumps[][2] = {
    {"audit",
     "SELECT 'rev=' || revision || ' at=' || (extract(epoch FROM at) * 1000000)::bigint"
     " || ' actor=' || " HEX("actor") " || ' role=' || " HEX("role") " || ' agent=' || " HEX(
         "agen"
         "t") " || ' method=' || " HEX("method") " || ' resource=' || " HEX("resource") " || ' "
                                                                                        "before=' "
                                                                                        "|| " HEX("before") " || ' after=' || " HEX(
                                                                                            "after") " || ' "
                                                                                                     "reason=' "
                                                                                                     "|| " HEX(
                                                                                                         "reason") " || ' id=' || encode(request_id, 'hex')"
                                                                                                                   " || ' request=' || encode(request_hash, 'hex')"
                                                                                                                   " || ' reply=' || encode(sha256(reply), 'hex') || ' hash=' || encode(hash, 'hex')"
                                                                                                                   " FROM audit ORDER BY revision"},
    {"head", "SELECT 'rev=' || revision || ' hash=' || encode(hash, 'hex') FROM head"},
    {"state", "SELECT 'thing=goal/' || id || ' version=' || version || ' mark=' || " HEX(
                  "text") " FROM goal ORDER BY id"},
    {"state", "SELECT 'thing=entry/' || id || ' version=' || version || ' mark=' || " HEX(
                  "text") " FROM entry ORDER BY id"},
    {"state", "SELECT 'thing=project/' || id || ' version=' || version || ' mark=' || " HEX(
                  "description") " FROM project ORDER BY id"},
    {"plan", "SELECT 'number=' || v.number || ' rev=' || v.revision || ' tasks=' || count(t.uid)"
             " || ' marks=' || coalesce(string_agg(DISTINCT t.body->>'name', ','), '-')"
             " FROM plan_version v LEFT JOIN plan_task t ON t.version_id = v.id"
             " WHERE v.number IS NOT NULL GROUP BY v.id ORDER BY v.number"},
};

static void dump_one(struct history *h, PGconn *conn, const char *word, const char *sql)
{
    PGresult *r = PQexec(conn, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s cannot be read: %s", word, PQresultErrorMessage(r));
    for (int i = 0; i < PQntuples(r); i++)
        fprintf(h->file, "%s %s\n", word, PQgetvalue(r, i, 0));
    PQclear(r);
}

void history_dump(struct history *h, PGconn *conn)
{
    if (!conn || PQstatus(conn) != CONNECTION_OK)
        fail_msg("the database does not answer");
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++)
        dump_one(h, conn, dumps[i][0], dumps[i][1]);
}

// ---- The checker --------------------------------------------------------------------------------

int history_check(const struct history *h, char *found, size_t size)
{
    char command[400], line[1000];
    int faults = 0;
    size_t used = 0;
    fflush(h->file);
    snprintf(command, sizeof command, "exec python3 -B " SOURCE_DIR "/tests/fault/check.py %s",
             h->path);
    FILE *out = popen(command, "re");
    if (found && size)
        found[0] = '\0';
    while (out && fgets(line, sizeof line, out)) {
        char kind[32];
        if (!found)
            print_message("          %s", line);
        if (sscanf(line, "fault %31[^:]", kind) != 1)
            continue;
        faults++;
        if (found && used + strlen(kind) + 2 < size && !strstr(found, kind))
            used += (size_t)snprintf(found + used, size - used, "%s ", kind);
    }
    int status = out ? pclose(out) : -1;
    if (status == -1 || (status != 0) != (faults > 0))
        fail_msg("check.py ended with %d", status);
    return faults;
}
