// The rules of the product OKR over a real okrd: quarters, objectives, key results (R1, R12–R15,
// R20, R53). Each test has a quarter of its own.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/okr_fixture.h"

static Okr__Okr *okr_list(const char *quarter, bool with_dropped)
{
    Okr__ListOkrRequest request = OKR__LIST_OKR_REQUEST__INIT;
    request.quarter = (char *)quarter;
    request.has_with_dropped = true;
    request.with_dropped = with_dropped;
    return okrd_must(okr_server, "eng", RPC_QUARTER_LIST_OKR, &request);
}

// --- The quarter

// Broken when a quarter opens empty or twice, closes unopened, or takes changes after it was
// closed.
static void r13_quarter_goes_draft_open_closed(void **state)
{
    (void)state;
    Okr__Quarter *quarter = okr_quarter_create("2021Q1");
    assert_int_equal(quarter->state, OKR__QUARTER_STATE__QUARTER_STATE_DRAFT);
    assert_string_equal(quarter->first_day, "2021-01-01");
    assert_string_equal(quarter->last_day, "2021-03-31");
    FREE(quarter);
    Okr__CreateQuarterRequest again = OKR__CREATE_QUARTER_REQUEST__INIT;
    again.name = "2021Q1";
    okrd_refused(okr_server, "pdm", RPC_QUARTER_CREATE_QUARTER, &again,
                 OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS);

    Okr__SetQuarterStateRequest at = okr_quarter_at("2021Q1", 1);
    Okr__Code refused = OKR__CODE__CODE_FAILED_PRECONDITION;
    okrd_refused(okr_server, "pdm", RPC_QUARTER_OPEN_QUARTER, &at, refused,
                 OKR__REASON__REASON_QUARTER_EMPTY);
    okrd_refused(okr_server, "pdm", RPC_QUARTER_CLOSE_QUARTER, &at, refused,
                 OKR__REASON__REASON_QUARTER_NOT_OPEN);
    int64_t objective = okr_objective_add("2021Q1", "people find what they look for", 0);
    okrd_refused(okr_server, "pdm", RPC_QUARTER_OPEN_QUARTER, &at, refused,
                 OKR__REASON__REASON_QUARTER_EMPTY);
    Okr__KeyResult kr = okr_kr_of(objective, OKR__KR_KIND__KR_KIND_INCREASE_TO, 0, 1);
    okr_kr_add(kr);

    okr_quarter_turn(RPC_QUARTER_OPEN_QUARTER, "2021Q1", 1);
    at = okr_quarter_at("2021Q1", 2);
    okrd_refused(okr_server, "pdm", RPC_QUARTER_OPEN_QUARTER, &at, refused,
                 OKR__REASON__REASON_QUARTER_NOT_DRAFT);
    okr_objective_add("2021Q1", "added while open", 0);
    okr_quarter_turn(RPC_QUARTER_CLOSE_QUARTER, "2021Q1", 2);

    Okr__AddKeyResultRequest add = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    add.kr = &kr;
    okrd_refused(okr_server, "pdm", RPC_QUARTER_ADD_KEY_RESULT, &add, refused,
                 OKR__REASON__REASON_QUARTER_CLOSED);
    Okr__UpdateObjectiveRequest edit = OKR__UPDATE_OBJECTIVE_REQUEST__INIT;
    edit.has_id = edit.has_version = true;
    edit.id = objective;
    edit.version = 1;
    edit.text = "rewritten history";
    okrd_refused(okr_server, "pdm", RPC_QUARTER_UPDATE_OBJECTIVE, &edit, refused,
                 OKR__REASON__REASON_QUARTER_CLOSED);
}

// Broken when today's quarter is not the one that today (2021-02-08) lies in, or the list is not
// newest first.
static void r13_the_quarter_of_today_is_the_default(void **state)
{
    (void)state;
    Okr__GetQuarterRequest get = OKR__GET_QUARTER_REQUEST__INIT;
    Okr__Quarter *today = okrd_must(okr_server, "eng", RPC_QUARTER_GET_QUARTER, &get);
    assert_string_equal(today->name, "2021Q1");
    assert_non_null(today->opened_at);
    assert_non_null(today->closed_at);
    FREE(today);
    Okr__Quarter *older = okr_quarter_create("2019-Q4");
    assert_string_equal(older->name, "2019Q4");
    FREE(older);
    Okr__ListQuartersRequest list = OKR__LIST_QUARTERS_REQUEST__INIT;
    Okr__QuarterList *all = okrd_must(okr_server, "eng", RPC_QUARTER_LIST_QUARTERS, &list);
    assert_true(all->n_quarters >= 2);
    assert_string_equal(all->quarters[all->n_quarters - 1]->name, "2019Q4");
    FREE(all);
    get.name = "2037Q1";
    okr_refused_with("eng", RPC_QUARTER_GET_QUARTER, &get, OKR__CODE__CODE_NOT_FOUND,
                     OKR__REASON__REASON_NOT_FOUND, "2037Q1");
}

// Broken when anyone but the PdM writes the OKR, or a member cannot read it.
static void r13_the_pdm_writes_and_every_member_reads(void **state)
{
    (void)state;
    int64_t kr = okr_quarter_with_kr("2022Q1");
    Okr__AddObjectiveRequest add = OKR__ADD_OBJECTIVE_REQUEST__INIT;
    add.quarter = "2022Q1";
    add.product = "search";
    add.text = "mine";
    const char *const others[] = {"lead", "pm", "bi", "eng", "admin"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        okrd_refused(okr_server, others[i], RPC_QUARTER_ADD_OBJECTIVE, &add,
                     OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    Okr__Okr *okr = okr_list("2022Q1", false);
    assert_int_equal(okr->n_objectives, 1);
    assert_int_equal(okr->n_krs, 1);
    assert_int_equal(okr->krs[0]->id, kr);
    FREE(okr);
}

// --- Order

static void objectives_are(const char *quarter, bool with_dropped, const char *expected)
{
    char seen[200] = "";
    Okr__Okr *okr = okr_list(quarter, with_dropped);
    for (size_t i = 0; i < okr->n_objectives; i++) {
        const Okr__Objective *o = okr->objectives[i];
        size_t used = strlen(seen);
        if (o->dropped)
            snprintf(seen + used, sizeof seen - used, "(%s)", o->text);
        else
            snprintf(seen + used, sizeof seen - used, "%d%s ", o->rank, o->text);
    }
    FREE(okr);
    assert_string_equal(seen, expected);
}

static Okr__Objective *objective_move(int64_t id, int64_t version, int32_t rank)
{
    Okr__UpdateObjectiveRequest move = OKR__UPDATE_OBJECTIVE_REQUEST__INIT;
    move.has_id = move.has_version = move.has_rank = true;
    move.id = id;
    move.version = version;
    move.rank = rank;
    return okrd_must(okr_server, "pdm", RPC_QUARTER_UPDATE_OBJECTIVE, &move);
}

// Broken when two objectives share a place, one is missing, or a dropped one keeps its place.
static void r01_objectives_stand_in_one_order(void **state)
{
    (void)state;
    Okr__Quarter *quarter = okr_quarter_create("2022Q2");
    FREE(quarter);
    int64_t a = okr_objective_add("2022Q2", "a", 0), b = okr_objective_add("2022Q2", "b", 0);
    okr_objective_add("2022Q2", "c", 1);
    okr_objective_add("2022Q2", "d", 99);
    objectives_are("2022Q2", false, "1c 2a 3b 4d ");
    Okr__Objective *moved = objective_move(b, 1, 1);
    assert_int_equal(moved->rank, 1);
    FREE(moved);
    objectives_are("2022Q2", false, "1b 2c 3a 4d ");
    moved = objective_move(b, 2, 3);
    FREE(moved);
    objectives_are("2022Q2", false, "1c 2a 3b 4d ");

    Okr__DropObjectiveRequest drop = OKR__DROP_OBJECTIVE_REQUEST__INIT;
    drop.has_id = drop.has_version = true;
    drop.id = a;
    drop.version = 1; // others moved, a itself was never changed
    okr_violated("pdm", RPC_QUARTER_DROP_OBJECTIVE, &drop, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "reason", OKR__REASON__REASON_REASON_REQUIRED);
    drop.reason = "merged into c";
    Okr__Objective *dropped = okrd_must(okr_server, "pdm", RPC_QUARTER_DROP_OBJECTIVE, &drop);
    assert_true(dropped->dropped && !dropped->has_rank);
    FREE(dropped);
    objectives_are("2022Q2", false, "1c 2b 3d ");
    objectives_are("2022Q2", true, "1c 2b 3d (a)");
}

// Broken when key results of an objective are not numbered 1 to n in the order that was given them.
static void r01_key_results_stand_in_one_order(void **state)
{
    (void)state;
    int64_t first = okr_quarter_with_kr("2022Q3");
    Okr__KeyResult *kr = okr_kr_get(first);
    Okr__KeyResult next = okr_kr_of(kr->objective_id, OKR__KR_KIND__KR_KIND_KEEP_AT_MOST, 0, 5);
    FREE(kr);
    next.has_rank = true;
    next.rank = 1;
    int64_t second = okr_kr_add(next);
    Okr__Okr *okr = okr_list("2022Q3", false);
    assert_int_equal(okr->krs[0]->id, second);
    assert_int_equal(okr->krs[0]->rank, 1);
    assert_int_equal(okr->krs[1]->id, first);
    assert_int_equal(okr->krs[1]->rank, 2);
    FREE(okr);
    Okr__DropKeyResultRequest drop = OKR__DROP_KEY_RESULT_REQUEST__INIT;
    drop.has_id = drop.has_version = true;
    drop.id = second;
    drop.version = 1;
    drop.reason = "kept anyway";
    kr = okrd_must(okr_server, "pdm", RPC_QUARTER_DROP_KEY_RESULT, &drop);
    FREE(kr);
    kr = okr_kr_get(first);
    assert_int_equal(kr->rank, 1);
    assert_int_equal(kr->version, 1);
    FREE(kr);
}

// --- Objectives and key results

// Broken when an objective can do without a product, or the contract gives it, or a key result, a
// person.
static void r12_an_objective_belongs_to_a_product(void **state)
{
    (void)state;
    Okr__Quarter *quarter = okr_quarter_create("2022Q4");
    FREE(quarter);
    Okr__AddObjectiveRequest add = OKR__ADD_OBJECTIVE_REQUEST__INIT;
    add.quarter = "2022Q4";
    add.text = "mine alone";
    add.product = "  ";
    okr_violated("pdm", RPC_QUARTER_ADD_OBJECTIVE, &add, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "product", OKR__REASON__REASON_REQUIRED);
    const ProtobufCMessageDescriptor *const types[] = {&okr__objective__descriptor,
                                                       &okr__key_result__descriptor};
    const char *const persons[] = {"owner", "lead", "member", "members", "handle", "assignee"};
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < sizeof persons / sizeof *persons; i++)
            assert_null(protobuf_c_message_descriptor_get_field_by_name(types[t], persons[i]));
}

static void kr_violates(Okr__KeyResult kr, const char *field, Okr__Reason reason)
{
    Okr__AddKeyResultRequest add = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    add.kr = &kr;
    okr_violated("pdm", RPC_QUARTER_ADD_KEY_RESULT, &add, OKR__CODE__CODE_INVALID_ARGUMENT, field,
                 reason);
}

// Broken when a key result lacks unit, kind or target, or its target lies against its kind.
static void r14_a_key_result_is_a_number_with_a_direction(void **state)
{
    (void)state;
    Okr__KeyResult *there = okr_kr_get(okr_quarter_with_kr("2023Q1"));
    int64_t objective = there->objective_id;
    Okr__KrKind up = OKR__KR_KIND__KR_KIND_INCREASE_TO, down = OKR__KR_KIND__KR_KIND_DECREASE_TO;
    kr_violates(okr_kr_of(objective, up, 10, 10), "kr.target", OKR__REASON__REASON_BAD_VALUE);
    kr_violates(okr_kr_of(objective, up, 10, 9), "kr.target", OKR__REASON__REASON_BAD_VALUE);
    kr_violates(okr_kr_of(objective, down, 10, 11), "kr.target", OKR__REASON__REASON_BAD_VALUE);
    kr_violates(okr_kr_of(objective, up, 0, NAN), "kr.target", OKR__REASON__REASON_BAD_VALUE);
    kr_violates(okr_kr_of(objective, down, INFINITY, 1), "kr.start", OKR__REASON__REASON_BAD_VALUE);
    Okr__KeyResult kr = okr_kr_of(objective, up, 0, 1);
    kr.unit = NULL;
    kr_violates(kr, "kr.unit", OKR__REASON__REASON_REQUIRED);
    kr = okr_kr_of(objective, up, 0, 1);
    kr.has_kind = false;
    kr_violates(kr, "kr.kind", OKR__REASON__REASON_REQUIRED);
    kr = okr_kr_of(objective, up, 0, 1);
    kr.has_target = false;
    kr_violates(kr, "kr.target", OKR__REASON__REASON_REQUIRED);

    Okr__UpdateKeyResultRequest update = OKR__UPDATE_KEY_RESULT_REQUEST__INIT;
    Okr__KeyResult edit = OKR__KEY_RESULT__INIT;
    update.kr = &edit;
    edit.has_id = edit.has_version = edit.has_target = true;
    edit.id = there->id;
    edit.version = there->version;
    edit.target = 50; // from 100 up
    okr_violated("pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &update, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "kr.target", OKR__REASON__REASON_BAD_VALUE);
    edit.target = 300;
    Okr__KeyResult *updated = okrd_must(okr_server, "pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &update);
    assert_true(updated->target == 300 && updated->start == 100);
    assert_string_equal(updated->text, there->text);
    FREE(updated);
    FREE(there);
}

// Broken when a key result cannot name the departments that contribute, or names one twice.
static void r15_a_key_result_names_departments(void **state)
{
    (void)state;
    Okr__KeyResult *there = okr_kr_get(okr_quarter_with_kr("2023Q3"));
    Okr__UpdateKeyResultRequest update = OKR__UPDATE_KEY_RESULT_REQUEST__INIT;
    Okr__KeyResult edit = OKR__KEY_RESULT__INIT;
    char *departments[] = {"design", "data", "design"};
    update.kr = &edit;
    update.has_replace_departments = update.replace_departments = true;
    edit.has_id = edit.has_version = true;
    edit.id = there->id;
    edit.version = there->version;
    edit.departments = departments;
    edit.n_departments = 3;
    okr_violated("pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &update, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "kr.departments[2]", OKR__REASON__REASON_DUPLICATE);
    edit.n_departments = 2;
    Okr__KeyResult *updated = okrd_must(okr_server, "pdm", RPC_QUARTER_UPDATE_KEY_RESULT, &update);
    assert_int_equal(updated->n_departments, 2);
    assert_string_equal(updated->departments[1], "data");
    FREE(updated);
    FREE(there);
}

// Broken when a key result goes that a linked project cannot do without, or an objective goes from
// under its key results.
static void r20_what_is_needed_is_not_dropped(void **state)
{
    (void)state;
    int64_t krs[2] = {okr_quarter_with_kr("2024Q1"), 0};
    Okr__KeyResult *first = okr_kr_get(krs[0]);
    krs[1] = okr_kr_add(okr_kr_of(first->objective_id, OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST, 0, 99));
    Okr__Project *project = okr_linked_accepted("2024Q1", krs, 2);
    Okr__DropKeyResultRequest drop = OKR__DROP_KEY_RESULT_REQUEST__INIT;
    drop.has_id = drop.has_version = true;
    drop.id = krs[0];
    drop.version = 1;
    drop.reason = "not ours";
    Okr__KeyResult *dropped = okrd_must(okr_server, "pdm", RPC_QUARTER_DROP_KEY_RESULT, &drop);
    assert_true(dropped->dropped);
    FREE(dropped);
    char name[32];
    snprintf(name, sizeof name, "P-%lld", (long long)project->id);
    drop.id = krs[1];
    okr_refused_with("pdm", RPC_QUARTER_DROP_KEY_RESULT, &drop, OKR__CODE__CODE_FAILED_PRECONDITION,
                     OKR__REASON__REASON_STILL_USED, name);
    Okr__DropObjectiveRequest objective = OKR__DROP_OBJECTIVE_REQUEST__INIT;
    objective.has_id = objective.has_version = true;
    objective.id = first->objective_id;
    objective.version = 1;
    objective.reason = "not ours";
    snprintf(name, sizeof name, "KR-%lld", (long long)krs[1]);
    okr_refused_with("pdm", RPC_QUARTER_DROP_OBJECTIVE, &objective,
                     OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_STILL_USED, name);
    FREE(project);
    FREE(first);
}

// Broken when the second of two who edit the same objective is let through, or is not shown what it
// is now.
static void r53_the_second_editor_is_shown_both(void **state)
{
    (void)state;
    Okr__Quarter *quarter = okr_quarter_create("2025Q1");
    FREE(quarter);
    int64_t id = okr_objective_add("2025Q1", "first", 0);
    Okr__UpdateObjectiveRequest edit = OKR__UPDATE_OBJECTIVE_REQUEST__INIT;
    edit.has_id = edit.has_version = true;
    edit.id = id;
    edit.version = 1;
    edit.text = "second";
    Okr__Objective *objective = okrd_must(okr_server, "pdm", RPC_QUARTER_UPDATE_OBJECTIVE, &edit);
    FREE(objective);
    edit.text = "third";
    struct rpc_result result;
    assert_int_equal(okrd_call(okr_server, "pdm", RPC_QUARTER_UPDATE_OBJECTIVE, &edit, &result),
                     OKR__CODE__CODE_ABORTED);
    const Okr__Conflict *conflict = result.status->conflict;
    assert_non_null(conflict);
    assert_int_equal(conflict->your_version, 1);
    assert_int_equal(conflict->current_version, 2);
    objective = okr__objective__unpack(NULL, conflict->current.len, conflict->current.data);
    assert_non_null(objective);
    assert_string_equal(objective->text, "second");
    FREE(objective);
    rpc_result_clear(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r13_quarter_goes_draft_open_closed),
        cmocka_unit_test(r13_the_quarter_of_today_is_the_default),
        cmocka_unit_test(r13_the_pdm_writes_and_every_member_reads),
        cmocka_unit_test(r01_objectives_stand_in_one_order),
        cmocka_unit_test(r01_key_results_stand_in_one_order),
        cmocka_unit_test(r12_an_objective_belongs_to_a_product),
        cmocka_unit_test(r14_a_key_result_is_a_number_with_a_direction),
        cmocka_unit_test(r15_a_key_result_names_departments),
        cmocka_unit_test(r20_what_is_needed_is_not_dropped),
        cmocka_unit_test(r53_the_second_editor_is_shown_both),
    };
    return cmocka_run_group_tests(tests, okr_start, okr_stop);
}
