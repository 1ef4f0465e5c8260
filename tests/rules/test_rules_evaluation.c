// The monthly evaluation over a real okrd (R42–R49): what goes into a verdict, that a prepared
// month is frozen and a signed one immutable, who may what. It is 2021-02-03; January 2021 is the
// month with one KR for each verdict, the months of 2020Q4 are there to be prepared and signed.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/week_fixture.h"

static struct okrd *okrd;

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

// ---- what there is to evaluate ----------------------------------------------------------------

enum { TRACK, CONTINUE, REVIEW, EXECUTION, BEHIND, MISSING, BREAKDOWN, AWAY, UNTOLD, KRS };
static const char *const names[KRS] = {"track",   "continue",  "review", "execution", "behind",
                                       "missing", "breakdown", "away",   "untold"};
static int64_t kr_ids[KRS], project_ids[KRS], carried_id;

// A plan of one task for each project from TRACK on, planned for January; 0: without a baseline.
struct planned {
    int kr;
    int64_t percent;
    bool baseline;
};

static Okr__PlanBaseline baseline = OKR__PLAN_BASELINE__INIT;
static Okr__PlanBaseline *baselines[] = {&baseline};

static void add_task(Okr__PlanTask *task, Okr__PlanAssignment *assignment, int64_t uid,
                     const struct planned *from)
{
    okr__plan_task__init(task);
    task->has_uid = task->has_outline_level = task->has_work = task->has_percent_complete = true;
    task->uid = uid;
    task->name = text(names[from->kr]);
    task->outline_level = 1;
    task->start = text("2021-01-04T09:00:00");
    task->finish = text("2021-01-29T18:00:00");
    task->work = 4800;
    task->percent_complete = from->percent;
    task->n_baselines = from->baseline;
    task->baselines = baselines;
    okr__plan_assignment__init(assignment);
    assignment->has_uid = assignment->has_task_uid = assignment->has_resource_uid = true;
    assignment->uid = assignment->task_uid = uid;
    assignment->resource_uid = 1;
}

// Published by pm as the plan "program", with this status date.
static void push(const char *status_date, const struct planned *from, size_t n)
{
    static int number = 0x500000;
    char hash[65];
    snprintf(hash, sizeof hash, "%064x", ++number);
    Okr__PlanTotals totals = OKR__PLAN_TOTALS__INIT;
    totals.has_tasks = totals.has_resources = totals.has_assignments = totals.has_calendars = true;
    totals.tasks = totals.assignments = (int64_t)n;
    totals.resources = 1;
    Okr__PlanHeader header = OKR__PLAN_HEADER__INIT;
    header.status_date = text(status_date);
    Okr__BeginPushRequest begin = OKR__BEGIN_PUSH_REQUEST__INIT;
    begin.source = text("program");
    begin.file_name = text("plan.xml");
    begin.content_hash = hash;
    begin.totals = &totals;
    begin.header = &header;
    const Okr__BeginPushReply *begun = must(okrd, "pm", RPC_PLAN_BEGIN_PUSH, &begin);

    Okr__PlanTask tasks[KRS], *task_list[KRS];
    Okr__PlanAssignment assignments[KRS], *assignment_list[KRS];
    Okr__PlanResource person = OKR__PLAN_RESOURCE__INIT, *people[] = {&person};
    person.has_uid = true;
    person.uid = 1;
    person.name = text("One");
    for (size_t i = 0; i < n; i++) {
        add_task(&tasks[i], &assignments[i], from[i].kr + 1, &from[i]);
        task_list[i] = &tasks[i];
        assignment_list[i] = &assignments[i];
    }
    Okr__PushChunkRequest chunk = OKR__PUSH_CHUNK_REQUEST__INIT;
    chunk.has_upload_id = chunk.has_sequence = true;
    chunk.upload_id = begun->upload_id;
    chunk.sequence = 1;
    chunk.tasks = task_list;
    chunk.n_tasks = n;
    chunk.assignments = assignment_list;
    chunk.n_assignments = n;
    chunk.resources = people;
    chunk.n_resources = 1;
    must(okrd, "pm", RPC_PLAN_PUSH_CHUNK, &chunk);
    Okr__PublishRequest publish = OKR__PUBLISH_REQUEST__INIT;
    publish.has_upload_id = true;
    publish.upload_id = begun->upload_id;
    must(okrd, "pm", RPC_PLAN_PUBLISH, &publish);
}

static int64_t measure(int64_t kr, const char *day, double value)
{
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    request.has_kr_id = request.has_value = true;
    request.kr_id = kr;
    request.day = text(day);
    request.value = value;
    const Okr__Measurement *m = must(okrd, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
    return m->id;
}

static void declare(int64_t kr)
{
    Okr__DeclareSufficiencyRequest request = OKR__DECLARE_SUFFICIENCY_REQUEST__INIT;
    request.has_kr_id = true;
    request.kr_id = kr;
    must(okrd, "dev", RPC_QUARTER_DECLARE_SUFFICIENCY, &request);
}

static void make_okr(void)
{
    fixture_quarter(okrd, "2020Q4");
    fixture_quarter(okrd, "2021Q1");
    carried_id = fixture_kr(okrd, fixture_objective(okrd, "2020Q4", "before"), names[REVIEW]);
    int64_t objective = fixture_objective(okrd, "2021Q1", "now");
    for (int i = 0; i < KRS; i++) {
        kr_ids[i] = fixture_kr(okrd, objective, names[i]);
        project_ids[i] = fixture_project(okrd, "2021Q1", names[i], kr_ids[i], "ann", NULL);
        if (i != BREAKDOWN)
            declare(kr_ids[i]);
    }
    fixture_open(okrd, "2020Q4");
    fixture_open(okrd, "2021Q1");
}

static const struct planned january[] = {
    {TRACK, 100, true}, {CONTINUE, 96, true}, {REVIEW, 100, true}, {EXECUTION, 50, true},
    {BEHIND, 94, true}, {MISSING, 100, true}, {AWAY, 100, true},   {UNTOLD, 100, false},
};
enum { JANUARY = sizeof january / sizeof *january };

static void make_plan(void)
{
    baseline.has_number = baseline.has_work = baseline.has_duration = true;
    baseline.start = text("2021-01-04T09:00:00");
    baseline.finish = text("2021-01-29T18:00:00");
    baseline.work = baseline.duration = 4800;
    push("2021-01-31T18:00:00", january, JANUARY);
    for (int i = 0; i < JANUARY; i++)
        fixture_bind(okrd, "program", january[i].kr + 1, project_ids[january[i].kr]);
}

static void make_values(void)
{
    static const double last[KRS] = {40, 12, 11, 10, 40, 0, 10, 2, 40};
    for (int i = 0; i < KRS; i++) {
        if (i == REVIEW)
            continue;
        measure(kr_ids[i], "2021-01-01", 10); // the first day's value is the month's start
        if (i != MISSING)
            measure(kr_ids[i], "2021-01-29", last[i]);
    }
    measure(carried_id, "2020-10-31", 10);
    measure(carried_id, "2020-11-30", 11);
    measure(carried_id, "2020-12-31", 12);
    measure(kr_ids[REVIEW], "2021-01-31", last[REVIEW]);
}

static int start(void **state)
{
    (void)state;
    okrd = okrd_start("2020-12-15T10:00:00+09:00");
    fixture_people(okrd);
    make_okr();
    okrd_restart_at(okrd, "2021-02-03T10:00:00+09:00");
    make_plan();
    make_values();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_clear();
    okrd = okrd_stop(okrd);
    return 0;
}

// ---- asking -----------------------------------------------------------------------------------

static const Okr__Evaluation *month(const char *name)
{
    Okr__GetEvaluationRequest request = OKR__GET_EVALUATION_REQUEST__INIT;
    request.month = text(name);
    return must(okrd, "kim", RPC_EVALUATION_GET_EVALUATION, &request);
}

static const Okr__KrEvaluation *kr_in(const Okr__Evaluation *evaluation, int64_t id)
{
    for (size_t i = 0; i < evaluation->n_krs; i++)
        if (evaluation->krs[i]->kr_id == id)
            return evaluation->krs[i];
    fail_msg("KR-%lld is not evaluated", (long long)id);
    return NULL;
}

static const Okr__KrEvaluation *january_of(int kr)
{
    return kr_in(month("2021-01"), kr_ids[kr]);
}

static const Okr__Evidence *evidence(const Okr__KrEvaluation *kr, Okr__EvidenceKind kind,
                                     Okr__Missing missing)
{
    for (size_t i = 0; i < kr->n_evidence; i++)
        if (kr->evidence[i]->kind == kind && kr->evidence[i]->missing == missing)
            return kr->evidence[i];
    return NULL;
}

static Okr__PrepareEvaluationRequest prepare_request(const char *name, int64_t version)
{
    Okr__PrepareEvaluationRequest request = OKR__PREPARE_EVALUATION_REQUEST__INIT;
    request.month = text(name);
    request.has_version = true;
    request.version = version;
    return request;
}

static const Okr__Evaluation *prepare(const char *name, int64_t version)
{
    Okr__PrepareEvaluationRequest request = prepare_request(name, version);
    return must(okrd, "bi", RPC_EVALUATION_PREPARE_EVALUATION, &request);
}

static Okr__SignEvaluationRequest sign_request(const char *name, int64_t version)
{
    Okr__SignEvaluationRequest request = OKR__SIGN_EVALUATION_REQUEST__INIT;
    request.month = text(name);
    request.has_version = true;
    request.version = version;
    return request;
}

static const Okr__Evaluation *sign(const char *name, int64_t version)
{
    Okr__SignEvaluationRequest request = sign_request(name, version);
    return must(okrd, "dev", RPC_EVALUATION_SIGN_EVALUATION, &request);
}

static const Okr__EvaluationVerification *verify(const char *name)
{
    Okr__VerifyEvaluationRequest request = OKR__VERIFY_EVALUATION_REQUEST__INIT;
    request.month = text(name);
    return must(okrd, "kim", RPC_EVALUATION_VERIFY_EVALUATION, &request);
}

// Two messages that are the same in every field.
static bool same(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    static uint8_t one[1 << 20], other[1 << 20];
    size_t size = protobuf_c_message_get_packed_size(a);
    assert_true(size < sizeof one);
    return size == protobuf_c_message_get_packed_size(b) &&
           protobuf_c_message_pack(a, one) == size && protobuf_c_message_pack(b, other) == size &&
           memcmp(one, other, size) == 0;
}

// ---- R45: the table, each row by a KR of its own ----------------------------------------------

// Broken when one of the rows of the table comes out otherwise over the whole way from plan, goals
// and measurements to the page.
static void r45_every_verdict(void **state)
{
    (void)state;
    static const Okr__Verdict want[KRS] = {
        OKR__VERDICT__VERDICT_ON_TRACK,
        OKR__VERDICT__VERDICT_CONTINUE,
        OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN,
        OKR__VERDICT__VERDICT_EXECUTION,
        OKR__VERDICT__VERDICT_EXECUTION_BEHIND,
        OKR__VERDICT__VERDICT_INSUFFICIENT_DATA,
        OKR__VERDICT__VERDICT_BREAKDOWN,
        OKR__VERDICT__VERDICT_CONTINUE,
        OKR__VERDICT__VERDICT_INSUFFICIENT_DATA,
    };
    const Okr__Evaluation *evaluation = month(NULL); // last month
    assert_string_equal(evaluation->month, "2021-01");
    assert_string_equal(evaluation->quarter, "2021Q1");
    assert_null(evaluation->prepared_at);
    assert_int_equal(evaluation->n_krs, KRS);
    for (int i = 0; i < KRS; i++) {
        const Okr__KrEvaluation *kr = kr_in(evaluation, kr_ids[i]);
        if (kr->verdict != want[i])
            fail_msg("%s: %d, not %d", names[i], (int)kr->verdict, (int)want[i]);
    }
    // What cannot be told says what is missing.
    assert_non_null(evidence(january_of(MISSING), OKR__EVIDENCE_KIND__EVIDENCE_KIND_MISSING,
                             OKR__MISSING__MISSING_VALUE));
    assert_false(january_of(UNTOLD)->has_executed);
    assert_non_null(evidence(january_of(UNTOLD), OKR__EVIDENCE_KIND__EVIDENCE_KIND_PROJECT,
                             OKR__MISSING__MISSING_BASELINE));
    assert_true(january_of(EXECUTION)->left_undone);
    assert_false(january_of(BREAKDOWN)->left_undone);
    assert_true(january_of(BREAKDOWN)->breakdown_gap);
    assert_false(january_of(TRACK)->breakdown_gap);
}

// Broken when the row of months ends with the quarter, or a KR with another text is taken for the
// same.
static void r45_months_are_counted_across_quarters(void **state)
{
    (void)state;
    const Okr__KrEvaluation *kr = january_of(REVIEW);
    assert_int_equal(kr->months_unmoved, 3); // November, December, January
    assert_float_equal(kr->value_before, 12, 0);
    assert_int_equal(january_of(CONTINUE)->months_unmoved, 1);
    assert_int_equal(january_of(TRACK)->months_unmoved, 0);
    assert_int_equal(kr_in(month("2020-12"), carried_id)->months_unmoved, 2);
    // October has nothing before it to compare with.
    assert_int_equal(kr_in(month("2020-10"), carried_id)->movement,
                     OKR__MOVEMENT__MOVEMENT_UNKNOWN);
}

// Broken when the number of months is fixed.
static void r45_how_many_months_is_a_setting(void **state)
{
    (void)state;
    Okr__Settings change = OKR__SETTINGS__INIT;
    Okr__UpdateSettingsRequest request = OKR__UPDATE_SETTINGS_REQUEST__INIT;
    request.settings = &change;
    change.has_version = change.has_review_months = true;
    change.version = 1;
    change.review_months = 4;
    must(okrd, "admin", RPC_MEMBER_UPDATE_SETTINGS, &request);
    assert_int_equal(january_of(REVIEW)->verdict, OKR__VERDICT__VERDICT_CONTINUE);
    change.version = 2;
    change.review_months = 0;
    refused(okrd, "admin", RPC_MEMBER_UPDATE_SETTINGS, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
    change.review_months = 3;
    must(okrd, "admin", RPC_MEMBER_UPDATE_SETTINGS, &request);
    assert_int_equal(january_of(REVIEW)->verdict, OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN);
}

// ---- R42, R44, R46, R47 -----------------------------------------------------------------------

// Broken when a corrected value still counts, or a KR that nobody measured passes.
static void r42_the_value_that_counts_is_the_corrected_one(void **state)
{
    (void)state;
    int64_t wrong = measure(kr_ids[TRACK], "2021-01-30", 11);
    assert_int_equal(january_of(TRACK)->movement, OKR__MOVEMENT__MOVEMENT_NOT_MOVED);
    Okr__CorrectMeasurementRequest request = OKR__CORRECT_MEASUREMENT_REQUEST__INIT;
    request.has_id = request.has_value = true;
    request.id = wrong;
    request.value = 45;
    request.reason = text("bots counted");
    must(okrd, "bi", RPC_QUARTER_CORRECT_MEASUREMENT, &request);
    const Okr__KrEvaluation *kr = january_of(TRACK);
    assert_int_equal(kr->movement, OKR__MOVEMENT__MOVEMENT_MOVED);
    assert_float_equal(kr->value, 45, 0);
    assert_float_equal(kr->attainment_percent, 45, 1e-9);
    assert_float_equal(kr->attainment_before, 10, 1e-9);
    assert_int_equal(january_of(MISSING)->movement, OKR__MOVEMENT__MOVEMENT_UNKNOWN);
}

// Broken when a question is not answered, or with nothing behind the answer.
static void r44_each_question_has_its_evidence(void **state)
{
    (void)state;
    const Okr__KrEvaluation *kr = january_of(BEHIND);
    const Okr__Evidence *project =
        evidence(kr, OKR__EVIDENCE_KIND__EVIDENCE_KIND_PROJECT, OKR__MISSING__MISSING_UNSPECIFIED);
    assert_int_equal(project->question, 3);
    assert_int_equal(project->id, project_ids[BEHIND]);
    assert_float_equal(project->planned, 4800, 1e-9);
    assert_float_equal(project->actual, 4512, 1e-9);
    assert_string_equal(project->day, "2021-01-31");
    assert_false(project->holds);
    assert_int_equal(evidence(kr, OKR__EVIDENCE_KIND__EVIDENCE_KIND_MEASUREMENT,
                              OKR__MISSING__MISSING_UNSPECIFIED)
                         ->question,
                     1);
    const Okr__Evidence *declared = evidence(kr, OKR__EVIDENCE_KIND__EVIDENCE_KIND_SUFFICIENCY,
                                             OKR__MISSING__MISSING_UNSPECIFIED);
    assert_int_equal(declared->question, 2);
    assert_string_equal(declared->by, "dev");
    // The gap: no declaration, and a project that the plan does not know.
    kr = january_of(BREAKDOWN);
    assert_non_null(evidence(kr, OKR__EVIDENCE_KIND__EVIDENCE_KIND_SUFFICIENCY,
                             OKR__MISSING__MISSING_SUFFICIENCY));
    assert_non_null(
        evidence(kr, OKR__EVIDENCE_KIND__EVIDENCE_KIND_COVERAGE, OKR__MISSING__MISSING_TASKS));
}

static const Okr__Evidence *goals_of(int kr)
{
    return evidence(january_of(kr), OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS,
                    OKR__MISSING__MISSING_UNSPECIFIED);
}

// Broken when the second witness counts weeks of another month (a week belongs to its Thursday's),
// or decides.
static void r44_weekly_goals_are_the_second_witness(void **state)
{
    (void)state;
    fixture_goal(okrd, "ann", project_ids[AWAY], "2020-W53", "until 31 December");
    const Okr__Goal *goal =
        fixture_goal(okrd, "ann", project_ids[BEHIND], "2021-W01", "from 7 January");
    fixture_goal(okrd, "ann", project_ids[EXECUTION], "2021-W04", "until 28 January");
    fixture_goal(okrd, "ann", project_ids[UNTOLD], "2021-W05", "from 4 February");
    assert_float_equal(goals_of(AWAY)->planned, 0, 0);
    assert_float_equal(goals_of(UNTOLD)->planned, 0, 0);
    assert_float_equal(goals_of(EXECUTION)->planned, 1, 0);
    assert_false(goals_of(EXECUTION)->has_holds); // undecided
    Okr__SetResultRequest request = OKR__SET_RESULT_REQUEST__INIT;
    request.has_id = request.has_version = request.has_result = true;
    request.id = goal->id;
    request.version = goal->version;
    request.result = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
    must(okrd, "ann", RPC_WEEK_SET_RESULT, &request);
    const Okr__Evidence *goals = goals_of(BEHIND);
    assert_int_equal(goals->question, 3);
    assert_float_equal(goals->planned, 1, 0);
    assert_float_equal(goals->actual, 1, 0);
    assert_true(goals->holds); // against what the plan says
    assert_false(january_of(BEHIND)->executed);
}

// Broken when a move away from the target is not shown as such, or counts as one towards it; when
// the band is not the KR's own.
static void r46_away_and_the_noise_band(void **state)
{
    (void)state;
    const Okr__KrEvaluation *kr = january_of(AWAY);
    assert_int_equal(kr->movement, OKR__MOVEMENT__MOVEMENT_AWAY);
    assert_int_equal(kr->months_unmoved, 1);
    assert_float_equal(kr->noise_band, 5, 1e-9);
    assert_int_equal(january_of(CONTINUE)->movement, OKR__MOVEMENT__MOVEMENT_NOT_MOVED);
    Okr__KeyResult change = OKR__KEY_RESULT__INIT;
    change.has_id = change.has_version = change.has_noise_percent = true;
    change.id = kr_ids[CONTINUE];
    change.version = 1;
    change.noise_percent = 1;
    Okr__UpdateKeyResultRequest request = OKR__UPDATE_KEY_RESULT_REQUEST__INIT;
    request.kr = &change;
    must(okrd, "pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &request);
    assert_int_equal(january_of(CONTINUE)->movement, OKR__MOVEMENT__MOVEMENT_MOVED);
    change.version = 2;
    change.noise_percent = 5;
    must(okrd, "pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &request);
}

static Okr__AddFactorRequest factor_request(int kr, const char *day)
{
    Okr__AddFactorRequest request = OKR__ADD_FACTOR_REQUEST__INIT;
    request.has_kr_id = true;
    request.kr_id = kr_ids[kr];
    request.day = text(day);
    request.text = text("campaign ended");
    return request;
}

// Broken when a factor is not beside the verdict, stands beside another one, or anybody notes it.
static void r47_external_factors_stand_beside_the_verdict(void **state)
{
    (void)state;
    Okr__AddFactorRequest request = factor_request(AWAY, "2021-01-15");
    refused(okrd, "dev", RPC_EVALUATION_ADD_FACTOR, &request, OKR__CODE__CODE_PERMISSION_DENIED,
            OKR__REASON__REASON_ROLE_REQUIRED);
    const Okr__ExternalFactor *factor = must(okrd, "pm", RPC_EVALUATION_ADD_FACTOR, &request);
    const Okr__Evidence *row =
        evidence(january_of(AWAY), OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL,
                 OKR__MISSING__MISSING_UNSPECIFIED);
    assert_int_equal(row->id, factor->id);
    assert_string_equal(row->text, "campaign ended");
    assert_string_equal(row->day, "2021-01-15");
    assert_string_equal(row->by, "pm");
    assert_null(evidence(january_of(TRACK), OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL,
                         OKR__MISSING__MISSING_UNSPECIFIED));
    request = factor_request(TRACK, "2021-02-02"); // another month's
    must(okrd, "bi", RPC_EVALUATION_ADD_FACTOR, &request);
    assert_int_equal(month("2021-01")->n_factors, 1);
    request.kr_id = 999999;
    refused(okrd, "bi", RPC_EVALUATION_ADD_FACTOR, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// ---- R43: frozen ------------------------------------------------------------------------------

static void change_everything(void)
{
    measure(kr_ids[TRACK], "2021-01-31", 3);
    fixture_goal(okrd, "ann", project_ids[TRACK], "2021-W02", "afterwards");
    Okr__AddFactorRequest factor = factor_request(TRACK, "2021-01-20");
    must(okrd, "bi", RPC_EVALUATION_ADD_FACTOR, &factor);
    struct planned lower[JANUARY];
    memcpy(lower, january, sizeof lower);
    lower[0].percent = 10;
    push("2021-01-31T18:00:00", lower, JANUARY);
    fixture_decide(okrd, project_ids[CONTINUE], OKR__DECISION__DECISION_DROP, "too big");
}

// Broken when anything that happens after the preparation shows in the prepared month; when
// preparing again does not show it.
static void r43_a_prepared_month_is_frozen(void **state)
{
    (void)state;
    const Okr__Evaluation *prepared = prepare("2021-01", 0);
    assert_string_equal(prepared->prepared_by, "bi");
    assert_int_equal(strlen(prepared->snapshot_hash), 64);
    assert_int_equal(prepared->version, 1);
    const Okr__KrEvaluation *track = kr_in(prepared, kr_ids[TRACK]);
    assert_int_equal(track->verdict, OKR__VERDICT__VERDICT_ON_TRACK);
    change_everything();
    assert_true(same(&month("2021-01")->base, &prepared->base));
    assert_true(verify("2021-01")->same && verify("2021-01")->snapshot_intact);

    const Okr__Evaluation *again = prepare("2021-01", 1);
    assert_int_equal(again->version, 2);
    assert_string_not_equal(again->snapshot_hash, prepared->snapshot_hash);
    track = kr_in(again, kr_ids[TRACK]);
    assert_int_equal(track->movement, OKR__MOVEMENT__MOVEMENT_AWAY);
    assert_int_equal(track->verdict, OKR__VERDICT__VERDICT_EXECUTION);
    // Dropped in February: in January it was still to be done.
    assert_int_equal(kr_in(again, kr_ids[CONTINUE])->verdict, OKR__VERDICT__VERDICT_CONTINUE);
    Okr__PrepareEvaluationRequest stale = prepare_request("2021-01", 1);
    refused(okrd, "bi", RPC_EVALUATION_PREPARE_EVALUATION, &stale, OKR__CODE__CODE_ABORTED,
            OKR__REASON__REASON_VERSION_CONFLICT);
}

// Broken when an override needs no reason, hides what was computed, or cannot be taken away.
static void r45_an_override_takes_a_reason(void **state)
{
    (void)state;
    int64_t version = month("2021-01")->version;
    Okr__OverrideVerdictRequest request = OKR__OVERRIDE_VERDICT_REQUEST__INIT;
    request.month = text("2021-01");
    request.has_version = request.has_kr_id = request.has_verdict = true;
    request.version = version;
    request.kr_id = kr_ids[EXECUTION];
    request.verdict = OKR__VERDICT__VERDICT_CONTINUE;
    refused(okrd, "pm", RPC_EVALUATION_OVERRIDE_VERDICT, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_REASON_REQUIRED);
    request.reason = text("the lead was ill");
    refused(okrd, "pdm", RPC_EVALUATION_OVERRIDE_VERDICT, &request,
            OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    const Okr__Evaluation *after = must(okrd, "pm", RPC_EVALUATION_OVERRIDE_VERDICT, &request);
    const Okr__KrEvaluation *kr = kr_in(after, kr_ids[EXECUTION]);
    assert_int_equal(kr->verdict, OKR__VERDICT__VERDICT_EXECUTION);
    assert_int_equal(kr->override_verdict, OKR__VERDICT__VERDICT_CONTINUE);
    assert_string_equal(kr->override_reason, "the lead was ill");
    assert_string_equal(kr->override_by, "pm");
    assert_int_equal(after->version, version + 1);
    assert_true(verify("2021-01")->same);

    request.version = version + 1;
    request.verdict = OKR__VERDICT__VERDICT_UNSPECIFIED;
    after = must(okrd, "dev", RPC_EVALUATION_OVERRIDE_VERDICT, &request);
    assert_false(kr_in(after, kr_ids[EXECUTION])->has_override_verdict);
    request.version = version + 2;
    request.kr_id = carried_id; // of another quarter
    request.verdict = OKR__VERDICT__VERDICT_CONTINUE;
    refused(okrd, "dev", RPC_EVALUATION_OVERRIDE_VERDICT, &request,
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
}

// ---- R48: actions -----------------------------------------------------------------------------

static Okr__AddActionRequest action_request(const char *name)
{
    Okr__AddActionRequest request = OKR__ADD_ACTION_REQUEST__INIT;
    request.month = text(name);
    request.text = text("split the KR");
    request.due = text("2020-12-20");
    request.owner_role = text("pdm");
    return request;
}

// Broken when an action has no owner role or date, or the next month does not show what became of
// it.
static void r48_actions_and_what_became_of_them(void **state)
{
    (void)state;
    Okr__AddActionRequest request = action_request("2020-11");
    refused(okrd, "pm", RPC_EVALUATION_ADD_ACTION, &request, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_EVALUATION_NOT_PREPARED);
    prepare("2020-11", 0);
    const Okr__EvaluationAction *first = must(okrd, "pm", RPC_EVALUATION_ADD_ACTION, &request);
    const Okr__EvaluationAction *second = must(okrd, "dev", RPC_EVALUATION_ADD_ACTION, &request);
    assert_null(first->outcome);
    request.owner_role = text("nobody");
    refused(okrd, "pm", RPC_EVALUATION_ADD_ACTION, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_NOT_EXISTING);
    request.owner_role = NULL;
    request.due = NULL;
    const Okr__Status *status =
        refused(okrd, "pm", RPC_EVALUATION_ADD_ACTION, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                OKR__REASON__REASON_REQUIRED);
    assert_int_equal(status->n_violations, 2);

    const Okr__Evaluation *next = month("2020-12");
    assert_int_equal(next->n_actions, 0);
    assert_int_equal(next->n_earlier_actions, 2);
    Okr__CloseActionRequest close = OKR__CLOSE_ACTION_REQUEST__INIT;
    close.has_id = close.has_version = close.has_done = true;
    close.id = first->id;
    close.version = first->version;
    close.outcome = text("it is split");
    close.done = true;
    must(okrd, "bi", RPC_EVALUATION_CLOSE_ACTION, &close);
    refused(okrd, "bi", RPC_EVALUATION_CLOSE_ACTION, &close, OKR__CODE__CODE_ABORTED,
            OKR__REASON__REASON_VERSION_CONFLICT);
    next = month("2020-12"); // the month before: closed ones too
    assert_int_equal(next->n_earlier_actions, 2);
    assert_string_equal(next->earlier_actions[0]->outcome, "it is split");
    assert_true(next->earlier_actions[0]->done);
    next = month("2021-01"); // later: what is open still
    assert_int_equal(next->n_earlier_actions, 1);
    assert_int_equal(next->earlier_actions[0]->id, second->id);
}

// ---- R49: who ---------------------------------------------------------------------------------

// Broken when somebody else prepares or signs, a month is signed that was not prepared, or one that
// the signer has not seen.
static void r49_prepared_by_two_roles_signed_by_the_dev_lead(void **state)
{
    (void)state;
    Okr__PrepareEvaluationRequest request = prepare_request("2020-12", 0);
    static const char *const others[] = {"dev", "pdm", "ann", "eve", "admin"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        refused(okrd, others[i], RPC_EVALUATION_PREPARE_EVALUATION, &request,
                OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    Okr__SignEvaluationRequest signing = sign_request("2020-12", 1);
    refused(okrd, "dev", RPC_EVALUATION_SIGN_EVALUATION, &signing,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_EVALUATION_NOT_PREPARED);
    must(okrd, "pm", RPC_EVALUATION_PREPARE_EVALUATION, &request);
    prepare("2020-12", 1);
    refused(okrd, "pm", RPC_EVALUATION_SIGN_EVALUATION, &signing, OKR__CODE__CODE_PERMISSION_DENIED,
            OKR__REASON__REASON_ROLE_REQUIRED);
    refused(okrd, "dev", RPC_EVALUATION_SIGN_EVALUATION, &signing, OKR__CODE__CODE_ABORTED,
            OKR__REASON__REASON_VERSION_CONFLICT);
    const Okr__Evaluation *signed_month = sign("2020-12", 2);
    assert_string_equal(signed_month->signed_by, "dev");
    assert_int_equal(signed_month->version, 3);
    request = prepare_request("2021-02", 0); // the month runs
    refused(okrd, "pm", RPC_EVALUATION_PREPARE_EVALUATION, &request,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_MONTH_NOT_OVER);
    request = prepare_request("2021-13", 0);
    refused(okrd, "pm", RPC_EVALUATION_PREPARE_EVALUATION, &request,
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_MONTH);
    request = prepare_request("2019-01", 0); // no quarter
    refused(okrd, "pm", RPC_EVALUATION_PREPARE_EVALUATION, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

static bool sql_fails(PGconn *db, const char *sql)
{
    PGresult *result = PQexec(db, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_FATAL_ERROR;
}

static void sql(PGconn *db, const char *statement)
{
    if (sql_fails(db, statement))
        fail_msg("%s: %s", statement, PQerrorMessage(db));
}

// Broken when a signed month can still be prepared, overridden or given actions, through okrd or
// past it.
static void r49_a_signed_month_is_immutable(void **state)
{
    (void)state;
    Okr__PrepareEvaluationRequest again = prepare_request("2020-12", 3);
    refused(okrd, "pm", RPC_EVALUATION_PREPARE_EVALUATION, &again,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_EVALUATION_SIGNED);
    Okr__SignEvaluationRequest signing = sign_request("2020-12", 3);
    refused(okrd, "dev", RPC_EVALUATION_SIGN_EVALUATION, &signing,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_EVALUATION_SIGNED);
    Okr__AddActionRequest action = action_request("2020-12");
    refused(okrd, "pm", RPC_EVALUATION_ADD_ACTION, &action, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_EVALUATION_SIGNED);
    const Okr__Evaluation *before = month("2020-12");
    measure(carried_id, "2020-12-30", 90);
    assert_true(same(&month("2020-12")->base, &before->base));

    static const char *const attempts[] = {
        "UPDATE evaluation SET version = 9 WHERE month = '2020-12-01'",
        "DELETE FROM evaluation WHERE month = '2020-12-01'",
        "UPDATE evaluation_snapshot SET input = '{}'",
        "DELETE FROM evaluation_snapshot",
        "INSERT INTO evaluation_override (month, kr_id, verdict, reason, made_at, made_by)"
        " SELECT '2020-12-01', min(k.id), 1, 'x', now(), 1 FROM key_result k",
        "INSERT INTO evaluation_action (month, text, due, owner_role)"
        " VALUES ('2020-12-01', 'x', '2021-01-01', 'pdm')",
    };
    static const enum okrd_role who[] = {OKRD_APP, OKRD_OWNER};
    for (size_t w = 0; w < 2; w++) {
        PGconn *db = okrd_database(okrd, who[w]);
        for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
            if (!sql_fails(db, attempts[i]))
                fail_msg("possible: %s", attempts[i]);
        PQfinish(db);
    }
}

// ---- verifying --------------------------------------------------------------------------------

static void tamper(PGconn *db, const char *table, const char *statement)
{
    char line[512];
    snprintf(line, sizeof line, "ALTER TABLE %s DISABLE TRIGGER ALL", table);
    sql(db, line);
    sql(db, statement);
    snprintf(line, sizeof line, "ALTER TABLE %s ENABLE TRIGGER ALL", table);
    sql(db, line);
}

// Broken when a snapshot, its hash or a verdict that was changed past okrd passes as signed.
static void r43_verifying_finds_what_was_tampered_with(void **state)
{
    (void)state;
    prepare("2020-10", 0);
    sign("2020-10", 1);
    const Okr__EvaluationVerification *answer = verify("2020-10");
    assert_true(answer->same && answer->snapshot_intact);
    assert_string_equal(answer->snapshot_hash, answer->recorded_hash);
    assert_int_equal(answer->n_differing_krs, 0);

    PGconn *db = okrd_database(okrd, OKRD_SUPERUSER);
    // A value of the snapshot; the verdicts stay, and so does what they say of it.
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET input = replace(input, '\"target\":100', "
           "'\"target\":50') WHERE month = '2020-10-01'");
    answer = verify("2020-10");
    assert_false(answer->snapshot_intact || answer->same);
    assert_int_equal(answer->n_differing_krs, 1);
    assert_int_equal(answer->differing_krs[0], carried_id);
    // With a hash that fits: the audit log still has the one that was signed.
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET hash = sha256(convert_to(input, 'UTF8'))"
           " WHERE month = '2020-10-01'");
    assert_false(verify("2020-10")->snapshot_intact);
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET input = replace(input, '\"target\":50', "
           "'\"target\":100') WHERE month = '2020-10-01'");
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET hash = sha256(convert_to(input, 'UTF8'))"
           " WHERE month = '2020-10-01'");
    assert_true(verify("2020-10")->snapshot_intact && verify("2020-10")->same);
    // A verdict alone.
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET verdicts = replace(verdicts,"
           " 'VERDICT_INSUFFICIENT_DATA', 'VERDICT_ON_TRACK') WHERE month = '2020-10-01'");
    answer = verify("2020-10");
    assert_true(answer->snapshot_intact);
    assert_false(answer->same);
    // Something that is no snapshot any more.
    tamper(db, "evaluation_snapshot",
           "UPDATE evaluation_snapshot SET input = 'gone' WHERE month = '2020-10-01'");
    answer = verify("2020-10");
    assert_false(answer->snapshot_intact || answer->same);
    PQfinish(db);
    Okr__VerifyEvaluationRequest request = OKR__VERIFY_EVALUATION_REQUEST__INIT;
    request.month = text("2021-02");
    refused(okrd, "kim", RPC_EVALUATION_VERIFY_EVALUATION, &request,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_EVALUATION_NOT_PREPARED);
}

// Broken when those who discuss cannot comment, or others can.
static void r49_who_discusses_comments(void **state)
{
    (void)state;
    Okr__CommentEvaluationRequest request = OKR__COMMENT_EVALUATION_REQUEST__INIT;
    request.month = text("2020-12"); // signed: a comment changes nothing of it
    request.text = text("the index pays off");
    refused(okrd, "eve", RPC_EVALUATION_COMMENT_EVALUATION, &request,
            OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    must(okrd, "ann", RPC_EVALUATION_COMMENT_EVALUATION, &request);
    const Okr__Evaluation *evaluation = month("2020-12");
    assert_int_equal(evaluation->n_comments, 1);
    assert_string_equal(evaluation->comments[0]->text, "the index pays off");
    assert_string_equal(evaluation->comments[0]->author, "ann");
    assert_true(verify("2020-12")->same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r45_every_verdict),
        cmocka_unit_test(r45_months_are_counted_across_quarters),
        cmocka_unit_test(r45_how_many_months_is_a_setting),
        cmocka_unit_test(r42_the_value_that_counts_is_the_corrected_one),
        cmocka_unit_test(r44_each_question_has_its_evidence),
        cmocka_unit_test(r44_weekly_goals_are_the_second_witness),
        cmocka_unit_test(r46_away_and_the_noise_band),
        cmocka_unit_test(r47_external_factors_stand_beside_the_verdict),
        cmocka_unit_test(r43_a_prepared_month_is_frozen),
        cmocka_unit_test(r45_an_override_takes_a_reason),
        cmocka_unit_test(r48_actions_and_what_became_of_them),
        cmocka_unit_test(r49_prepared_by_two_roles_signed_by_the_dev_lead),
        cmocka_unit_test(r49_a_signed_month_is_immutable),
        cmocka_unit_test(r43_verifying_finds_what_was_tampered_with),
        cmocka_unit_test(r49_who_discusses_comments),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
