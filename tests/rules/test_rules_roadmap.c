// The rules of the roadmap (R2, and with it R1, R25, R53) over a running okrd. Each test has a year
// of its own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/roadmap_fixture.h"

static struct okrd *okrd;

#define TEXT(literal) ((char *)(uintptr_t)(literal))

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-10T10:00:00+09:00");
    fixture_people(okrd);
    okrd_member(okrd, "plan", "planning", NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

static Okr__RoadmapItem item_of(int32_t year)
{
    Okr__RoadmapItem item = OKR__ROADMAP_ITEM__INIT;
    item.has_year = true;
    item.year = year;
    item.product = TEXT("Product");
    item.text = TEXT("Sell abroad");
    return item;
}

static Okr__AddRoadmapItemRequest addition(Okr__RoadmapItem *item)
{
    Okr__AddRoadmapItemRequest request = OKR__ADD_ROADMAP_ITEM_REQUEST__INIT;
    request.item = item;
    return request;
}

// --- Who

// Broken when somebody else writes the roadmap, or one of its two writers cannot.
static void r2_the_pdm_and_planning_write_it(void **state)
{
    (void)state;
    static const char *const others[] = {"dev", "pm", "bi", "ann", "eve", "kim", "admin"};
    Okr__RoadmapItem item = item_of(2030);
    Okr__AddRoadmapItemRequest request = addition(&item);
    const Okr__RoadmapItem *added = must(okrd, "plan", RPC_ROADMAP_ADD_ITEM, &request);
    must(okrd, "pdm", RPC_ROADMAP_ADD_ITEM, &request);
    Okr__RoadmapItem changed = *added;
    changed.text = TEXT("Sell everywhere");
    Okr__UpdateRoadmapItemRequest update = OKR__UPDATE_ROADMAP_ITEM_REQUEST__INIT;
    update.item = &changed;
    must(okrd, "plan", RPC_ROADMAP_UPDATE_ITEM, &update);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        refused(okrd, others[i], RPC_ROADMAP_ADD_ITEM, &request, OKR__CODE__CODE_PERMISSION_DENIED,
                OKR__REASON__REASON_ROLE_REQUIRED);
        refused(okrd, others[i], RPC_ROADMAP_UPDATE_ITEM, &update,
                OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    }
    assert_string_equal(roadmap_get(okrd, added->id)->item->text, "Sell everywhere");
}

// Broken when the dev lead or the program manager cannot discuss an item, or an engineer can; when
// a comment changes the item, or is lost.
static void r25_the_dev_lead_and_the_program_manager_comment(void **state)
{
    (void)state;
    const Okr__RoadmapItem *item = roadmap_add(okrd, 2031, "Sell abroad", 0);
    Okr__CommentRoadmapItemRequest request = OKR__COMMENT_ROADMAP_ITEM_REQUEST__INIT;
    request.has_id = true;
    request.id = item->id;
    request.text = TEXT("Not before summer");
    must(okrd, "dev", RPC_ROADMAP_COMMENT_ITEM, &request);
    must(okrd, "pm", RPC_ROADMAP_COMMENT_ITEM, &request);
    refused(okrd, "eve", RPC_ROADMAP_COMMENT_ITEM, &request, OKR__CODE__CODE_PERMISSION_DENIED,
            OKR__REASON__REASON_ROLE_REQUIRED);
    request.text = TEXT("  ");
    refused(okrd, "dev", RPC_ROADMAP_COMMENT_ITEM, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_REQUIRED);
    const Okr__RoadmapItemDetail *detail = roadmap_get(okrd, item->id);
    assert_int_equal(detail->n_comments, 2);
    assert_string_equal(detail->comments[0]->author, "dev");
    assert_string_equal(detail->comments[1]->text, "Not before summer");
    assert_int_equal(detail->item->version, item->version);
    request.id = 999999;
    request.text = TEXT("Where?");
    refused(okrd, "dev", RPC_ROADMAP_COMMENT_ITEM, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// --- What

// Broken when an item takes days outside its year, or the wrong way round, or one without days does
// not get the whole year.
static void r2_the_schedule_lies_in_the_year(void **state)
{
    (void)state;
    const Okr__RoadmapItem *whole = roadmap_add(okrd, 2032, "Sell abroad", 0);
    assert_string_equal(whole->starts, "2032-01-01");
    assert_string_equal(whole->ends, "2032-12-31");
    Okr__RoadmapItem item = item_of(2032);
    Okr__AddRoadmapItemRequest request = addition(&item);
    item.starts = TEXT("2031-12-31");
    const Okr__Status *status =
        refused(okrd, "pdm", RPC_ROADMAP_ADD_ITEM, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                OKR__REASON__REASON_BAD_VALUE);
    assert_string_equal(first_field(status), "item.starts");
    item.starts = TEXT("2032-05-02");
    item.ends = TEXT("2032-05-01");
    status = refused(okrd, "pdm", RPC_ROADMAP_ADD_ITEM, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                     OKR__REASON__REASON_BAD_VALUE);
    assert_string_equal(first_field(status), "item.ends");
    item.ends = TEXT("2032-05-02");
    const Okr__RoadmapItem *day = must(okrd, "pdm", RPC_ROADMAP_ADD_ITEM, &request);
    Okr__RoadmapItem moved = OKR__ROADMAP_ITEM__INIT;
    moved.has_id = moved.has_version = true;
    moved.id = day->id;
    moved.version = day->version;
    moved.ends = TEXT("2033-01-01");
    Okr__UpdateRoadmapItemRequest update = OKR__UPDATE_ROADMAP_ITEM_REQUEST__INIT;
    update.item = &moved;
    refused(okrd, "pdm", RPC_ROADMAP_UPDATE_ITEM, &update, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
    moved.ends = TEXT("2032-09-30");
    const Okr__RoadmapItem *after = must(okrd, "pdm", RPC_ROADMAP_UPDATE_ITEM, &update);
    assert_string_equal(after->starts, "2032-05-02");
    assert_string_equal(after->ends, "2032-09-30");
    assert_string_equal(after->text, "Sell abroad");
}

static void assert_order(int32_t year, const char *const *texts, size_t n)
{
    const Okr__Roadmap *roadmap = roadmap_list(okrd, year, false, false);
    assert_int_equal(roadmap->n_items, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(roadmap->items[i]->text, texts[i]);
        assert_int_equal(roadmap->items[i]->rank, i + 1);
    }
}

// Broken when two items of a year have one rank, a rank is left out, or a dropped one keeps its
// place.
static void r1_the_items_of_a_year_are_one_ordered_list(void **state)
{
    (void)state;
    const Okr__RoadmapItem *a = roadmap_add(okrd, 2033, "A", 0);
    roadmap_add(okrd, 2033, "B", 0);
    roadmap_add(okrd, 2033, "C", 1);
    assert_order(2033, (const char *const[]){"C", "A", "B"}, 3);
    Okr__RoadmapItem moved = OKR__ROADMAP_ITEM__INIT;
    moved.has_id = moved.has_version = moved.has_rank = true;
    moved.id = a->id;
    moved.version = a->version;
    moved.rank = 3;
    Okr__UpdateRoadmapItemRequest update = OKR__UPDATE_ROADMAP_ITEM_REQUEST__INIT;
    update.item = &moved;
    must(okrd, "pdm", RPC_ROADMAP_UPDATE_ITEM, &update);
    assert_order(2033, (const char *const[]){"C", "B", "A"}, 3);
    roadmap_drop(okrd, roadmap_list(okrd, 2033, false, false)->items[0]->id);
    assert_order(2033, (const char *const[]){"B", "A"}, 2);
    const Okr__Roadmap *all = roadmap_list(okrd, 2033, false, true);
    assert_int_equal(all->n_items, 3);
    assert_true(all->items[2]->dropped);
    assert_false(all->items[2]->has_rank);
    assert_int_equal(roadmap_list(okrd, 0, false, false)->year, 2021);
}

// --- What serves it

// Broken when an item that no KR and no project serves is not reported, or one that is served is.
static void r2_what_nothing_serves_is_reported(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2034Q1");
    int64_t item = roadmap_add(okrd, 2034, "Sell abroad", 0)->id;
    int64_t other = roadmap_add(okrd, 2034, "Sell more", 0)->id;
    int64_t objective = fixture_objective(okrd, "2034Q1", "Grow");
    roadmap_link(okrd, other, TO_KR, fixture_kr(okrd, objective, "100 users"));
    const Okr__Roadmap *unserved = roadmap_list(okrd, 2034, true, false);
    assert_int_equal(unserved->n_items, 1);
    assert_int_equal(unserved->items[0]->id, item);
    assert_int_equal(roadmap_list(okrd, 2034, false, false)->unserved, 1);
    roadmap_drop(okrd, item); // what was dropped asks for nothing
    assert_int_equal(roadmap_list(okrd, 2034, true, true)->n_items, 0);
}

// Broken when a dropped KR, or an objective without a KR, counts as serving.
static void r2_a_kr_serves_directly_or_through_its_objective(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2035Q1");
    int64_t item = roadmap_add(okrd, 2035, "Sell abroad", 0)->id;
    int64_t objective = fixture_objective(okrd, "2035Q1", "Grow");
    roadmap_link(okrd, item, TO_OBJECTIVE, objective);
    assert_true(roadmap_unserved(okrd, item));
    int64_t kr = fixture_kr(okrd, objective, "100 users");
    assert_false(roadmap_unserved(okrd, item));
    fixture_drop_kr(okrd, kr);
    assert_true(roadmap_unserved(okrd, item));
    int64_t direct = fixture_kr(okrd, objective, "200 users");
    assert_false(roadmap_unserved(okrd, item));
    roadmap_unlink(okrd, item, TO_OBJECTIVE, objective);
    assert_true(roadmap_unserved(okrd, item));
    roadmap_link(okrd, item, TO_KR, direct);
    assert_false(roadmap_unserved(okrd, item));
    fixture_drop_kr(okrd, direct);
    assert_true(roadmap_unserved(okrd, item));
}

// Broken when a project that is only proposed, or was dropped, counts as serving, or a completed
// one does not.
static void r2_an_accepted_or_completed_project_serves(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2036Q1");
    int64_t item = roadmap_add(okrd, 2036, "Never lose data", 0)->id;
    int64_t project = fixture_propose(okrd, "2036Q1", "Backups", 0)->id;
    roadmap_link(okrd, item, TO_PROJECT, project);
    assert_true(roadmap_unserved(okrd, item));
    fixture_decide(okrd, project, OKR__DECISION__DECISION_ACCEPT, NULL);
    assert_false(roadmap_unserved(okrd, item));
    fixture_decide(okrd, project, OKR__DECISION__DECISION_COMPLETE, NULL);
    assert_false(roadmap_unserved(okrd, item));
    fixture_decide(okrd, project, OKR__DECISION__DECISION_REOPEN, NULL);
    fixture_decide(okrd, project, OKR__DECISION__DECISION_DROP, "too late");
    assert_true(roadmap_unserved(okrd, item));
    assert_int_equal(roadmap_get(okrd, item)->item->n_project_ids, 1); // and it is still told
}

// Broken when a link names what is not there or was dropped, or what is not linked is taken away.
static void r2_links_name_what_can_serve(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2037Q1");
    int64_t item = roadmap_add(okrd, 2037, "Sell abroad", 0)->id;
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2037Q1", "Grow"), "100 users");
    const Okr__Status *status = refused(
        okrd, "pdm", RPC_ROADMAP_LINK_ITEM, roadmap_link_request(okrd, item, TO_KR, 999999, true),
        OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), "add_krs[0]");
    assert_string_equal(first_arg(status), "KR-999999");
    status = refused(okrd, "pdm", RPC_ROADMAP_LINK_ITEM,
                     roadmap_link_request(okrd, item, TO_KR, kr, false),
                     OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), "remove_krs[0]");
    roadmap_link(okrd, item, TO_KR, kr);
    roadmap_link(okrd, item, TO_KR, kr); // a second time changes nothing
    assert_int_equal(roadmap_get(okrd, item)->item->n_kr_ids, 1);
    Okr__LinkRoadmapItemRequest *both = roadmap_link_request(okrd, item, TO_KR, kr, true);
    both->n_remove_krs = 1;
    both->remove_krs = both->add_krs;
    refused(okrd, "pdm", RPC_ROADMAP_LINK_ITEM, both, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_DUPLICATE);
    both->n_remove_krs = both->n_add_krs = 0;
    refused(okrd, "pdm", RPC_ROADMAP_LINK_ITEM, both, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_REQUIRED);
    fixture_drop_kr(okrd, kr);
    refused(okrd, "pdm", RPC_ROADMAP_LINK_ITEM, roadmap_link_request(okrd, item, TO_KR, kr, true),
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
}

// --- Changing it

// Broken when a dropped item is changed, linked or dropped again.
static void r2_a_dropped_item_stays_as_it_was(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2038Q1");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2038Q1", "Grow"), "100 users");
    const Okr__RoadmapItem *item = roadmap_add(okrd, 2038, "Sell abroad", 0);
    roadmap_drop(okrd, item->id);
    const Okr__RoadmapItem *dropped = roadmap_get(okrd, item->id)->item;
    Okr__RoadmapItem changed = OKR__ROADMAP_ITEM__INIT;
    changed.has_id = changed.has_version = true;
    changed.id = item->id;
    changed.version = dropped->version;
    changed.text = TEXT("After all");
    Okr__UpdateRoadmapItemRequest update = OKR__UPDATE_ROADMAP_ITEM_REQUEST__INIT;
    update.item = &changed;
    refused(okrd, "pdm", RPC_ROADMAP_UPDATE_ITEM, &update, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_WRONG_STATE);
    refused(okrd, "pdm", RPC_ROADMAP_LINK_ITEM,
            roadmap_link_request(okrd, item->id, TO_KR, kr, true),
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_STATE);
    assert_false(dropped->unserved);
}

// Broken when the second of two who change one item overwrites the first without knowing.
static void r53_the_second_to_change_an_item_is_told(void **state)
{
    (void)state;
    const Okr__RoadmapItem *item = roadmap_add(okrd, 2039, "Sell abroad", 0);
    Okr__RoadmapItem changed = *item;
    changed.text = TEXT("Sell everywhere");
    Okr__UpdateRoadmapItemRequest update = OKR__UPDATE_ROADMAP_ITEM_REQUEST__INIT;
    update.item = &changed;
    must(okrd, "pdm", RPC_ROADMAP_UPDATE_ITEM, &update);
    changed.text = TEXT("Sell at home");
    const Okr__Status *status =
        refused(okrd, "plan", RPC_ROADMAP_UPDATE_ITEM, &update, OKR__CODE__CODE_ABORTED,
                OKR__REASON__REASON_VERSION_CONFLICT);
    assert_non_null(status->conflict);
    assert_int_equal(status->conflict->current_version, item->version + 1);
    assert_string_equal(status->conflict->type, "okr.v1.RoadmapItem");
    assert_string_equal(roadmap_get(okrd, item->id)->item->text, "Sell everywhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r2_the_pdm_and_planning_write_it),
        cmocka_unit_test(r25_the_dev_lead_and_the_program_manager_comment),
        cmocka_unit_test(r2_the_schedule_lies_in_the_year),
        cmocka_unit_test(r1_the_items_of_a_year_are_one_ordered_list),
        cmocka_unit_test(r2_what_nothing_serves_is_reported),
        cmocka_unit_test(r2_a_kr_serves_directly_or_through_its_objective),
        cmocka_unit_test(r2_an_accepted_or_completed_project_serves),
        cmocka_unit_test(r2_links_name_what_can_serve),
        cmocka_unit_test(r2_a_dropped_item_stays_as_it_was),
        cmocka_unit_test(r53_the_second_to_change_an_item_is_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
