#include "server/pg/job.h"
#include <sodium.h>
#include <string.h>
#include "common/log.h"

void job_clear_results(struct job *job)
{
    for (int i = 0; i < JOB_MAX_QUERIES; i++) {
        PQclear(job->results[i]);
        job->results[i] = NULL;
    }
    PQclear(job->error);
    job->error = NULL;
}

bool job_sound(struct job *job)
{
    for (int i = 0; i < job->n_queries; i++) {
        const struct query *q = job->queries[i];
        if (!q->failed && (size_t)q->n == strlen(q->statement->params))
            continue;
        bool full = arena_exhausted(job->arena);
        if (!full)
            log_error("statement %s has wrong parameters", q->statement->name);
        job->kind->failed(job, full ? JOB_TOO_LARGE : JOB_UNSOUND);
        return false;
    }
    return true;
}

// The queue.

void job_push(struct job_queue *queue, struct job *job)
{
    job->queue = queue;
    job->next = NULL;
    job->prev = queue->last;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    queue->count++;
}

void job_push_front(struct job_queue *queue, struct job *job)
{
    job->queue = queue;
    job->prev = NULL;
    job->next = queue->first;
    if (queue->first)
        queue->first->prev = job;
    else
        queue->last = job;
    queue->first = job;
    queue->count++;
}

void job_remove(struct job_queue *queue, struct job *job)
{
    if (job->prev)
        job->prev->next = job->next;
    else
        queue->first = job->next;
    if (job->next)
        job->next->prev = job->prev;
    else
        queue->last = job->prev;
    job->queue = NULL;
    job->next = job->prev = NULL;
    queue->count--;
}

struct job *job_take(struct job_queue *queue)
{
    struct job *job = queue->first;
    if (job)
        job_remove(queue, job);
    return job;
}

// The index. Callers choose the keys: the hash is one that they cannot foresee.

static size_t slot_of(const uint8_t key[JOB_KEY_BYTES])
{
    static uint8_t secret[crypto_shorthash_KEYBYTES];
    static bool made;
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t number;
    if (!made)
        crypto_shorthash_keygen(secret);
    made = true;
    crypto_shorthash(hash, key, JOB_KEY_BYTES, secret);
    memcpy(&number, hash, sizeof number);
    return (size_t)(number % JOB_INDEX_SIZE);
}

void job_index_add(struct job_index *index, struct job *job)
{
    struct job **slot = &index->slots[slot_of(job->key)];
    job->chain = *slot;
    *slot = job;
}

void job_index_remove(struct job_index *index, struct job *job)
{
    struct job **at = &index->slots[slot_of(job->key)];
    while (*at && *at != job)
        at = &(*at)->chain;
    if (*at)
        *at = job->chain;
    job->chain = NULL;
}

struct job *job_index_find(const struct job_index *index, const uint8_t key[JOB_KEY_BYTES])
{
    struct job *job = index->slots[slot_of(key)];
    while (job && memcmp(job->key, key, JOB_KEY_BYTES) != 0)
        job = job->chain;
    return job;
}
