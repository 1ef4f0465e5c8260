// How a file spreads work over time: which pieces are kept, of what, and how many.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "client/plan_sync/mspdi/mspdi.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

static const Okr__PlanTimephased *of_type(Okr__PlanTimephased *const *list, size_t n, int type)
{
    for (size_t i = 0; i < n; i++)
        if (list[i]->type == type)
            return list[i];
    fail_msg("nothing of type %d", type);
    return NULL;
}

static bool on_task(void *ctx, const Okr__PlanTask *t)
{
    int *seen = ctx;
    ++*seen;
    if (t->uid == 2) {
        assert_true(t->bad_percent && t->has_percent_complete);
        assert_int_equal(t->percent_complete, 101); // kept as it is, and marked
        return true;
    }
    assert_false(t->bad_percent);
    assert_int_equal(t->ev_method, 1);
    assert_true(t->ignore_resource_calendar);
    // Type 9 stands in baseline 2, and is of it; costs and percents are not kept.
    assert_int_equal(t->n_timephased, 1);
    const Okr__PlanTimephased *s = of_type(t->timephased, t->n_timephased, 24);
    assert_string_equal(s->start, "2026-10-05T08:00:00");
    assert_int_equal(s->n_begin, 2);
    assert_int_equal(s->begin[0], 0);
    assert_int_equal(s->begin[1], 86400);
    assert_int_equal(s->length[1], 9 * 3600);
    assert_true(s->work[0] == 480 && s->work[1] == 240);
    return true;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *a)
{
    int *seen = ctx;
    ++*seen;
    assert_int_equal(a->contour, 8);
    assert_int_equal(a->n_timephased, 2);
    // By start, whatever the order in the file; a piece without work says nothing.
    const Okr__PlanTimephased *left = of_type(a->timephased, a->n_timephased, 1);
    assert_string_equal(left->start, "2026-10-07T08:00:00");
    assert_int_equal(left->n_begin, 2);
    assert_int_equal(left->begin[1], 86400);
    assert_int_equal(left->length[0], 4 * 3600);
    assert_true(left->work[0] == 240 && left->work[1] == 510);
    const Okr__PlanTimephased *done = of_type(a->timephased, a->n_timephased, 2);
    assert_int_equal(done->n_begin, 1);
    return true;
}

static int64_t lost(const struct mspdi_plan *plan, const char *element)
{
    for (size_t i = 0; i < plan->n_losses; i++)
        if (strcmp(plan->losses[i]->element, element) == 0)
            return plan->losses[i]->count;
    return 0;
}

static void work_is_kept_as_it_lies_in_time(void **state)
{
    (void)state;
    int seen = 0;
    struct mspdi_sink sink = {.ctx = &seen, .task = on_task, .assignment = on_assignment};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(mspdi_read_path(PLANS "pieces.xml", NULL, &sink, &plan, &error));
    assert_int_equal(seen, 3);
    assert_int_equal(plan.header.baseline_for_ev, 2);
    assert_int_equal(plan.header.default_ev_method, 1);
    assert_int_equal(lost(&plan, "Task/TimephasedData"), 1);          // percent complete
    assert_int_equal(lost(&plan, "Task/Baseline/TimephasedData"), 1); // cost
    assert_int_equal(lost(&plan, "Assignment/TimephasedData"), 2);    // cost, and one without end
    mspdi_plan_clear(&plan);
}

static bool is_marked(void *ctx, const Okr__PlanTask *t)
{
    int *marked = ctx;
    *marked += t->bad_percent && !t->has_percent_complete;
    return true;
}

// A percent that is no number is missing, and the row says that it was there.
static void a_malformed_percent_is_marked(void **state)
{
    (void)state;
    static const char text[] = "<Project><SaveVersion>14</SaveVersion><Tasks><Task><UID>1</UID>"
                               "<PercentComplete>half</PercentComplete></Task><Task><UID>2</UID>"
                               "<PercentComplete> </PercentComplete></Task></Tasks></Project>";
    int marked = 0, fd = memfd_create("plan", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    struct mspdi_sink sink = {.ctx = &marked, .task = is_marked};
    struct mspdi_plan plan;
    struct mspdi_error error;
    assert_true(mspdi_read(fd, NULL, &sink, &plan, &error));
    close(fd);
    assert_int_equal(marked, 1); // the other is empty, which is missing
    assert_int_equal(lost(&plan, "Task/PercentComplete"), 1);
    mspdi_plan_clear(&plan);
}

static bool count_pieces(void *ctx, const Okr__PlanAssignment *a)
{
    size_t *pieces = ctx;
    *pieces = a->n_timephased ? a->timephased[0]->n_begin : 0;
    return true;
}

// A row with more pieces than anybody plans is read all the same, in the same memory; the rest is
// counted as lost.
static void pieces_are_bounded(void **state)
{
    (void)state;
    enum { PIECES = 10050, MOST = 10000 };
    char *text = NULL;
    size_t size = 0, pieces = 0;
    FILE *out = open_memstream(&text, &size);
    fputs("<Project><SaveVersion>14</SaveVersion><Assignments><Assignment><UID>1</UID>", out);
    for (int i = 0; i < PIECES; i++)
        fprintf(
            out,
            "<TimephasedData><Type>1</Type><UID>1</UID><Start>2026-10-05T%02d:%02d:%02d</Start>"
            "<Finish>2026-10-05T%02d:%02d:%02d</Finish><Value>PT1H0M0S</Value></TimephasedData>",
            i / 3600, i / 60 % 60, i % 60, i / 3600, i / 60 % 60, i % 60);
    fputs("</Assignment></Assignments></Project>", out);
    fclose(out);
    int fd = memfd_create("plan", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, size), size);
    free(text);
    struct mspdi_sink sink = {.ctx = &pieces, .assignment = count_pieces};
    struct mspdi_plan plan;
    struct mspdi_error error;
    if (!mspdi_read(fd, NULL, &sink, &plan, &error))
        fail_msg("%s", error.message);
    close(fd);
    assert_int_equal(pieces, MOST);
    assert_int_equal(lost(&plan, "Assignment/TimephasedData"), PIECES - MOST);
    mspdi_plan_clear(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_kept_as_it_lies_in_time),
        cmocka_unit_test(a_malformed_percent_is_marked),
        cmocka_unit_test(pieces_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
