// The matching, pass by pass, as the header has it.
#include "server/identity/identity_private.h"

// ---- all of it --------------------------------------------------------------------------------

static void each(struct identity_run *run,
                 void (*pass)(struct identity_run *run, struct identity_row *row))
{
    for (size_t i = 0; i < run->n_news; i++)
        if (!run->news[i].same && !run->news[i].contradicted)
            pass(run, &run->news[i]);
}

// A pass that found something may let an earlier one find more: children wait for their parents.
static void match_until_done(struct identity_run *run)
{
    static void (*const passes[])(struct identity_run *, struct identity_row *) = {
        identity_match_beside, identity_match_uid,    identity_match_uid_gone,
        identity_match_here,   identity_match_parent, identity_match_beside_changed,
        identity_match_alike,  identity_match_gone,   identity_match_elsewhere,
    };
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        run->progress = false;
        each(run, passes[i]);
        if (run->progress)
            i = (size_t)-1;
    }
}

struct identity_run *identity_match(struct arena *arena, struct identity_trust trust,
                                    struct identity_row *olds, size_t n_olds,
                                    struct identity_row *news, size_t n_news)
{
    struct identity_run *run = arena_calloc(arena, 1, sizeof *run);
    if (!run)
        return NULL;
    *run = (struct identity_run){.arena = arena,
                                 .trust = trust,
                                 .olds = olds,
                                 .n_olds = n_olds,
                                 .news = news,
                                 .n_news = n_news};
    if (!identity_index_all(run))
        return NULL;
    each(run, identity_match_project);
    if (trust.guids)
        each(run, identity_match_guid);
    // Numbers that are no more than places are not worth more than the order.
    if (trust.uids_below < 0 && (!identity_align(run) || !identity_families(run)))
        return NULL;
    match_until_done(run);
    return run;
}
