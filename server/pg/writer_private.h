// The inside of a writer, shared by its parts: the queue and the connection's events (writer.c), a
// group's transaction (writer_group.c), its commit (writer_commit.c), taking over and reading what
// is kept in memory (writer_load.c). Nobody else includes it.
#ifndef OKR_SERVER_PG_WRITER_PRIVATE_H
#define OKR_SERVER_PG_WRITER_PRIVATE_H

#include "server/pg/writer.h"

// What an answer that comes now belongs to.
enum writer_state {
    STATE_AWAY, // not connected
    STATE_IDLE,
    STATE_ROUND,
    STATE_COMMIT,
    STATE_ROLLBACK,
    STATE_TAKE_OVER,
    STATE_LOAD,
    STATE_RELOAD, // after a change; its jobs are answered afterwards
};

enum writer_index {
    INDEX_PLAIN = -1, // nobody looks at its rows
    INDEX_LOOK_UP = -2,
    INDEX_COMMIT = -3,
    INDEX_HEAD = -4,
    INDEX_OWN = -5,
    INDEX_EPOCH = -6,
    INDEX_SYNC = -7,
    INDEX_MEMORY = 1000
};

struct writer {
    struct writer_options options;
    struct link *link;
    enum writer_state state;
    bool known;                       // what is kept in memory was read over this connection
    bool owner;                       // the head row has our epoch, as far as we know
    bool fenced;                      // another one's: for good
    bool stale;                       // to be loaded again before anything is written
    int64_t epoch, next_take_over_ms; // epoch 0: none of our own yet
    struct job_queue waiting;
    struct job_index index;          // all that are here
    struct job *group[WRITER_GROUP]; // in the transaction that is under way
    size_t n;
    const struct statement *look_up_statement;
    struct arena *arena; // the frame's own values
    PGresult *look_up, *head, *own, *taken, *frame_error, *memory[WRITER_MEMORY];
    bool committed, ended;     // COMMIT was answered: well, or at all
    struct head head_at, next; // as committed, and with what is being committed
    bool head_known;
    int64_t history;
};

// False: the connection is given up, and with it the whole group: look at no job of it.
bool writer_send(struct writer *w, const struct query *q, struct job *owner, int index);
void writer_send_plain(struct writer *w, const struct statement *statement, int index);
void writer_send_sync(struct writer *w, enum writer_state next);
void writer_begin(struct writer *w);     // BEGIN
void writer_roll_back(struct writer *w); // ROLLBACK, then idle
void writer_clear_frame(struct writer *w);

// Outcomes of the group, which is empty afterwards.
void writer_fail_all(struct writer *w, enum job_failure why);
void writer_finish_all(struct writer *w);
void writer_finish(struct writer *w, struct job *job);

// Its parts.
void writer_start_group(struct writer *w);
void writer_round_answered(struct writer *w);
void writer_commit(struct writer *w);
void writer_commit_answered(struct writer *w);
void writer_load(struct writer *w); // takes over first, if need be
void writer_taken_over(struct writer *w);
void writer_load_answered(struct writer *w);
void writer_reload(struct writer *w);
void writer_reload_answered(struct writer *w);

#endif
