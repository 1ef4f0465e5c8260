// The one way by which anything is written. Changes run one after another in revision order, each
// in a transaction with its audit row and the head row; those whose handlers allow it (grouped)
// share one transaction and one commit with all that wait beside them. Nothing else opens a writing
// transaction, takes the head row or writes the audit log.
//
// A second instance, without the audit, carries STAGE calls: uploads that nobody can read yet.
#ifndef OKR_SERVER_PG_WRITER_H
#define OKR_SERVER_PG_WRITER_H

#include "server/call/route.h"
#include "server/pg/link.h"

struct writer;

struct writer_options {
    const char *name;
    const char *conninfo;
    struct loop *loop;
    bool audited;
    route_finished *finished;
    void *ctx;
};

// For the audited one: refuses when another okrd holds the database, loads head row and directory.
struct writer *writer_open(const struct writer_options *options, char *error, size_t error_size);
struct writer *writer_close(struct writer *writer);
void writer_submit(struct writer *writer, struct call_route *route);
// A call with the same request_id that is queued or under way; NULL: none.
struct call_route *writer_find(struct writer *writer, const uint8_t request_id[REQUEST_ID_BYTES]);
// Takes a call out that was not begun; false when it is under way or not here.
bool writer_withdraw(struct writer *writer, struct call_route *route);
bool writer_idle(const struct writer *writer);
bool writer_is_up(const struct writer *writer);
void writer_tick(struct writer *writer);
// Starts what waits, if nothing is under way: once per turn of the loop, so that groups can form.
void writer_kick(struct writer *writer);

// The last committed revision.
int64_t server_revision(void);

#endif
