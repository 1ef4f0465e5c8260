// Does the checker notice? Bugs that are built into a test build of okrd (server/bug.h) are called
// up one after the other; each has to be found, and without a bug nothing may be. BUGS=all: every
// one, else a few; BUGS=name: this one.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/stage.h"

enum { DEADLINE_MS = 700, WORK_MS = 1500, SHORT_MS = 300, WAIT_IN_VAIN_MS = 1800 };

static struct stage *stage;

// ---- Scenes: what happens while the clients work
// --------------------------------------------------

static void quiet(void)
{
    pause_ms(WORK_MS);
}

static void okrd_is_killed(void)
{
    for (int i = 0; i < 4; i++) {
        pause_ms(SHORT_MS);
        daemon_kill(stage->okrd);
        daemon_start(stage->okrd);
    }
    pause_ms(SHORT_MS);
}

#define COMMITTED                                                                                  \
    .from = PROXY_SERVER,                                                                          \
    .marker = "\x0b"                                                                               \
              "COMMIT",                                                                            \
    .marker_len = 8, .withhold = true

// Committed, and nobody hears of it.
static void answers_to_commit_are_cut_off(void)
{
    for (int i = 0; i < 20; i++) {
        pause_ms(SHORT_MS / 4);
        proxy_rule(stage->primary->proxy, &(struct proxy_rule){.fault = PROXY_CUT, COMMITTED});
        proxy_await(stage->primary->proxy, 5000);
        proxy_heal(stage->primary->proxy);
        stage_serves(stage);
    }
}

// Committed, and heard of after everybody has stopped waiting.
static void answers_to_commit_are_late(void)
{
    for (int i = 0; i < 4; i++) {
        pause_ms(SHORT_MS);
        proxy_rule(
            stage->primary->proxy,
            &(struct proxy_rule){.fault = PROXY_DELAY, .ms = 2 * DEADLINE_MS, .lasting = true});
        pause_ms(3 * DEADLINE_MS);
        proxy_heal(stage->primary->proxy);
        stage_serves(stage);
    }
}

// Commits wait in vain; the primary crashes, comes back, and is lost.
static void standby_is_killed_first(void)
{
    pause_ms(SHORT_MS);
    postgres_kill(stage->standby);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(stage->primary);
    postgres_start(stage->primary);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(stage->primary);
    postgres_start(stage->standby);
    stage_promote(stage);
    stage_serves(stage);
}

// Somebody cancels what waits in vain: COMMIT succeeds, with a warning that nobody else has it.
static void waiting_commits_are_cancelled(void)
{
    pause_ms(SHORT_MS);
    postgres_kill(stage->standby);
    for (int i = 0; i < 10; i++) {
        pause_ms(SHORT_MS);
        postgres_do(stage->primary, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                                    " WHERE wait_event = 'SyncRep'");
    }
    postgres_kill(stage->primary);
    postgres_start(stage->standby);
    stage_promote(stage);
    stage_serves(stage);
}

static const struct load_options crowd = {.writers = 6,
                                          .readers = 3,
                                          .watchers = 2,
                                          .plans = true,
                                          .probes = true,
                                          .deadline_ms = DEADLINE_MS,
                                          .pace_ms = 1};
static const struct load_options writers = {.writers = 8, .deadline_ms = DEADLINE_MS, .pace_ms = 0};
static const struct load_options lone = {.writers = 1, .deadline_ms = DEADLINE_MS, .pace_ms = 2};

static const struct scene {
    int servers;
    const struct load_options *clients;
    void (*play)(void);
} scene_quiet = {0, &crowd, quiet}, scene_kill = {0, &crowd, okrd_is_killed},
  scene_cut = {1, &writers, answers_to_commit_are_cut_off},
  scene_late = {1, &crowd, answers_to_commit_are_late},
  scene_failover = {2, &lone, standby_is_killed_first},
  scene_cancel = {2, &crowd, waiting_commits_are_cancelled};

// ---- The bank -----------------------------------------------------------------------------------

static const struct bug {
    const char *name;
    const struct scene *scene;
    const char *kinds; // what the checker may call it
    bool quick;        // in the short form, too
} bugs[] = {
    {"answer_before_commit", &scene_quiet, "stale", true},
    {"retry_applied_twice", &scene_quiet, "doubled", true},
    {"retry_not_looked_up", &scene_quiet, "turned", false},
    {"retry_answered_from_what_is_not_safe", &scene_failover, "lost turned", false},
    {"checks_before_the_look_up", &scene_quiet, "turned", false},
    {"taken_request_id_answered", &scene_quiet, "let-through", false},
    {"sequence_instead_of_revision", &scene_quiet, "gap", false},
    {"part_of_a_batch", &scene_quiet, "lost", false},
    {"part_of_a_plan", &scene_quiet, "torn", false},
    {"acknowledged_and_not_committed", &scene_quiet, "lost", false},
    {"answer_of_another", &scene_quiet, "turned", false},
    {"hash_of_something_else", &scene_quiet, "chain", false},
    {"time_goes_back", &scene_quiet, "clock", false},
    {"version_not_compared", &scene_quiet, "cas", false},
    {"stale_kept_reply", &scene_quiet, "stale", true},
    {"kept_reply_of_another_question", &scene_quiet, "phantom", false},
    {"read_claims_a_later_revision", &scene_quiet, "stale", false},
    {"watch_skips_on_reconnect", &scene_quiet, "watch", false},
    {"watch_repeats", &scene_quiet, "watch", false},
    {"watch_out_of_order", &scene_quiet, "watch", false},
    {"role_not_checked", &scene_quiet, "let-through", false},
    {"role_checked_too_late", &scene_quiet, "ghost", false},
    {"rights_outlive_their_end", &scene_quiet, "let-through", false},
    {"unknown_said_to_be_refused", &scene_cut, "ghost", false},
    {"late_said_to_be_refused", &scene_late, "ghost", false},
    {"commit_not_waited_for", &scene_failover, "lost", false},
    {"notice_at_commit_ignored", &scene_cancel, "lost", false},
};
enum { BUGS = sizeof bugs / sizeof *bugs };

// How many faults the checker finds in this scene, with this bug (NULL: none), and of what kinds.
static int play(const struct scene *scene, const char *bug, char *found, size_t size)
{
    if (bug)
        setenv("OKRD_BUG", bug, 1);
    else
        unsetenv("OKRD_BUG");
    stage = stage_new(scene->servers, BUILD_DIR "/tests/okrd-bugs");
    stage_begin(stage, scene->clients);
    scene->play();
    int faults = stage_end(stage, found, size);
    stage = stage_free(stage);
    return faults;
}

static bool have_one_in_common(const char *words, const char *others)
{
    char word[32];
    for (int n; sscanf(words, "%31s%n", word, &n) == 1; words += n)
        if (strstr(others, word))
            return true;
    return false;
}

static bool is_found(const struct bug *bug)
{
    char found[200];
    int64_t start = now_ms();
    play(bug->scene, bug->name, found, sizeof found);
    bool ok = have_one_in_common(found, bug->kinds);
    print_message("          %-28s %s %safter %d ms\n", bug->name,
                  ok ? "found:" : "NOT FOUND:", found, (int)(now_ms() - start));
    return ok;
}

static bool is_wanted(const struct bug *bug)
{
    const char *which = getenv("BUGS");
    if (!which)
        return bug->quick;
    return strcmp(which, "all") == 0 || strcmp(which, bug->name) == 0;
}

static void each_bug_is_found(void **state)
{
    (void)state;
    int found = 0, played = 0;
    for (int i = 0; i < BUGS; i++)
        if (is_wanted(&bugs[i])) {
            played++;
            found += is_found(&bugs[i]);
        }
    print_message("          %d of %d bugs found\n", found, played);
    assert_int_equal(found, played);
}

static void without_a_bug_nothing_is_found(void **state)
{
    (void)state;
    static const struct scene *const scenes[] = {&scene_quiet, &scene_kill,     &scene_cut,
                                                 &scene_late,  &scene_failover, &scene_cancel};
    bool all = getenv("BUGS") && strcmp(getenv("BUGS"), "all") == 0;
    for (size_t i = 0; i < (all ? sizeof scenes / sizeof *scenes : 1); i++)
        assert_int_equal(play(scenes[i], NULL, NULL, 0), 0);
}

// What ships knows none of them.
static void okrd_as_it_ships_has_none(void **state)
{
    (void)state;
    for (int i = 0; i < BUGS; i++) {
        char command[300];
        snprintf(command, sizeof command, "grep -q -a %s " BUILD_DIR "/tests/okrd-bugs",
                 bugs[i].name);
        assert_int_equal(system(command), 0);
        snprintf(command, sizeof command, "! grep -q -a %s " BIN_DIR "/okrd", bugs[i].name);
        assert_int_equal(system(command), 0);
    }
}

static int clear(void **state)
{
    (void)state;
    stage = stage_free(stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(okrd_as_it_ships_has_none),
        cmocka_unit_test_teardown(without_a_bug_nothing_is_found, clear),
        cmocka_unit_test_teardown(each_bug_is_found, clear),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
