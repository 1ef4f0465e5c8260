// The rules of the monthly side review, of a quarter's result and of carrying over (R17, R21, R22,
// R24–R27, R53), over a running okrd.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/week_fixture.h"

static struct okrd *okrd;

#define TEXT(literal) ((char *)(uintptr_t)(literal))
#define START "2021-02-08T09:00:00"
#define FINISH "2021-02-12T18:00:00"

static const Okr__SideDecision KEEP = OKR__SIDE_DECISION__SIDE_DECISION_KEEP;
static const Okr__SideDecision RERANK = OKR__SIDE_DECISION__SIDE_DECISION_RERANK;
static const Okr__SideDecision DROP = OKR__SIDE_DECISION__SIDE_DECISION_DROP;
static const Okr__SideDecision TAKE_IN = OKR__SIDE_DECISION__SIDE_DECISION_TAKE_IN;
static const Okr__Code REFUSED = OKR__CODE__CODE_FAILED_PRECONDITION;
static const Okr__Code INVALID = OKR__CODE__CODE_INVALID_ARGUMENT;

// Each test has a quarter of its own: a server whose clock stands in the middle of it.
static void begin(const char *clock, const char *quarter)
{
    okrd = okrd_start(clock);
    fixture_people(okrd);
    okrd_member(okrd, "dba", "dba", NULL);
    fixture_quarter(okrd, quarter);
}

static int end(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-6))
        fail_msg("%g, expected %g", value, expected);
}

static const Okr__SideReview *review_of(const char *month)
{
    Okr__GetSideReviewRequest request = OKR__GET_SIDE_REVIEW_REQUEST__INIT;
    request.month = TEXT(month);
    return must(okrd, "kim", RPC_REVIEW_GET_SIDE_REVIEW, &request);
}

static Okr__DecideSideRequest decision(int64_t project, int64_t version, Okr__SideDecision what)
{
    Okr__DecideSideRequest request = OKR__DECIDE_SIDE_REQUEST__INIT;
    request.has_project_id = request.has_version = request.has_decision = true;
    request.project_id = project;
    request.version = version;
    request.decision = what;
    request.reason = TEXT("as discussed");
    return request;
}

static const Okr__SideReviewLine *decide(int64_t project, int64_t version, Okr__SideDecision what)
{
    Okr__DecideSideRequest request = decision(project, version, what);
    return must(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request);
}

static const Okr__ProjectDetail *detail_of(int64_t id)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = true;
    request.id = id;
    return must(okrd, "kim", RPC_PROJECT_GET_PROJECT_DETAIL, &request);
}

static int64_t side(const char *quarter, const char *name)
{
    return fixture_project(okrd, quarter, name, 0, "ann", NULL);
}

static int64_t kr_of(const char *quarter)
{
    return fixture_kr(okrd, fixture_objective(okrd, quarter, "New users stay"), "more users");
}

static void close_quarter(const char *name)
{
    Okr__GetQuarterRequest get = OKR__GET_QUARTER_REQUEST__INIT;
    get.name = TEXT(name);
    const Okr__Quarter *quarter = must(okrd, "pdm", RPC_QUARTER_GET_QUARTER, &get);
    Okr__SetQuarterStateRequest request = OKR__SET_QUARTER_STATE_REQUEST__INIT;
    request.name = TEXT(name);
    request.has_version = true;
    request.version = quarter->version;
    must(okrd, "pdm", RPC_QUARTER_CLOSE_QUARTER, &request);
}

static const Okr__QuarterResult *result_of(const char *quarter)
{
    Okr__GetQuarterResultRequest request = OKR__GET_QUARTER_RESULT_REQUEST__INIT;
    request.quarter = TEXT(quarter);
    return must(okrd, "kim", RPC_REVIEW_GET_QUARTER_RESULT, &request);
}

// --- The side review

// Broken when a line without a decision passes for reviewed, when a month's decisions count for the
// next one, or when what was rejected comes up again.
static void r24_a_month_is_reviewed_when_each_line_has_a_decision(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    assert_false(review_of("2021-02")->reviewed); // nothing to review is no review
    int64_t kept = side("2021Q1", "kept");
    int64_t asked = fixture_propose(okrd, "2021Q1", "asked for", 0)->id;
    const Okr__SideReview *review = review_of(NULL);
    assert_string_equal(review->month, "2021-02");
    assert_string_equal(review->quarter, "2021Q1");
    assert_int_equal(review->n_lines, 2);
    assert_int_equal(review->lines[0]->project->id, kept);
    assert_int_equal(review->lines[1]->project->id, asked);
    assert_int_equal(review->open, 2);
    assert_int_equal(decide(kept, 0, KEEP)->version, 1);
    review = review_of("2021-02");
    assert_int_equal(review->open, 1);
    assert_false(review->reviewed);
    decide(asked, 0, DROP);
    review = review_of("2021-02");
    assert_int_equal(review->open, 0);
    assert_true(review->reviewed);
    assert_int_equal(review->n_lines, 2); // the rejected one stays, with its decision and reason
    assert_string_equal(review->lines[1]->reason, "as discussed");
    assert_string_equal(review->lines[1]->decided_by, "dev");
    assert_int_equal(review->lines[1]->project->state, OKR__PROJECT_STATE__PROJECT_STATE_REJECTED);
    review = review_of("2021-03");
    assert_int_equal(review->n_lines, 1);
    assert_int_equal(review->open, 1);
    assert_int_equal(review_of("2021-01")->n_lines, 0); // neither was there then
}

// Broken when a coming month can be reviewed, or a month that is none.
static void r24_a_month_is_reviewed_once_it_has_begun(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t project = side("2021Q1", "one");
    Okr__DecideSideRequest request = decision(project, 0, KEEP);
    request.month = TEXT("2021-03");
    const Okr__Status *status = refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID,
                                        OKR__REASON__REASON_BAD_VALUE);
    assert_string_equal(first_field(status), "month");
    assert_string_equal(first_arg(status), "<= 2021-02");
    request.month = TEXT("2021-2");
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID, OKR__REASON__REASON_BAD_MONTH);
    request.month = TEXT("2021-01");
    must(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request);
    request.month = TEXT("2020-12"); // of another quarter
    request.version = 0;
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID, OKR__REASON__REASON_BAD_VALUE);
    Okr__GetSideReviewRequest get = OKR__GET_SIDE_REVIEW_REQUEST__INIT;
    get.month = TEXT("2020-12");
    refused(okrd, "kim", RPC_REVIEW_GET_SIDE_REVIEW, &get, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// Broken when a decision of the review stays on paper: state, rank, mark and decision of the
// project are those that ProjectService would have made.
static void r24_what_is_decided_happens_to_the_project(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    kr_of("2021Q1");
    int64_t a = side("2021Q1", "a"), b = side("2021Q1", "b");
    int64_t c = fixture_propose(okrd, "2021Q1", "c", 0)->id;
    fixture_open(okrd, "2021Q1");
    Okr__DecideSideRequest request = decision(b, 0, RERANK);
    request.has_rank = true;
    request.rank = 1;
    const Okr__SideReviewLine *line = must(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request);
    assert_int_equal(line->project->rank, 1);
    assert_int_equal(detail_of(a)->project->rank, 2);
    decide(c, 0, TAKE_IN);
    decide(a, 0, DROP);
    const Okr__ProjectDetail *dropped = detail_of(a), *taken = detail_of(c);
    assert_int_equal(dropped->project->state, OKR__PROJECT_STATE__PROJECT_STATE_DROPPED);
    assert_true(dropped->project->changed_after_open);
    const Okr__ProjectDecision *last = dropped->decisions[dropped->n_decisions - 1];
    assert_int_equal(last->decision, OKR__DECISION__DECISION_DROP);
    assert_true(last->after_open);
    assert_string_equal(last->reason, "as discussed");
    assert_int_equal(taken->project->state, OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED);
    assert_int_equal(taken->project->rank, 2); // the gap has closed
}

// Broken when the review goes round the rules of ProjectService, or takes linked projects.
static void r24_the_rules_of_projects_hold_in_the_review(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t accepted = side("2021Q1", "accepted");
    int64_t linked = fixture_project(okrd, "2021Q1", "linked", kr_of("2021Q1"), "ann", NULL);
    Okr__DecideSideRequest request = decision(accepted, 0, TAKE_IN);
    const Okr__Status *status = refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, REFUSED,
                                        OKR__REASON__REASON_WRONG_STATE);
    assert_string_equal(first_arg(status), "accepted");
    request = decision(linked, 0, KEEP);
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, REFUSED, OKR__REASON__REASON_WRONG_KIND);
    request = decision(accepted, 0, RERANK);
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID, OKR__REASON__REASON_REQUIRED);
    request = decision(accepted, 0, KEEP);
    request.has_rank = true;
    request.rank = 2;
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID, OKR__REASON__REASON_BAD_VALUE);
    request = decision(accepted, 0, KEEP);
    request.reason = NULL;
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, INVALID,
            OKR__REASON__REASON_REASON_REQUIRED);
    decide(accepted, 0, DROP);
    request = decision(accepted, 1, KEEP);
    refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, REFUSED,
            OKR__REASON__REASON_WRONG_STATE);
    assert_int_equal(review_of("2021-02")->lines[0]->decision, DROP); // nothing was written
}

// Broken when whoever discusses can decide, or cannot discuss.
static void r25_discussing_roles_comment_and_the_dev_lead_decides(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    Okr__DecideSideRequest request = decision(side("2021Q1", "one"), 0, KEEP);
    Okr__CommentSideReviewRequest comment = OKR__COMMENT_SIDE_REVIEW_REQUEST__INIT;
    comment.text = TEXT("the index first");
    refused(okrd, "dba", RPC_REVIEW_DECIDE_SIDE, &request, OKR__CODE__CODE_PERMISSION_DENIED,
            OKR__REASON__REASON_ROLE_REQUIRED);
    refused(okrd, "ann", RPC_REVIEW_COMMENT_SIDE_REVIEW, &comment,
            OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    must(okrd, "dba", RPC_REVIEW_COMMENT_SIDE_REVIEW, &comment);
    const Okr__SideReview *review = review_of("2021-02");
    assert_int_equal(review->n_comments, 1);
    assert_string_equal(review->comments[0]->text, "the index first");
    assert_string_equal(review->comments[0]->author, "dba");
    assert_int_equal(review_of("2021-03")->n_comments, 0);
}

// Broken when the overall progress is the plain mean, counts a dropped project, or lacks the
// target.
static void r26_the_overall_progress_is_weighted_by_planned_work(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t big = side("2021Q1", "big"), small = side("2021Q1", "small");
    int64_t gone = side("2021Q1", "gone");
    const struct fixture_task tasks[] = {{"big", START, FINISH, 900, 50, 1},
                                         {"small", START, FINISH, 100, 100, 1},
                                         {"gone", START, FINISH, 5000, 0, 1}};
    fixture_plan(okrd, "program", tasks, 3);
    fixture_bind(okrd, "program", 1, big);
    fixture_bind(okrd, "program", 2, small);
    fixture_bind(okrd, "program", 3, gone);
    decide(gone, 0, DROP);
    const Okr__SideReview *review = review_of("2021-02");
    assert_near(review->percent, 55);
    assert_near(review->mean_percent, 75);
    assert_near(review->target_percent, 70);
    assert_false(review->has_projected_percent); // the plan has no baseline: no pace to go by
}

// Broken when the trade of urgent work is not shown in the month in which it was made.
static void r27_the_review_shows_what_urgent_work_displaced(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t calm = side("2021Q1", "calm");
    Okr__Project *urgent = fixture_propose(okrd, "2021Q1", "urgent", 0);
    Okr__DecideRequest request = OKR__DECIDE_REQUEST__INIT;
    request.has_project_id = request.has_version = request.has_decision = true;
    request.project_id = urgent->id;
    request.version = urgent->version;
    request.decision = OKR__DECISION__DECISION_ACCEPT;
    request.has_urgent = request.urgent = true;
    request.displaces = &calm;
    request.n_displaces = 1;
    request.reason = TEXT("an outage");
    must(okrd, "dev", RPC_PROJECT_DECIDE, &request);
    const Okr__SideReview *review = review_of("2021-02");
    assert_int_equal(review->n_displacements, 1);
    assert_int_equal(review->displacements[0]->project_id, urgent->id);
    assert_int_equal(review->displacements[0]->n_displaces, 1);
    assert_int_equal(review->displacements[0]->displaces[0], calm);
    assert_string_equal(review->displacements[0]->reason, "an outage");
    assert_int_equal(review_of("2021-01")->n_displacements, 0);
    assert_int_equal(review_of("2021-03")->n_displacements, 0);
}

// Broken when the second of two deciders overwrites the first, or is not shown what stands there.
static void r53_the_second_decision_on_a_line_is_told_of_the_first(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t project = side("2021Q1", "one");
    decide(project, 0, KEEP);
    Okr__DecideSideRequest request = decision(project, 0, DROP);
    const Okr__Status *status =
        refused(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request, OKR__CODE__CODE_ABORTED,
                OKR__REASON__REASON_VERSION_CONFLICT);
    assert_int_equal(status->conflict->current_version, 1);
    assert_int_equal(detail_of(project)->project->state,
                     OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED);
    assert_int_equal(decide(project, 1, DROP)->version, 2);
}

// --- The result of a quarter

// Broken when 99 % of a linked project passes, when linked projects are averaged, or when side
// projects are judged one by one.
static void r21_r22_linked_projects_are_all_completed_and_side_ones_reach_70_together(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t kr = kr_of("2021Q1");
    int64_t done = fixture_project(okrd, "2021Q1", "done", kr, "ann", NULL);
    int64_t nearly = fixture_project(okrd, "2021Q1", "nearly", kr, "ann", NULL);
    int64_t x = side("2021Q1", "x"), y = side("2021Q1", "y");
    fixture_open(okrd, "2021Q1");
    struct fixture_task tasks[] = {{"done", START, FINISH, 600, 100, 1},
                                   {"nearly", START, FINISH, 600, 99, 1},
                                   {"x", START, FINISH, 300, 100, 1},
                                   {"y", START, FINISH, 100, 0, 1}};
    fixture_plan(okrd, "program", tasks, 4);
    const int64_t projects[] = {done, nearly, x, y};
    for (int64_t i = 0; i < 4; i++)
        fixture_bind(okrd, "program", i + 1, projects[i]);
    const Okr__QuarterResult *result = result_of("2021Q1");
    assert_int_equal(result->linked_total, 2);
    assert_int_equal(result->linked_completed, 1);
    assert_true(result->linked[0]->achieved);
    assert_false(result->linked[1]->achieved);
    assert_true(result->has_linked_achieved && !result->linked_achieved);
    assert_near(result->side_percent, 75);
    assert_near(result->side_mean_percent, 50);
    assert_true(result->side_achieved);
    assert_false(result->final);
    tasks[1].percent = 100;
    tasks[2].percent = 90;
    fixture_plan(okrd, "program", tasks, 4);
    result = result_of("2021Q1");
    assert_true(result->linked_achieved);
    assert_near(result->side_percent, 67.5);
    assert_true(result->has_side_achieved && !result->side_achieved);
}

// Broken when the result of a closed quarter moves with the plan.
static void r21_r22_closing_a_quarter_freezes_its_result(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t linked = fixture_project(okrd, "2021Q1", "linked", kr_of("2021Q1"), "ann", NULL);
    fixture_open(okrd, "2021Q1");
    struct fixture_task tasks[] = {{"linked", START, FINISH, 600, 99, 1}};
    fixture_plan(okrd, "program", tasks, 1);
    fixture_bind(okrd, "program", 1, linked);
    close_quarter("2021Q1");
    tasks[0].percent = 100;
    fixture_plan(okrd, "program", tasks, 1);
    const Okr__QuarterResult *result = result_of("2021Q1");
    assert_true(result->final);
    assert_false(result->linked_achieved);
    assert_int_equal(result->linked_completed, 0);
    assert_near(result->linked[0]->project->progress->percent, 99);
}

// Broken when the board of a closed quarter goes on with the plan: what was missed then looks
// completed now.
static void r19_r21_the_board_of_a_closed_quarter_is_its_result(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t linked = fixture_project(okrd, "2021Q1", "linked", kr_of("2021Q1"), "ann", NULL);
    int64_t beside = side("2021Q1", "beside");
    fixture_open(okrd, "2021Q1");
    struct fixture_task tasks[] = {{"linked", START, FINISH, 600, 99, 1},
                                   {"beside", START, FINISH, 400, 50, 1}};
    fixture_plan(okrd, "program", tasks, 2);
    fixture_bind(okrd, "program", 1, linked);
    fixture_bind(okrd, "program", 2, beside);
    Okr__GetBoardRequest get = OKR__GET_BOARD_REQUEST__INIT;
    get.quarter = TEXT("2021Q1");
    const Okr__Board *open = must(okrd, "kim", RPC_BOARD_GET_BOARD, &get);
    assert_near(open->headline->side_percent, 50);
    close_quarter("2021Q1");
    tasks[0].percent = tasks[1].percent = 100;
    fixture_plan(okrd, "program", tasks, 2);
    Okr__Settings change = OKR__SETTINGS__INIT;
    Okr__UpdateSettingsRequest settings = OKR__UPDATE_SETTINGS_REQUEST__INIT;
    settings.settings = &change;
    change.has_version = change.has_side_target_percent = true;
    change.version = 1;
    change.side_target_percent = 40;
    must(okrd, "admin", RPC_MEMBER_UPDATE_SETTINGS, &settings);
    const Okr__Board *board = must(okrd, "kim", RPC_BOARD_GET_BOARD, &get);
    assert_int_equal(board->n_linked, 1);
    assert_near(board->linked[0]->project->progress->percent, 99);
    assert_int_equal(board->headline->linked_total, 1);
    assert_int_equal(board->headline->linked_completed, 0);
    assert_near(board->headline->side_percent, 50);
    assert_near(board->headline->side_target_percent, 70);
}

// Broken when a project that was added, dropped or re-scoped in the open quarter is not named, or
// one that was decided before the opening is.
static void r17_the_result_names_what_changed_after_the_opening(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    int64_t kr = kr_of("2021Q1");
    int64_t early = fixture_project(okrd, "2021Q1", "early", kr, "ann", NULL);
    fixture_open(okrd, "2021Q1");
    int64_t late = fixture_project(okrd, "2021Q1", "late", kr, "ann", NULL);
    fixture_decide(okrd, early, OKR__DECISION__DECISION_DROP, "not needed");
    const Okr__QuarterResult *result = result_of("2021Q1");
    assert_int_equal(result->n_changes_after_open, 2);
    assert_int_equal(result->changes_after_open[0]->project_id, late);
    assert_int_equal(result->changes_after_open[0]->decision, OKR__DECISION__DECISION_ACCEPT);
    assert_int_equal(result->changes_after_open[1]->project_id, early);
    assert_int_equal(result->changes_after_open[1]->decision, OKR__DECISION__DECISION_DROP);
    assert_string_equal(result->changes_after_open[1]->reason, "not needed");
    assert_int_equal(result->linked_total, 1); // a dropped one is shown, and not counted
    assert_int_equal(result->n_linked, 2);
}

// --- Carrying over

static Okr__CarryOverRequest carry(int64_t project, const char *to, int64_t *kr)
{
    Okr__CarryOverRequest request = OKR__CARRY_OVER_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = project;
    request.to_quarter = TEXT(to);
    request.kr_ids = kr;
    request.n_kr_ids = kr != NULL;
    return request;
}

// Broken when the plan's work stays behind, when the new project does not say where it comes from
// or is not taken in, or when it can be carried over twice.
static void r21_an_unfinished_project_goes_on_in_the_next_quarter(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    fixture_quarter(okrd, "2021Q2");
    int64_t old = fixture_project(okrd, "2021Q1", "long one", kr_of("2021Q1"), "ann", "eve");
    int64_t next_kr = kr_of("2021Q2");
    fixture_open(okrd, "2021Q1");
    const struct fixture_task tasks[] = {{"a", START, FINISH, 600, 40, 1}};
    fixture_plan(okrd, "program", tasks, 1);
    fixture_bind(okrd, "program", 1, old);
    close_quarter("2021Q1");
    Okr__CarryOverRequest request = carry(old, "2021Q2", &next_kr);
    const Okr__Project *new = must(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request);
    assert_int_equal(new->carried_from, old);
    assert_string_equal(new->quarter, "2021Q2");
    assert_string_equal(new->name, "long one");
    assert_string_equal(new->lead, "ann");
    assert_string_equal(new->members[0], "eve");
    assert_int_equal(new->state, OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED);
    assert_int_equal(new->kr_ids[0], next_kr);
    assert_false(new->changed_after_open);
    assert_near(new->progress->percent, 40);
    Okr__ListBindingsRequest list = OKR__LIST_BINDINGS_REQUEST__INIT;
    const Okr__BindingList *bindings = must(okrd, "pm", RPC_PLAN_LIST_BINDINGS, &list);
    assert_int_equal(bindings->n_bindings, 1);
    assert_int_equal(bindings->bindings[0]->project_id, new->id);
    assert_int_equal(bindings->bindings[0]->version, 2);
    const Okr__QuarterResult *result = result_of("2021Q1");
    assert_int_equal(result->linked[0]->carried_to, new->id);
    assert_near(result->linked[0]->project->progress->percent, 40); // as it was kept
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, OKR__CODE__CODE_ALREADY_EXISTS,
            OKR__REASON__REASON_EXISTS);
}

// Broken when moved bindings leave no trace: the log has them as they were and as they are (R52).
static void r30_moved_bindings_are_recorded(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    fixture_quarter(okrd, "2021Q2");
    kr_of("2021Q1");
    int64_t old = side("2021Q1", "long one");
    fixture_open(okrd, "2021Q1");
    const struct fixture_task tasks[] = {{"a", START, FINISH, 600, 40, 1}};
    fixture_plan(okrd, "program", tasks, 1);
    fixture_bind(okrd, "program", 1, old);
    close_quarter("2021Q1");
    Okr__CarryOverRequest request = carry(old, "2021Q2", NULL);
    must(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request);
    Okr__ListAuditRequest list = OKR__LIST_AUDIT_REQUEST__INIT;
    list.has_newest_first = list.newest_first = true;
    const Okr__AuditList *audit = must(okrd, "kim", RPC_AUDIT_LIST_AUDIT, &list);
    const Okr__AuditRow *entry = audit->rows[0];
    assert_string_equal(entry->method, "okr.v1.ReviewService/CarryOver");
    assert_non_null(strstr(entry->before, "\"taskUid\""));
    assert_non_null(strstr(entry->after, "\"taskUid\""));
    assert_non_null(strstr(entry->after, "\"carriedFrom\""));
}

// Broken when a running quarter's project is carried over, a completed one, one without a key
// result, or into a quarter that is not later.
static void r20_what_goes_on_follows_the_rules_of_the_next_quarter(void **state)
{
    (void)state;
    begin("2021-02-10T10:00:00+09:00", "2021Q1");
    fixture_quarter(okrd, "2020Q4");
    fixture_quarter(okrd, "2021Q2");
    int64_t kr = kr_of("2021Q1"), next_kr = kr_of("2021Q2");
    int64_t old = fixture_project(okrd, "2021Q1", "long one", kr, "ann", NULL);
    int64_t done = fixture_project(okrd, "2021Q1", "done", kr, "ann", NULL);
    fixture_open(okrd, "2021Q1");
    fixture_decide(okrd, done, OKR__DECISION__DECISION_COMPLETE, NULL);
    Okr__CarryOverRequest request = carry(old, "2021Q2", &next_kr);
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, REFUSED,
            OKR__REASON__REASON_QUARTER_NOT_CLOSED);
    close_quarter("2021Q1");
    request = carry(old, "2021Q2", NULL);
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, INVALID,
            OKR__REASON__REASON_LINKED_NEEDS_KR);
    request = carry(old, "2021Q2", &kr); // of the old quarter
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, INVALID,
            OKR__REASON__REASON_NOT_EXISTING);
    request = carry(old, "2020Q4", NULL);
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, INVALID, OKR__REASON__REASON_BAD_VALUE);
    request = carry(done, "2021Q2", &next_kr);
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, REFUSED, OKR__REASON__REASON_WRONG_STATE);
    fixture_open(okrd, "2021Q2");
    request = carry(old, "2021Q2", &next_kr);
    refused(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request, INVALID,
            OKR__REASON__REASON_REASON_REQUIRED);
    request.reason = TEXT("not finished");
    const Okr__Project *new = must(okrd, "dev", RPC_REVIEW_CARRY_OVER, &request);
    assert_true(new->changed_after_open); // R17: it comes into an open quarter
}

#define RULE(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(r24_a_month_is_reviewed_when_each_line_has_a_decision),
        RULE(r24_a_month_is_reviewed_once_it_has_begun),
        RULE(r24_what_is_decided_happens_to_the_project),
        RULE(r24_the_rules_of_projects_hold_in_the_review),
        RULE(r25_discussing_roles_comment_and_the_dev_lead_decides),
        RULE(r26_the_overall_progress_is_weighted_by_planned_work),
        RULE(r27_the_review_shows_what_urgent_work_displaced),
        RULE(r53_the_second_decision_on_a_line_is_told_of_the_first),
        RULE(r21_r22_linked_projects_are_all_completed_and_side_ones_reach_70_together),
        RULE(r21_r22_closing_a_quarter_freezes_its_result),
        RULE(r19_r21_the_board_of_a_closed_quarter_is_its_result),
        RULE(r17_the_result_names_what_changed_after_the_opening),
        RULE(r21_an_unfinished_project_goes_on_in_the_next_quarter),
        RULE(r30_moved_bindings_are_recorded),
        RULE(r20_what_goes_on_follows_the_rules_of_the_next_quarter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
