// A plan is settled when its file is the one that the last attempt found, and that attempt's
// outcome can only change with the file. Everything else is waiting for a time.
#include "client/plan_sync/run/plan.h"

#include <stdio.h>
#include <string.h>

static const char *const outcomes[RUN_OUTCOMES] = {
    [RUN_UNTRIED] = "untried",         [RUN_IN_STEP] = "in-step", [RUN_REFUSED] = "refused",
    [RUN_UNREADABLE] = "unreadable",   [RUN_DENIED] = "denied",   [RUN_FAILED] = "failed",
    [RUN_UNAVAILABLE] = "unavailable",
};

const char *run_outcome_name(enum run_outcome outcome)
{
    return (unsigned)outcome < RUN_OUTCOMES ? outcomes[outcome] : NULL;
}

bool run_outcome_parse(const char *name, enum run_outcome *ret)
{
    for (enum run_outcome i = 0; i < RUN_OUTCOMES; i++) {
        if (strcmp(outcomes[i], name) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

bool run_stamp_equal(const struct run_stamp *a, const struct run_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static bool is_settled(const struct run_plan *plan)
{
    return (plan->outcome == RUN_IN_STEP || plan->outcome == RUN_REFUSED) &&
           run_stamp_equal(&plan->seen, &plan->handled);
}

static void note_present(struct run_plan *plan, const struct run_stamp *stamp, int64_t now)
{
    bool same = plan->present && run_stamp_equal(stamp, &plan->seen);
    plan->absent = plan->gone = false;
    plan->present = true;
    if (same)
        return;
    plan->seen = *stamp;
    plan->quiet_since = now;
    if (run_stamp_equal(stamp, &plan->handled))
        return;
    // another file: what failed before says nothing about it
    plan->next_try = 0;
    plan->attempts = 0;
}

void run_plan_look(struct run_plan *plan, const struct run_seen *seen, int64_t now)
{
    switch (seen->sight) {
    case RUN_PRESENT:
        note_present(plan, &seen->stamp, now);
        break;
    case RUN_ABSENT:
        if (!plan->absent)
            plan->absent_since = now;
        plan->absent = true;
        plan->present = false;
        break;
    case RUN_HIDDEN: // a share that is away is no deletion
        plan->absent = plan->present = false;
        break;
    }
}

enum run_act run_plan_next(const struct run_plan *plan, const struct run_pace *pace, int64_t now,
                           int64_t *ret_at)
{
    int64_t due = RUN_NEVER;
    enum run_act act = RUN_WAIT;
    if (plan->absent && !plan->gone) {
        due = plan->absent_since + pace->gone_ms;
        act = RUN_SAY_GONE;
    } else if (plan->present && !is_settled(plan)) {
        int64_t quiet = plan->quiet_since + pace->quiet_ms;
        due = quiet > plan->next_try ? quiet : plan->next_try;
        act = RUN_PUSH;
    }
    *ret_at = due;
    return now >= due ? act : RUN_WAIT;
}

static const struct run_backoff *backoff_of(enum run_outcome outcome)
{
    return outcome == RUN_DENIED ? &run_backoff_denied : &run_backoff_file;
}

bool run_plan_done(struct run_plan *plan, const struct run_stamp *before,
                   const struct run_seen *after, enum run_outcome outcome, const char *error,
                   int64_t now, run_random *random)
{
    bool succeeded = outcome == RUN_IN_STEP;
    bool moved = after->sight != RUN_PRESENT || !run_stamp_equal(before, &after->stamp);
    run_plan_look(plan, after, now);
    if (moved && outcome == RUN_UNREADABLE)
        return false; // it was being written; the new one is tried when it is quiet
    if (succeeded || outcome != plan->outcome || strcmp(error, plan->error) != 0 ||
        (outcome == RUN_REFUSED && !run_stamp_equal(before, &plan->handled)))
        plan->told = false;
    plan->handled = *before;
    plan->outcome = outcome;
    if (error != plan->error)
        snprintf(plan->error, sizeof(plan->error), "%s", error);
    if (succeeded || outcome == RUN_REFUSED || outcome == RUN_UNAVAILABLE) {
        plan->attempts = 0;
        plan->next_try = 0;
    } else {
        plan->attempts++;
        plan->next_try = now + run_backoff_ms(backoff_of(outcome), plan->attempts, random);
    }
    // a file that is found in the middle of being written is mostly whole a moment later
    bool early = outcome == RUN_UNREADABLE && plan->attempts < 2;
    bool news = !plan->told && !early;
    plan->told = plan->told || news;
    return news;
}

void run_plan_retry_denied(struct run_plan *plan)
{
    if (plan->outcome == RUN_DENIED)
        plan->next_try = 0;
}

void run_plan_retry(struct run_plan *plan)
{
    plan->next_try = 0;
    plan->attempts = 0;
    if (plan->outcome == RUN_REFUSED)
        plan->outcome = RUN_UNTRIED;
}
