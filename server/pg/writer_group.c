// One transaction: which jobs it holds, what goes down for them, and what the answers lead to.
#include "server/pg/writer_private.h"

// How many that may not share are passed over in the search for some that may.
enum { PASSED_OVER_MOST = 256 };

static bool may_share(const struct job *job)
{
    return job->shares && !job->alone;
}

static void take(struct writer *w, struct job *job)
{
    job_remove(&w->waiting, job);
    w->group[w->n++] = job;
}

// The first job, and if it may share its transaction, all others that may.
static void take_group(struct writer *w)
{
    struct job *job = w->waiting.first, *next = job->next;
    bool share = may_share(job);
    take(w, job);
    for (int passed = 0; share && next && w->n < WRITER_GROUP && passed < PASSED_OVER_MOST;) {
        job = next;
        next = job->next;
        if (may_share(job))
            take(w, job);
        else
            passed++;
    }
}

static void send_round(struct writer *w)
{
    for (size_t i = 0; i < w->n; i++)
        for (int k = 0; k < w->group[i]->n_queries; k++)
            if (!writer_send(w, w->group[i]->queries[k], w->group[i], k))
                return;
    writer_send_sync(w, STATE_ROUND);
}

static void look_up(struct writer *w)
{
    struct query *q = w->options.log->look_up(w->arena, w->group, w->n);
    w->look_up_statement = q ? q->statement : NULL;
    writer_send(w, q, NULL, INDEX_LOOK_UP);
}

void writer_start_group(struct writer *w)
{
    arena_reset(w->arena);
    take_group(w);
    writer_begin(w);
    if (w->options.log)
        look_up(w);
    if (link_is_up(w->link))
        send_round(w);
}

// The transaction did not work out as a group: nothing of it stays, its jobs go back and run again.
static void put_back(struct writer *w, struct job *const *jobs, size_t n, bool alone)
{
    for (size_t i = n; i > 0; i--) {
        struct job *job = jobs[i - 1];
        job_clear_results(job);
        job->alone |= alone;
        job_push_front(&w->waiting, job);
    }
}

// Those that were carried out before come first in the group afterwards; how many they are.
static size_t find_repeated(struct writer *w)
{
    size_t found = 0;
    struct rows rows = {w->look_up, w->look_up_statement, w->arena};
    int n = w->look_up ? rows_count(&rows) : 0;
    for (int row = 0; row < n; row++)
        for (size_t i = found; i < w->n; i++) {
            struct job *job = w->group[i];
            if (!w->options.log->found(job, &rows, row))
                continue;
            w->group[i] = w->group[found];
            w->group[found++] = job;
            break;
        }
    return found;
}

static bool any_error(const struct writer *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->group[i]->error)
            return true;
    return false;
}

// Runs what goes on after the answers, and sends the next round, the commit, or nothing of it.
static void go_on(struct writer *w)
{
    bool any = false, asks = false;
    for (size_t i = 0; i < w->n; i++) {
        struct job *job = w->group[i];
        job->kind->answered(job);
        if (!job->done)
            job_sound(job);
        any |= job->succeeded;
        asks |= !job->done;
    }
    if (asks) {
        send_round(w); // only jobs that are alone have several rounds
    } else if (any) {
        writer_commit(w);
    } else {
        writer_finish_all(w);
        writer_roll_back(w);
    }
}

void writer_round_answered(struct writer *w)
{
    bool failed = any_error(w);
    size_t repeated = find_repeated(w);
    if (repeated) {
        put_back(w, w->group + repeated, w->n - repeated, false);
        w->n = repeated;
        writer_finish_all(w);
        writer_roll_back(w);
        return;
    }
    PQclear(w->look_up);
    w->look_up = NULL;
    if (w->frame_error) {
        writer_fail_all(w, JOB_DOWN);
        writer_roll_back(w);
    } else if (failed && w->n > 1) {
        put_back(w, w->group, w->n, true);
        w->n = 0;
        writer_roll_back(w);
    } else {
        go_on(w);
    }
}
