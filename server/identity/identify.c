// The rounds of giving an upload's rows their keys. Must not know SQL.
#include "server/identity/identify.h"

enum { FEW_ROWS = 10 }; // a plan as small as this may change altogether

static void identify_done(struct call *call)
{
    struct identify *identify = call->state;
    identify->then(call);
}

// More than half of what was there is not there any more: a file of another plan, as a rule.
static bool is_other_plan(const struct identify *identify)
{
    int64_t lost = identify->left.n_vanished;
    for (size_t i = 0; i < identify->left.n_news; i++) {
        const struct identity_row *row = &identify->left.news[i];
        lost -= row->same && !row->same->gone;
    }
    return identify->counts.old_rows > FEW_ROWS && lost * 2 > identify->counts.old_rows;
}

// A new task's key is its UID, unless that is or was another task's.
static void give_keys(struct call *call, struct identify *identify)
{
    struct identity_left *left = &identify->left;
    identify->keys = NEW_ARRAY(call, int64_t, left->n_news);
    for (size_t i = 0; i < left->n_news; i++) {
        const struct identity_row *row = &left->news[i];
        if (row->same)
            identify->keys[i] = row->same->key;
        else
            identify->keys[i] = left->taken[i] ? ++left->top_key : row->uid;
        identify->n_questions += !row->same && row->n_candidates > 0;
    }
}

static void identify_match(struct call *call)
{
    struct identify *identify = call->state;
    struct identity_left *left = &identify->left;
    if (!identity_left_rows(call, &identify->remaining, left))
        return;
    struct identity_run *run = identity_match(call->arena, identify->trust, left->olds,
                                              left->n_olds, left->news, left->n_news);
    if (run && !identify->forced && is_other_plan(identify)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_OTHER_PLAN,
                  call_printf(call, "%lld", (long long)identify->counts.old_rows));
        return;
    }
    if (!run || !identity_ask(run)) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return;
    }
    give_keys(call, identify);
    if (left->n_news == 0) {
        identify_done(call);
        return;
    }
    identity_ask_keys(call, identify->pair.upload_id, left->positions, identify->keys,
                      left->n_news);
    call->then = identify_done;
}

static void identify_settle(struct call *call)
{
    struct identify *identify = call->state;
    identify->counts = identity_counts_row(call, identify->counted);
    identify->trust = identity_trust_of(&identify->counts);
    identity_ask_settle(call, &identify->pair, identify->trust);
    identify->remaining = identity_ask_left(call, &identify->pair);
    call->then = identify_match;
}

void identify_start(struct call *call)
{
    struct identify *identify = call->state;
    identify->counted = identity_ask_counts(call, &identify->pair);
    call->then = identify_settle;
}
