// A table for people; for machines the same as JSON. A file that has changed since it was handled
// is shown as waiting, whatever came before: so the table is right also when nobody runs.
#include "client/plan_sync/run/status.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "client/plan_sync/run/look.h"
#include "client/plan_sync/run/state.h"
#include "common/calendar.h"
#include "common/exit_code.h"
#include "common/table.h"

#define _(s) gettext(s)

// ---- words ------------------------------------------------------------------------------------

static bool is_gone(const struct run_plan *plan)
{
    return run_look_at(plan->path).sight == RUN_ABSENT;
}

static bool is_waiting(const struct run_plan *plan)
{
    struct run_seen seen = run_look_at(plan->path);
    return seen.sight == RUN_PRESENT && !run_stamp_equal(&seen.stamp, &plan->handled);
}

static const char *state_name(const struct run_plan *plan)
{
    if (is_gone(plan))
        return "gone";
    return is_waiting(plan) ? "waiting" : run_outcome_name(plan->outcome);
}

static const char *state_text(const struct run_plan *plan)
{
    if (is_gone(plan))
        return plan->version > 0 ? _("the file is gone") : _("no file yet");
    if (is_waiting(plan))
        return _("waiting: the file has changed");
    switch (plan->outcome) {
    case RUN_IN_STEP:
        return _("in step");
    case RUN_REFUSED:
        return _("refused");
    case RUN_UNREADABLE:
        return _("unreadable");
    case RUN_DENIED:
        return _("not allowed");
    case RUN_FAILED:
        return _("failed");
    case RUN_UNTRIED:
    case RUN_UNAVAILABLE:
    case RUN_OUTCOMES:
        break;
    }
    return _("waiting");
}

static void local_time(int64_t us, char *ret, size_t size)
{
    time_t seconds = (time_t)(us / 1000000);
    struct tm parts;
    ret[0] = '\0';
    if (us && localtime_r(&seconds, &parts))
        strftime(ret, size, "%Y-%m-%d %H:%M:%S", &parts);
}

static int64_t wall_us(void)
{
    return (int64_t)time(NULL) * 1000000;
}

// With a clock that stands at 0, a waiting time is its own length.
static int64_t next_try(const struct run_plan *plan, const struct run_facts *facts)
{
    if (plan->outcome == RUN_UNAVAILABLE)
        return facts->next_try;
    return plan->next_try ? wall_us() + plan->next_try * 1000 : 0;
}

// ---- for people -------------------------------------------------------------------------------

static struct table *new_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Plan"), TABLE_LEFT, 30);
    table_column(table, _("State"), TABLE_LEFT, 40);
    table_column(table, _("Version"), TABLE_RIGHT, 10);
    table_column(table, _("Published"), TABLE_LEFT, 20);
    table_column(table, _("Next try"), TABLE_LEFT, 20);
    table_column(table, _("File"), TABLE_LEFT, 0);
    return table;
}

static void add_row(struct table *table, const struct run_plan *plan, const struct run_facts *facts)
{
    char published[RUN_TIME_SIZE], next[RUN_TIME_SIZE];
    int64_t at = 0;
    timestamp_parse(plan->published_at, &at);
    local_time(at, published, sizeof(published));
    local_time(next_try(plan, facts), next, sizeof(next));
    table_cell(table, plan->source);
    table_cell(table, state_text(plan));
    if (plan->version > 0)
        table_cellf(table, "%" PRId64, plan->version);
    else
        table_cell(table, "");
    table_cell(table, published);
    table_cell(table, next);
    table_cell(table, plan->path);
    table_row_end(table);
}

static void print_errors(FILE *out, const struct run_plans *plans)
{
    for (size_t i = 0; i < plans->n; i++) {
        const struct run_plan *plan = plans->items[i];
        char since[RUN_TIME_SIZE];
        local_time(plan->since, since, sizeof(since));
        if (plan->error[0] && plan->outcome != RUN_IN_STEP && plan->outcome != RUN_UNAVAILABLE)
            fprintf(out, _("%s, since %s: %s"), plan->source, since, plan->error), fputc('\n', out);
    }
}

static void print_head(FILE *out, pid_t holder, const char *folder, const struct run_facts *facts)
{
    char time[RUN_TIME_SIZE];
    local_time(facts->started, time, sizeof(time));
    if (holder > 0)
        fprintf(out, _("running as process %ld since %s, for okrd at %s"), (long)holder, time,
                facts->server);
    else if (holder < 0)
        fprintf(out, _("running since %s, for okrd at %s"), time, facts->server);
    else
        fprintf(out, _("not running (state in %s)"), folder);
    fputc('\n', out);
    if (!facts->away_since)
        return;
    local_time(facts->away_since, time, sizeof(time));
    fprintf(out, _("okrd does not answer since %s: %s"), time, facts->away);
    fputc('\n', out);
}

static bool print_text(FILE *out, pid_t holder, const char *folder, const struct run_plans *plans,
                       const struct run_facts *facts)
{
    struct table *table = new_table();
    for (size_t i = 0; i < plans->n; i++)
        add_row(table, plans->items[i], facts);
    print_head(out, holder, folder, facts);
    bool printed = plans->n == 0 || table_print(table, out, (struct table_style){0});
    table_free(table);
    print_errors(out, plans);
    return printed;
}

// ---- for machines -----------------------------------------------------------------------------

static json_t *time_json(int64_t us)
{
    char text[TIMESTAMP_SIZE];
    timestamp_format(us, text);
    return us ? json_string(text) : json_null();
}

static json_t *text_json(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static json_t *version_json(int64_t version)
{
    return version > 0 ? json_integer(version) : json_null();
}

static json_t *plan_json(const struct run_plan *plan, const struct run_facts *facts)
{
    bool failed = plan->outcome != RUN_IN_STEP;
    json_t *path = json_string(plan->path); // NULL when it is no UTF-8
    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "source", plan->source,
                     "path", path ? path : json_null(), "state", state_name(plan), "version",
                     version_json(plan->version), "publishedAt", text_json(plan->published_at),
                     "contentHash", text_json(plan->content_hash), "error",
                     text_json(failed ? plan->error : ""), "since", time_json(plan->since),
                     "nextTry", time_json(next_try(plan, facts)));
}

static bool print_json(FILE *out, pid_t holder, const struct run_plans *plans,
                       const struct run_facts *facts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plans->n; i++)
        json_array_append_new(list, plan_json(plans->items[i], facts));
    json_t *root = json_pack("{s:b, s:o, s:s, s:o, s:o, s:o}", "running", holder != 0, "pid",
                             version_json(holder), "server", facts->server, "started",
                             time_json(facts->started), "awaySince", time_json(facts->away_since),
                             "plans", list);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    bool printed = text && fprintf(out, "%s\n", text) > 0;
    free(text);
    json_decref(root);
    return printed;
}

// ---- both -------------------------------------------------------------------------------------

static int complain(const char *folder, const char *what)
{
    fprintf(stderr, "okr-plan-sync: %s: %s\n", folder, what);
    return EXIT_OTHER;
}

int run_status(const char *given, bool json, FILE *out)
{
    char folder[PATH_MAX];
    struct run_plans plans = {0};
    struct run_facts facts = {0};
    if (!run_state_folder(given, folder)) {
        fprintf(stderr, "okr-plan-sync: %s\n", _("there is no place for the state; use --state"));
        return EXIT_USAGE;
    }
    switch (run_state_load(folder, 0, wall_us(), &plans, &facts)) {
    case RUN_STATE_DAMAGED:
        return complain(folder, _("the state is damaged"));
    case RUN_STATE_UNREADABLE:
        return complain(folder, strerror(errno));
    case RUN_STATE_LOADED:
    case RUN_STATE_NONE:
        break;
    }
    pid_t holder = run_state_holder(folder);
    bool printed = json ? print_json(out, holder, &plans, &facts)
                        : print_text(out, holder, folder, &plans, &facts);
    run_plans_clear(&plans);
    if (printed && fflush(out) == 0)
        return EXIT_DONE;
    return complain(folder, _("the output cannot be written"));
}
