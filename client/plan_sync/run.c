// The loop of the agent: one thread, which looks at files, starts one upload at a time, and sleeps
// until something happens or is due.
#include "client/plan_sync/run.h"

#include <errno.h>
#include <libintl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "client/plan_sync/run_child.h"
#include "client/plan_sync/run_folder.h"
#include "client/plan_sync/run_list.h"
#include "client/plan_sync/run_look.h"
#include "client/plan_sync/run_say.h"
#include "client/plan_sync/run_settings.h"
#include "client/plan_sync/run_state.h"
#include "client/plan_sync/run_watch.h"
#include "common/exit_code.h"
#include "common/log.h"
#include "common/text.h"

#define _(s) gettext(s)

enum {
    UPLOAD_MOST_MS = 60 * 60 * 1000, // then something hangs
    STOP_MS = 20 * 1000,             // an upload may take so long to its end
};

struct run {
    const struct run_options *options;
    struct run_config *config;
    char folder[PATH_MAX]; // of the state
    struct run_plans plans;
    struct run_facts facts;
    struct run_said said;
    struct run_watch *watch;
    int signals;
    struct run_stamp token, settings; // the files, as they were last seen
    int64_t next_poll;
    bool look; // at the folders and files, now
    bool unsaved;
    bool save_failed;
    bool stop;

    unsigned away_failures; // of okrd, one after another
    int64_t away_since;     // by the clock that never jumps
    int64_t away_next;

    struct run_child child;
    struct run_plan *uploading; // NULL: no child
    struct run_stamp before;    // its file
    int64_t upload_until;
};

// ---- time -------------------------------------------------------------------------------------

// Goes on while the machine sleeps, so that what was due is done when it wakes.
static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// ---- looking ----------------------------------------------------------------------------------

static void watch_folders(struct run *run)
{
    size_t n = 0;
    char **folders = run_list_folders(&run->plans, run->config, &n);
    run_watch_set(run->watch, (const char *const *)folders, n);
    for (size_t i = 0; i < n; i++)
        free(folders[i]);
    free(folders);
}

static void look_at_all(struct run *run, int64_t now)
{
    if (!run->uploading) { // which has its plan in the list
        run->unsaved = run_list_update(&run->plans, run->config, &run->said) || run->unsaved;
        run_list_prune(&run->plans);
    }
    watch_folders(run); // before looking, so that nothing happens in between
    for (size_t i = 0; i < run->plans.n; i++) {
        struct run_seen seen = run_look_at(run->plans.items[i]->path);
        run_plan_look(run->plans.items[i], &seen, now);
    }
    if (run_look_changed(run->config->token_file, &run->token)) {
        for (size_t i = 0; i < run->plans.n; i++)
            run_plan_retry_denied(run->plans.items[i]);
    }
    run->look = false;
}

static bool concerns(void *ctx, const char *folder, const char *name)
{
    const struct run *run = ctx;
    char path[PATH_MAX];
    if (run_folder_may_be_plan(name, run->config->convert[0]))
        return true;
    return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
           run_plans_find(&run->plans, path);
}

// ---- uploading --------------------------------------------------------------------------------

static void start_upload(struct run *run, struct run_plan *plan, int64_t now)
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
        run->facts.away_since = wall_us();
        run_say_away(error);
    }
    snprintf(run->facts.away, sizeof(run->facts.away), "%s", error);
    int64_t wait = run_backoff_ms(&run_backoff_server, run->away_failures, randombytes_uniform);
    run->away_next = now + wait;
    run->facts.next_try = wall_us() + wait * 1000;
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

static void end_upload(struct run *run, int64_t now)
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
        plan->since = wall_us();
    if (news)
        run_say_result(plan, result, before);
    run->unsaved = true;
    free(result);
}

// ---- acting -----------------------------------------------------------------------------------

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// Says what is due to be said, and returns the plan to upload next (NULL: none now); *ret_at: when
// something is due that is not yet.
static struct run_plan *choose(struct run *run, int64_t now, int64_t *ret_at)
{
    const struct run_pace pace = {run->config->quiet_ms, run->config->gone_ms};
    struct run_plan *chosen = NULL;
    int64_t chosen_due = RUN_NEVER;
    *ret_at = RUN_NEVER;
    for (size_t i = 0; i < run->plans.n; i++) {
        struct run_plan *plan = run->plans.items[i];
        int64_t due;
        enum run_act act = run_plan_next(plan, &pace, now, &due);
        if (act == RUN_SAY_GONE) {
            run_say_gone(plan);
            plan->gone = run->unsaved = true;
        } else if (act == RUN_PUSH && due < chosen_due) {
            chosen = plan;
            chosen_due = due;
        } else if (act == RUN_WAIT) {
            *ret_at = earlier(*ret_at, due);
        }
    }
    return chosen;
}

// Returns when the loop has to turn again.
static int64_t act(struct run *run, int64_t now)
{
    int64_t at;
    struct run_plan *plan = choose(run, now, &at);
    if (run->uploading)
        return earlier(run->next_poll, run->upload_until); // the rest waits for its turn
    if (!plan)
        return earlier(run->next_poll, at);
    if (now < run->away_next)
        return earlier(run->next_poll, earlier(at, run->away_next));
    // its file may have changed since the last look
    struct run_seen seen = run_look_at(plan->path);
    run_plan_look(plan, &seen, now);
    const struct run_pace pace = {run->config->quiet_ms, run->config->gone_ms};
    if (run_plan_next(plan, &pace, now, &at) != RUN_PUSH)
        return now; // it did: again
    start_upload(run, plan, now);
    return earlier(run->next_poll, run->uploading ? run->upload_until : plan->next_try);
}

static void save(struct run *run, int64_t now)
{
    if (!run->unsaved)
        return;
    bool saved = run_state_save(run->folder, now, wall_us(), &run->plans, &run->facts);
    if (!saved && !run->save_failed)
        log_warn(_("the state cannot be written to %s: %s"), run->folder, strerror(errno));
    run->save_failed = !saved;
    run->unsaved = false;
}

// ---- settings ---------------------------------------------------------------------------------

static void say_start(const struct run *run)
{
    log_info(_("watching %zu plans and folders for okrd at %s; state in %s"),
             run->config->n_entries, run->facts.server, run->folder);
}

static void use_settings(struct run *run)
{
    struct account account = run_settings_account(run->config);
    if (!connect_address(&account, run->facts.server, sizeof(run->facts.server)))
        snprintf(run->facts.server, sizeof(run->facts.server), "?");
    text_sanitize(run->facts.server);
    for (size_t i = 0; i < run->plans.n; i++)
        run_plan_retry(run->plans.items[i]);
    run->away_next = 0;
    run->look = run->unsaved = true;
}

static void read_settings_again(struct run *run)
{
    struct run_config *config = run_settings_load(run->options);
    if (!config) { // it was said why
        log_warn("%s", _("the settings stay as they were"));
        return;
    }
    free(run->config);
    run->config = config;
    run_said_clear(&run->said);
    use_settings(run);
    say_start(run);
}

// ---- the loop ---------------------------------------------------------------------------------

static void take_signals(struct run *run)
{
    struct signalfd_siginfo info;
    while (read(run->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            log_info("%s", _("told to read the settings again"));
            if (!run->uploading)
                read_settings_again(run);
            else
                run->settings = (struct run_stamp){0}; // at the next poll
        } else {
            run->stop = true;
        }
    }
}

// Sleeps until `until` or until something happens.
static void sleep_until(struct run *run, int64_t until)
{
    struct pollfd fds[] = {
        {.fd = run->signals, .events = POLLIN},
        {.fd = run_watch_fd(run->watch), .events = POLLIN},
        {.fd = run->uploading ? run->child.process : -1, .events = POLLIN},
    };
    int64_t wait = until - now_ms();
    wait = wait < 0 ? 0 : earlier(wait, INT_MAX);
    if (poll(fds, sizeof(fds) / sizeof(fds[0]), (int)wait) <= 0)
        return;
    if (fds[1].revents && run_watch_drain(run->watch, concerns, run))
        run->look = true;
    if (fds[2].revents)
        end_upload(run, now_ms());
    if (fds[0].revents)
        take_signals(run);
}

static void turn(struct run *run)
{
    int64_t now = now_ms();
    if (now >= run->next_poll) {
        run->look = true;
        run->next_poll = now + run->config->poll_ms;
        const char *path = run->options->config;
        if (path && !run->uploading && run_look_changed(path, &run->settings))
            read_settings_again(run);
    }
    if (run->uploading && now >= run->upload_until) {
        run_child_kill(&run->child, SIGKILL);
        run->upload_until = RUN_NEVER;
    }
    if (run->look)
        look_at_all(run, now);
    int64_t until = act(run, now);
    save(run, now);
    sleep_until(run, until);
}

// An upload may come to its end; a second signal, or the time, ends it.
static void stop(struct run *run)
{
    run->stop = false;
    int64_t until = now_ms() + STOP_MS;
    if (run->uploading)
        log_info(_("ending; %s is still being uploaded"), run->uploading->source);
    while (run->uploading && !run->stop && now_ms() < until)
        sleep_until(run, until);
    if (run->uploading) {
        run_child_kill(&run->child, SIGTERM);
        sleep_until(run, now_ms() + 1000);
    }
    if (run->uploading) {
        run_child_kill(&run->child, SIGKILL);
        sleep_until(run, now_ms() + 1000);
    }
    save(run, now_ms());
    log_info("%s", _("ended"));
}

// ---- beginning --------------------------------------------------------------------------------

static bool take_over_signals(struct run *run)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    run->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return run->signals >= 0;
}

static void load_state(struct run *run)
{
    switch (run_state_load(run->folder, now_ms(), wall_us(), &run->plans, &run->facts)) {
    case RUN_STATE_LOADED:
    case RUN_STATE_NONE:
        break;
    case RUN_STATE_DAMAGED:
        run_state_set_aside(run->folder);
        log_warn(_("the state in %s was damaged and is set aside; all plans are looked at anew"),
                 run->folder);
        break;
    case RUN_STATE_UNREADABLE:
        log_warn(_("the state in %s cannot be read: %s"), run->folder, strerror(errno));
        break;
    }
    run->facts = (struct run_facts){.started = wall_us()};
}

static int lock_state(struct run *run, int *ret_lock)
{
    pid_t holder;
    if (!run_state_folder(run->options->state, run->folder)) {
        fprintf(stderr, "okr-plan-sync: %s\n", _("there is no place for the state; use --state"));
        return EXIT_USAGE;
    }
    *ret_lock = run_state_lock(run->folder, &holder);
    if (*ret_lock >= 0)
        return EXIT_DONE;
    if (errno != EWOULDBLOCK) {
        fprintf(stderr, "okr-plan-sync: %s: %s\n", run->folder, strerror(errno));
        return EXIT_OTHER;
    }
    fprintf(stderr, _("okr-plan-sync: another one runs with this state: process %ld (%s)"),
            (long)holder, run->folder);
    fputc('\n', stderr);
    return EXIT_WRONG_STATE;
}

static int run_locked(struct run *run)
{
    if (!take_over_signals(run)) {
        fprintf(stderr, "okr-plan-sync: %s\n", strerror(errno));
        return EXIT_OTHER;
    }
    run->watch = run_watch_new();
    load_state(run);
    use_settings(run);
    if (run->options->config)
        run_look_changed(run->options->config, &run->settings);
    run_look_changed(run->config->token_file, &run->token);
    say_start(run);
    while (!run->stop)
        turn(run);
    stop(run);
    run_watch_free(run->watch);
    run_plans_clear(&run->plans);
    run_said_clear(&run->said);
    close(run->signals);
    return EXIT_DONE;
}

int run_plans_until_told(const struct run_options *options)
{
    struct run run = {.options = options, .config = run_settings_load(options)};
    int lock = -1;
    if (!run.config)
        return EXIT_USAGE;
    int code = sodium_init() < 0 ? EXIT_OTHER : lock_state(&run, &lock);
    if (code == EXIT_DONE)
        code = run_locked(&run);
    if (lock >= 0)
        close(lock);
    free(run.config);
    return code;
}
