// Wording only; what is news is decided elsewhere.
#include "client/plan_sync/run/say.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include "common/log.h"

#define _(s) gettext(s)

void run_span(int64_t ms, char ret[RUN_SPAN_SIZE])
{
    long long s = ms / 1000;
    if (s < 60)
        snprintf(ret, RUN_SPAN_SIZE, _("%lld s"), s);
    else if (s < 3600)
        snprintf(ret, RUN_SPAN_SIZE, _("%lld min"), s / 60);
    else if (s < 2 * 24 * 3600)
        snprintf(ret, RUN_SPAN_SIZE, _("%lld h %lld min"), s / 3600, s / 60 % 60);
    else
        snprintf(ret, RUN_SPAN_SIZE, _("%lld days %lld h"), s / (24 * 3600), s / 3600 % 24);
}

static void say_warnings(const struct run_plan *plan, const char *warnings)
{
    const char *program = "okr-plan-sync: ";
    while (*warnings) {
        size_t length = strcspn(warnings, "\n");
        size_t skip = strncmp(warnings, program, strlen(program)) == 0 ? strlen(program) : 0;
        if (length > skip)
            log_warn("%s: %.*s", plan->source, (int)(length - skip), warnings + skip);
        warnings += length + (warnings[length] == '\n');
    }
}

static void say_published(const struct run_plan *plan, const struct run_result *result,
                          int64_t before)
{
    if (result->unchanged || result->version == before)
        log_info(_("%s: nothing has changed since version %lld (%s)"), plan->source,
                 (long long)result->version, plan->path);
    else
        log_info(_("%s: version %lld is published: tasks: %lld, resources: %lld, assignments: "
                   "%lld (%s)"),
                 plan->source, (long long)result->version, (long long)result->tasks,
                 (long long)result->resources, (long long)result->assignments, plan->path);
}

void run_say_result(const struct run_plan *plan, const struct run_result *result, int64_t before)
{
    say_warnings(plan, result->warnings);
    switch (result->outcome) {
    case RUN_IN_STEP:
        say_published(plan, result, before);
        break;
    case RUN_REFUSED:
        log_warn(_("%s: refused, and left alone until the file changes: %s"), plan->source,
                 plan->error);
        break;
    case RUN_UNREADABLE:
        log_warn(_("%s: cannot be read as a plan, will be tried again: %s"), plan->source,
                 plan->error);
        break;
    case RUN_DENIED:
        log_warn(_("%s: not allowed, will be tried again now and then: %s"), plan->source,
                 plan->error);
        break;
    case RUN_FAILED:
        log_warn(_("%s: not published, will be tried again: %s"), plan->source, plan->error);
        break;
    case RUN_UNTRIED:
    case RUN_UNAVAILABLE: // said for all plans together
    case RUN_OUTCOMES:
        break;
    }
}

void run_say_gone(const struct run_plan *plan)
{
    if (plan->version > 0)
        log_warn(_("%s: the file is gone; version %lld stays published (%s)"), plan->source,
                 (long long)plan->version, plan->path);
    else
        log_warn(_("%s: there is no such file yet (%s)"), plan->source, plan->path);
}

void run_say_away(const char *error)
{
    log_warn(_("okrd does not answer, will be tried again: %s"), error);
}

void run_say_back(int64_t away_ms)
{
    char span[RUN_SPAN_SIZE];
    run_span(away_ms, span);
    log_info(_("okrd answers again, after %s"), span);
}
