// The loop of the agent: one thread, which looks at files, starts one upload at a time, and sleeps
// until something happens or is due.
#include "client/plan_sync/run/run.h"

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
#include "client/plan_sync/run/folder.h"
#include "client/plan_sync/run/list.h"
#include "client/plan_sync/run/look.h"
#include "client/plan_sync/run/private.h"
#include "client/plan_sync/run/say.h"
#include "client/plan_sync/run/settings.h"
#include "common/exit_code.h"
#include "common/log.h"
#include "common/text.h"

#define _(s) gettext(s)

enum {
    STOP_MS = 20 * 1000, // an upload may take so long to its end
    LOCK_TRIES = 20,
    PATHS_SHOWN = 500, // bytes
};

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
    if (run_folder_may_be_plan(name))
        return true;
    return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
           run_plans_find(&run->plans, path);
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
    run_upload_start(run, plan, now);
    return earlier(run->next_poll, run->uploading ? run->upload_until : plan->next_try);
}

static void save(struct run *run, int64_t now)
{
    if (!run->unsaved)
        return;
    bool saved = run_state_save(run->folder, now, run_wall_us(), &run->plans, &run->facts);
    if (!saved && !run->save_failed)
        log_warn(_("the state cannot be written to %s: %s"), run->folder, strerror(errno));
    run->save_failed = !saved;
    run->unsaved = false;
}

// ---- settings ---------------------------------------------------------------------------------

static void say_start(const struct run *run)
{
    char paths[PATHS_SHOWN];
    size_t length = 0;
    paths[0] = '\0';
    for (size_t i = 0; i < run->config->n_entries && length < sizeof(paths); i++)
        length += (size_t)snprintf(paths + length, sizeof(paths) - length, "%s%s",
                                   i > 0 ? ", " : "", run->config->entries[i].path);
    log_info(_("watching for okrd at %s, state in %s: %s%s"), run->facts.server, run->folder, paths,
             length >= sizeof(paths) ? "…" : "");
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
    int64_t wait = until - run_now_ms();
    wait = wait < 0 ? 0 : earlier(wait, INT_MAX);
    if (poll(fds, sizeof(fds) / sizeof(fds[0]), (int)wait) <= 0)
        return;
    if (fds[1].revents && run_watch_drain(run->watch, concerns, run))
        run->look = true;
    if (fds[2].revents)
        run_upload_end(run, run_now_ms());
    if (fds[0].revents)
        take_signals(run);
}

static void turn(struct run *run)
{
    int64_t now = run_now_ms();
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
    int64_t until = run_now_ms() + STOP_MS;
    if (run->uploading)
        log_info(_("ending; %s is still being uploaded"), run->uploading->source);
    while (run->uploading && !run->stop && run_now_ms() < until)
        sleep_until(run, until);
    if (run->uploading) {
        run_child_kill(&run->child, SIGTERM);
        sleep_until(run, run_now_ms() + 1000);
    }
    if (run->uploading) {
        run_child_kill(&run->child, SIGKILL);
        sleep_until(run, run_now_ms() + 1000);
    }
    save(run, run_now_ms());
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
    switch (run_state_load(run->folder, run_now_ms(), run_wall_us(), &run->plans, &run->facts)) {
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
    run->facts = (struct run_facts){.started = run_wall_us()};
}

static int lock_state(struct run *run, int *ret_lock)
{
    pid_t holder;
    if (!run_state_folder(run->options->state, run->folder)) {
        fprintf(stderr, "okr-plan-sync: %s\n", _("there is no place for the state; use --state"));
        return EXIT_USAGE;
    }
    for (int i = 0; i < LOCK_TRIES; i++) { // one that was killed leaves an upload for a moment
        *ret_lock = run_state_lock(run->folder, &holder);
        if (*ret_lock >= 0 || errno != EWOULDBLOCK)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
        errno = EWOULDBLOCK;
    }
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
