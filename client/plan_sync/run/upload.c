// The way of one upload: from a plan that is due to what is known of it afterwards.
#include "client/plan_sync/run/private.h"

#include <errno.h>
#include <libintl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/plan_sync/run/look.h"
#include "client/plan_sync/run/say.h"
#include "client/plan_sync/run/settings.h"
#include "common/log.h"

#define _(s) gettext(s)

enum { UPLOAD_MOST_MS = 60 * 60 * 1000 }; // then something hangs

int64_t run_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t run_wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void run_upload_start(struct run *run, struct run_plan *plan, int64_t now)
{
    const struct run_config *config = run->config;
    struct run_upload upload = {
        .path = plan->path,
        .source = plan->source,
        .convert = config->convert,
        .convert_ms = config->convert_ms,
        .account = run_settings_account(config),
        .probe = run->away_failures > 0,
    };
    run->before = plan->seen;
    if (run_child_start(&run->child, &upload)) {
        run->uploading = plan;
        run->upload_until = now + UPLOAD_MOST_MS;
        return;
    }
    log_warn(_("no upload can be started: %s"), strerror(errno));
    plan->next_try = now + run_backoff_ms(&run_backoff_file, ++plan->attempts, randombytes_uniform);
}

static void note_away(struct run *run, const char *error, int64_t now)
{
    if (run->away_failures++ == 0) {
        run->away_since = now;
        run->facts.away_since = run_wall_us();
        run_say_away(error);
    }
    snprintf(run->facts.away, sizeof(run->facts.away), "%s", error);
    int64_t wait = run_backoff_ms(&run_backoff_server, run->away_failures, randombytes_uniform);
    run->away_next = now + wait;
    run->facts.next_try = run_wall_us() + wait * 1000;
}

static void note_answer(struct run *run, int64_t now)
{
    if (run->away_failures == 0)
        return;
    run_say_back(now - run->away_since);
    run->away_failures = 0;
    run->away_next = 0;
    run->facts.away_since = run->facts.next_try = 0;
    run->facts.away[0] = '\0';
}

static void keep_version(struct run_plan *plan, const struct run_result *result)
{
    plan->version = result->version;
    snprintf(plan->published_at, sizeof(plan->published_at), "%s", result->published_at);
    snprintf(plan->content_hash, sizeof(plan->content_hash), "%s", result->content_hash);
}

void run_upload_end(struct run *run, int64_t now)
{
    struct run_plan *plan = run->uploading;
    struct run_result *result = malloc(sizeof(*result));
    if (!result)
        return; // the next turn of the loop
    run_child_end(&run->child, result);
    run->uploading = NULL;
    struct run_seen after = run_look_at(plan->path);
    int64_t before = plan->version;
    enum run_outcome old = plan->outcome;
    bool news = run_plan_done(plan, &run->before, &after, result->outcome, result->error, now,
                              randombytes_uniform);
    if (result->outcome == RUN_UNAVAILABLE)
        note_away(run, result->error, now);
    else if (result->answered)
        note_answer(run, now);
    if (result->outcome == RUN_IN_STEP)
        keep_version(plan, result);
    if (plan->outcome != old || plan->since == 0)
        plan->since = run_wall_us();
    if (news)
        run_say_result(plan, result, before);
    run->unsaved = true;
    free(result);
}
