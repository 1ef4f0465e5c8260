// A unit of work for a connection: the queries of the round that is being asked, their results, and
// whom to tell. Lanes and writers carry jobs and know nothing else of what they do.
#ifndef OKR_SERVER_PG_JOB_H
#define OKR_SERVER_PG_JOB_H

#include "server/pg/row.h"

enum { JOB_MAX_QUERIES = 16, JOB_KEY_BYTES = 16 };

enum job_failure {
    JOB_DOWN,      // the database is away, or has refused what goes around the job's statements
    JOB_UNKNOWN,   // the connection was lost, or not to be trusted, while COMMIT was under way
    JOB_TOO_LARGE, // out of memory that it may use
    JOB_UNSOUND,   // a query's parameters are not what its statement says
};

struct job;
struct job_kind {
    // The round was answered (or failed: job->error): sets `done`, or asks again.
    void (*answered)(struct job *job);
    // It came to nothing: whatever outcome it had before is void.
    void (*failed)(struct job *job, enum job_failure why);
    // It has its outcome; the last word about it. The job may be freed.
    void (*finished)(struct job *job);
};

struct job {
    const struct job_kind *kind;
    struct arena *arena;
    struct query *const *queries; // of the round that is being asked
    int n_queries;
    const struct query *preface; // sent before each round; its result is dropped. NULL: none
    PGresult *results[JOB_MAX_QUERIES];
    PGresult *error;      // the first one
    bool done, succeeded; // it has its outcome; one that is to be committed
    bool skipped;         // stood behind one that failed: is asked again

    // Of a writer's.
    uint8_t key[JOB_KEY_BYTES]; // by which it is found while it is there
    bool shares;                // may be carried out in one transaction with others
    bool alone;                 // was in a group that failed: runs by itself
    bool reloads;               // once it is committed, what is kept in memory is read again

    struct job_queue *queue; // that it stands in; NULL: none
    struct job *next, *prev; // there
    struct job *chain;       // in an index
};

void job_clear_results(struct job *job);
// Whether all bound queries are as their statements say; fails the job otherwise.
bool job_sound(struct job *job);

// First come, first served. Zeroed is empty. Each takes the same time however many wait.
struct job_queue {
    struct job *first, *last;
    size_t count;
};
void job_push(struct job_queue *queue, struct job *job);
void job_push_front(struct job_queue *queue, struct job *job);
void job_remove(struct job_queue *queue, struct job *job);
struct job *job_take(struct job_queue *queue); // the first; NULL: none

// Jobs by their keys.
enum { JOB_INDEX_SIZE = 4096 };
struct job_index {
    struct job *slots[JOB_INDEX_SIZE];
};
void job_index_add(struct job_index *index, struct job *job);
void job_index_remove(struct job_index *index, struct job *job);
struct job *job_index_find(const struct job_index *index, const uint8_t key[JOB_KEY_BYTES]);

#endif
