// Jobs: a queue that any of them can leave, and an index by keys that callers choose.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "server/pg/job.h"

static struct job jobs[5];
static struct job_queue queue;

static int begin(void **state)
{
    (void)state;
    memset(jobs, 0, sizeof jobs);
    queue = (struct job_queue){0};
    return 0;
}

// The queue as the jobs' numbers, from both ends.
static void assert_queue(const char *expected)
{
    char forth[8] = "", back[8] = "";
    size_t n = 0;
    for (struct job *job = queue.first; job; job = job->next)
        forth[n++] = (char)('0' + (job - jobs));
    assert_string_equal(forth, expected);
    assert_int_equal(queue.count, n);
    for (struct job *job = queue.last; job; job = job->prev)
        back[--n] = (char)('0' + (job - jobs));
    assert_string_equal(back, expected);
}

static void first_come_first_served(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        job_push(&queue, &jobs[i]);
    assert_queue("012");
    job_push_front(&queue, &jobs[3]);
    assert_queue("3012");
    assert_ptr_equal(job_take(&queue), &jobs[3]);
    assert_ptr_equal(job_take(&queue), &jobs[0]);
    assert_queue("12");
}

static void any_can_leave(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        job_push(&queue, &jobs[i]);
    job_remove(&queue, &jobs[1]);
    assert_queue("023");
    job_remove(&queue, &jobs[3]);
    assert_queue("02");
    job_remove(&queue, &jobs[0]);
    assert_queue("2");
    job_remove(&queue, &jobs[2]);
    assert_queue("");
    assert_null(job_take(&queue));
    job_push_front(&queue, &jobs[1]); // into an empty one
    job_push(&queue, &jobs[2]);
    assert_queue("12");
}

// Two with one key are told apart; the later one is found, and after it the earlier one.
static void the_index_finds_each_by_its_key(void **state)
{
    (void)state;
    static struct job_index index;
    for (uint8_t i = 0; i < 5; i++) {
        memset(jobs[i].key, i < 4 ? i : 3, JOB_KEY_BYTES);
        job_index_add(&index, &jobs[i]);
    }
    assert_ptr_equal(job_index_find(&index, jobs[1].key), &jobs[1]);
    assert_ptr_equal(job_index_find(&index, jobs[3].key), &jobs[4]);
    job_index_remove(&index, &jobs[4]);
    assert_ptr_equal(job_index_find(&index, jobs[3].key), &jobs[3]);
    for (int i = 0; i < 4; i++)
        job_index_remove(&index, &jobs[i]);
    job_index_remove(&index, &jobs[0]); // is not there any more
    for (int i = 0; i < 4; i++)
        assert_null(job_index_find(&index, jobs[i].key));
}

// More than there are slots: several share one.
static void a_full_index_finds_all(void **state)
{
    (void)state;
    static struct job_index index;
    enum { MANY = 3 * JOB_INDEX_SIZE };
    struct job *many = calloc(MANY, sizeof *many);
    assert_non_null(many);
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(many[i].key, &i, sizeof i);
        job_index_add(&index, &many[i]);
    }
    for (uint32_t i = 0; i < MANY; i += 2)
        job_index_remove(&index, &many[i]);
    for (uint32_t i = 0; i < MANY; i++)
        assert_ptr_equal(job_index_find(&index, many[i].key), i % 2 ? &many[i] : NULL);
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_come_first_served, begin),
        cmocka_unit_test_setup(any_can_leave, begin),
        cmocka_unit_test_setup(the_index_finds_each_by_its_key, begin),
        cmocka_unit_test_setup(a_full_index_finds_all, begin),
    };
    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
