// The one way by which anything is written. Changes run one after another in revision order, each
// in a transaction with its row in the log and the head row; those that may (job->shares) share one
// transaction and one commit with all that wait beside them. Nothing else opens a writing
// transaction, takes the head row or writes the log. What a job does, and what the log says of it,
// others tell (writer_log).
//
// The head row also says whose it is: a starting okrd takes it over with an epoch of its own, and
// each commit compares it. One that was followed by another can commit nothing, and learns it.
//
// An instance without a log carries jobs that leave no trace in it: uploads that nobody can read
// yet.
#ifndef OKR_SERVER_PG_WRITER_H
#define OKR_SERVER_PG_WRITER_H

#include "server/pg/job.h"
#include "server/pg/link.h"

enum { WRITER_GROUP = 128, HEAD_HASH_BYTES = 32 };

// The head row: the last revision, when it was committed (microseconds UTC), and the hash of the
// log up to it.
struct head {
    int64_t revision, at;
    uint8_t hash[HEAD_HASH_BYTES];
};

// What the log is told and asked; the keys are those of the jobs.
struct writer_log {
    // Which of the jobs were carried out before: one row for each of these.
    struct query *(*look_up)(struct arena *arena, struct job *const *jobs, size_t n);
    // Whether the row is about this job. If so, it has its outcome from there.
    bool (*found)(struct job *job, const struct rows *rows, int row);
    // The rows of all that succeeded; moves the head on by one for each. NULL: out of memory.
    struct query *(*record)(struct arena *arena, struct job *const *jobs, size_t n,
                            struct head *head);
    // The head row, with when it was committed: "lyz". The hash that a revision left: "l" to "y".
    const struct statement *head, *hash_at;
};

// What is kept in memory of the database: read when a connection is there, and again after each
// change of it, in one snapshot.
struct writer_memory {
    const struct statement *const *statements; // without parameters
    size_t count;
    // Takes what was read; false: it cannot be used.
    bool (*take)(void *ctx, const struct rows *rows);
    // What was taken has changed since, and cannot be read again for now.
    void (*forget)(void *ctx);
};
enum { WRITER_MEMORY = 16 };

struct writer;

struct writer_options {
    const char *name;
    struct endpoint *endpoint;
    struct loop *loop;
    const struct writer_log *log;       // NULL: leaves no trace
    const struct writer_memory *memory; // NULL: none
    link_refused *refused; // the schema does not fit, or another okrd has taken over: for good
    void *ctx;             // of memory and refused
};

// Begins to connect. NULL when out of memory.
struct writer *writer_open(const struct writer_options *options);
struct writer *writer_close(struct writer *writer);
void writer_submit(struct writer *writer, struct job *job);
// A job with the same key that is queued or under way; NULL: none.
struct job *writer_find(const struct writer *writer, const uint8_t key[JOB_KEY_BYTES]);
// Takes a job out that was not begun; false when it is under way or not here.
bool writer_withdraw(struct writer *writer, struct job *job);
bool writer_idle(const struct writer *writer);
// What is kept in memory is there, and as the last revision has it.
bool writer_knows(const struct writer *writer);
// It can write besides.
bool writer_is_up(const struct writer *writer);
void writer_tick(struct writer *writer);
// Starts what waits, if nothing is under way: once per turn of the loop, so that groups can form.
void writer_kick(struct writer *writer);
struct link *writer_link(const struct writer *writer);

// The last committed revision.
int64_t writer_revision(const struct writer *writer);
// Counts the histories that were seen: it grows when what was the last revision is no longer in the
// log as it was, as after a server that had lost it was put in the place of another.
int64_t writer_history(const struct writer *writer);

#endif
