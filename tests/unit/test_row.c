// server/pg/row: values in PostgreSQL's binary format, and that a read which does not fit its
// statement is loud. Results are made by libpq's own functions for that.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "okr/all.h"
#include "server/pg/row.h"

#define GOAL_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, id, "g.id")                                                                         \
    NEXT(week, week, "g.week")                                                                     \
    NEXT(text, text, "g.text")                                                                     \
    NEXT(i32, result, "g.result")                                                                  \
    NEXT(flag, dropped, "g.dropped")                                                               \
    NEXT(i64, version, "g.version")
static MESSAGE_READER(goal_take, Okr__Goal, GOAL_ROW);

struct mixed {
    int32_t day;
    bool has_at;
    int64_t at;
    size_t n_ids;
    int64_t *ids;
    size_t n_names;
    char **names;
    double share;
    char *body;
    bool yes;
    struct bytes hash;
};
#define MIXED_ROW(FIRST, NEXT)                                                                     \
    FIRST(date, day, "m.day")                                                                      \
    NEXT(opt_time, at, "m.at")                                                                     \
    NEXT(i64s, ids, "m.ids")                                                                       \
    NEXT(texts, names, "m.names")                                                                  \
    NEXT(double, share, "m.share")                                                                 \
    NEXT(json, body, "m.body")                                                                     \
    NEXT(bool, yes, "m.yes")                                                                       \
    NEXT(bytes, hash, "m.hash")
static STRUCT_READER(mixed_take, struct mixed, MIXED_ROW);

static struct statement goals = {"goals", SHAPE_MANY, "", ROW_LETTERS(GOAL_ROW), ""};
static struct statement mixed = {"mixed", SHAPE_MANY, "", ROW_LETTERS(MIXED_ROW), ""};

struct fixture {
    struct arena *arena;
    PGresult *result;
    bool broken;
    struct rows rows;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.arena = arena_new(1 << 20),
                         .result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK)};
    *state = &f;
    return f.arena && f.result ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    PQclear(f->result);
    arena_free(f->arena);
    return 0;
}

static void columns(struct fixture *f, struct statement *statement)
{
    PGresAttDesc attributes[16] = {0};
    int n = (int)strlen(statement->columns);
    for (int i = 0; i < n; i++)
        attributes[i] = (PGresAttDesc){.name = "c", .format = 1, .typlen = -1};
    assert_true(PQsetResultAttrs(f->result, n, attributes));
    f->rows = (struct rows){f->result, statement, f->arena, &f->broken};
}

#define PUT(f, row, column, bytes)                                                                 \
    assert_true(PQsetvalue((f)->result, row, column, (char *)(uintptr_t)(bytes), sizeof(bytes) - 1))
static void put_null(struct fixture *f, int row, int column)
{
    assert_true(PQsetvalue(f->result, row, column, NULL, -1));
}

static void put_goal(struct fixture *f, int row)
{
    PUT(f, row, 0, "\0\0\0\0\0\0\0\7");
    PUT(f, row, 1, "\0\0\x1e\x17"); // 7703 days after 2000-01-01: 2021-02-02 is a Tuesday of W05
    PUT(f, row, 2, "ship it");
    put_null(f, row, 3);
    PUT(f, row, 4, "\0");
    PUT(f, row, 5, "\0\0\0\0\0\0\1\2");
}

static void a_message_is_read_from_its_list(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    put_goal(f, 0);
    Okr__Goal goal = OKR__GOAL__INIT;
    struct row row = rows_begin(&f->rows);
    assert_true(row_next(&row));
    goal_take(&row, &goal);
    assert_true(goal.has_id);
    assert_int_equal(goal.id, 7);
    assert_string_equal(goal.week, "2021-W05");
    assert_string_equal(goal.text, "ship it");
    assert_false(goal.has_result);
    assert_false(goal.has_dropped);
    assert_int_equal(goal.version, 258);
    assert_false(row_next(&row));
    assert_false(f->broken);
}

static void a_struct_is_read_from_its_list(void **state)
{
    struct fixture *f = *state;
    columns(f, &mixed);
    PUT(f, 0, 0, "\xff\xff\xff\xff"); // the day before 2000-01-01
    put_null(f, 0, 1);
    PUT(f, 0, 2,
        "\0\0\0\1\0\0\0\0\0\0\0\x14\0\0\0\2\0\0\0\1"
        "\0\0\0\x8\0\0\0\0\0\0\0\1\0\0\0\x8\0\0\0\0\0\0\0\2");
    PUT(f, 0, 3,
        "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1"
        "\0\0\0\2ab\xff\xff\xff\xff");
    PUT(f, 0, 4, "\x3f\xe0\0\0\0\0\0\0");
    PUT(f, 0, 5, "{}");
    PUT(f, 0, 6, "\1");
    put_null(f, 0, 7);
    struct mixed m;
    struct row row = rows_at(&f->rows, 0);
    mixed_take(&row, &m);
    assert_int_equal(m.day, 10956);
    assert_false(m.has_at);
    assert_int_equal(m.n_ids, 2);
    assert_int_equal(m.ids[1], 2);
    assert_int_equal(m.n_names, 2);
    assert_string_equal(m.names[0], "ab");
    assert_null(m.names[1]);
    assert_true(m.share == 0.5);
    assert_string_equal(m.body, "{}");
    assert_true(m.yes);
    assert_null(m.hash.data);
    assert_false(f->broken);
}

static void the_columns_bear_the_names_of_the_fields(void **state)
{
    (void)state;
    assert_string_equal(ROW_LETTERS(GOAL_ROW), "latibl");
    assert_string_equal(ROW_COLUMNS(GOAL_ROW),
                        "g.id AS \"id\", g.week AS \"week\", g.text AS \"text\", g.result AS "
                        "\"result\", g.dropped AS \"dropped\", g.version AS \"version\"");
}

static void another_type_is_loud_and_never_a_zero_that_counts(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    put_goal(f, 0);
    struct row row = rows_at(&f->rows, 0);
    take_i32(&row);
    assert_true(f->broken);
}

static void a_value_of_another_size_is_loud(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    PUT(f, 0, 0, "\0\0\0\7");
    struct row row = rows_at(&f->rows, 0);
    take_i64(&row);
    assert_true(f->broken);
}

static void a_row_that_is_not_there_is_loud(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    struct row row = rows_at(&f->rows, 0);
    assert_null(take_text(&row));
    assert_true(f->broken);
}

static void a_row_that_is_left_half_read_is_loud(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    put_goal(f, 0);
    put_goal(f, 1);
    struct row row = rows_begin(&f->rows);
    assert_true(row_next(&row));
    take_i64(&row);
    assert_true(row_next(&row));
    assert_true(f->broken);
}

static void a_column_beyond_the_last_is_loud(void **state)
{
    struct fixture *f = *state;
    columns(f, &goals);
    put_goal(f, 0);
    Okr__Goal goal = OKR__GOAL__INIT;
    struct row row = rows_at(&f->rows, 0);
    goal_take(&row, &goal);
    assert_false(f->broken);
    take_bool(&row);
    assert_true(f->broken);
}

static void an_answer_is_held_against_its_shape(void **state)
{
    (void)state;
    static const struct {
        enum statement_shape shape;
        bool fits[3]; // 0, 1, 2 rows
    } cases[] = {{SHAPE_NONE, {true, false, false}},
                 {SHAPE_ONE, {false, true, false}},
                 {SHAPE_MAYBE, {true, true, false}},
                 {SHAPE_MANY, {true, true, true}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int n = 0; n < 3; n++) {
            struct statement s = {.name = "s", .shape = cases[i].shape};
            assert_int_equal(statement_fits(&s, n), cases[i].fits[n]);
        }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_read_from_its_list),
        TEST(a_struct_is_read_from_its_list),
        TEST(the_columns_bear_the_names_of_the_fields),
        TEST(another_type_is_loud_and_never_a_zero_that_counts),
        TEST(a_value_of_another_size_is_loud),
        TEST(a_row_that_is_not_there_is_loud),
        TEST(a_row_that_is_left_half_read_is_loud),
        TEST(a_column_beyond_the_last_is_loud),
        TEST(an_answer_is_held_against_its_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
