// Tables as text: alignment, shortening, what is left out. Columns were compared once by hand with
// tmux, which draws them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/table.h"
#include "common/text.h"

static void assert_prints(const struct table *t, struct table_style style, const char *expected)
{
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    assert_true(table_print(t, file, style));
    fclose(file);
    assert_string_equal(text, expected);
    free(text);
}

static struct table *sample(void)
{
    struct table *t = table_new();
    table_column(t, "KR", TABLE_LEFT, 0);
    table_column(t, "%", TABLE_RIGHT, 0);
    table_column(t, "Name", TABLE_LEFT, 0);
    table_cell(t, "KR-1");
    table_cellf(t, "%d", 5);
    table_cell(t, "週次目標の一覧");
    table_row_end(t);
    table_cell(t, "重い");
    table_cellf(t, "%d", 100);
    table_cell(t, "short");
    table_row_end(t);
    return t;
}

static void test_alignment(void **state)
{
    (void)state;
    struct table *t = sample();
    assert_prints(t, (struct table_style){0},
                  "KR      %  Name\n"
                  "KR-1    5  週次目標の一覧\n"
                  "重い  100  short\n");
    assert_null(table_free(t));
}

static void test_wrapped(void **state)
{
    (void)state;
    struct table *t = sample();
    // 12 columns for the name: half a character is never shown
    assert_prints(t, (struct table_style){.width = 23},
                  "KR      %  Name\n"
                  "KR-1    5  週次目標の一\n"
                  "           覧\n"
                  "重い  100  short\n");
    assert_prints(t, (struct table_style){.width = 24},
                  "KR      %  Name\n"
                  "KR-1    5  週次目標の一\n"
                  "           覧\n"
                  "重い  100  short\n");
    assert_prints(t, (struct table_style){.width = 25},
                  "KR      %  Name\n"
                  "KR-1    5  週次目標の一覧\n"
                  "重い  100  short\n");
    assert_prints(t, (struct table_style){.width = 5}, // too narrow for a table: records
                  "KR-1  5\n"
                  "    Name 週次目標の一覧\n"
                  "重い  100\n"
                  "    Name short\n");
    table_free(t);
}

// Nothing of what names a thing is lost; a line is broken at a blank where there is one.
static void test_ids_are_whole(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "Id", TABLE_LEFT, 12);
    table_column(t, "Serves", TABLE_LEFT, 0);
    table_column(t, "Project", TABLE_LEFT, 0);
    table_cell(t, "P-1");
    table_cell(t, "KR-1 KR-2 KR-30");
    table_cell(t, "Search renewal");
    table_row_end(t);
    assert_prints(t, (struct table_style){.width = 24},
                  "Id   Serves     Project\n"
                  "P-1  KR-1 KR-2  Search\n"
                  "     KR-30      renewal\n");
    table_free(t);
}

// What does not fit as a table is read row by row, and nothing is cut.
static void test_records(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "Id", TABLE_LEFT, 12);
    table_column(t, "Project", TABLE_LEFT, 0);
    table_column(t, "Planned hours", TABLE_RIGHT, 0);
    table_column(t, "Done hours", TABLE_RIGHT, 0);
    table_column(t, "Note", TABLE_LEFT, 0);
    table_cell(t, "P-1");
    table_cell(t, "Search renewal");
    table_cell(t, "120");
    table_cell(t, "64");
    table_row_end(t);
    assert_prints(t, (struct table_style){.width = 30},
                  "P-1  Search renewal\n"
                  "    Planned hours 120\n"
                  "    Done hours 64\n");
    table_free(t);
}

static void test_max_width(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "Project", TABLE_LEFT, 5);
    table_column(t, "n", TABLE_RIGHT, 3);
    table_cell(t, "あいう");
    table_cell(t, "12345");
    table_row_end(t);
    table_cell(t, "abcde");
    table_cell(t, "123");
    table_row_end(t);
    assert_prints(t, (struct table_style){0},
                  "Proj…    n\n"
                  "あい…  12…\n"
                  "abcde  123\n");
    table_free(t);
}

static void test_gaps(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "a", TABLE_LEFT, 0);
    table_column(t, NULL, TABLE_RIGHT, 0);
    table_column(t, "", TABLE_LEFT, 0);
    table_cell(t, "x");
    table_row_end(t);
    table_cell(t, NULL);
    table_cell(t, "  ");
    table_cell(t, "end   ");
    table_cell(t, "beyond");
    table_row_end(t);
    table_row_end(t);
    table_cell(t, "unfinished");
    assert_prints(t, (struct table_style){0},
                  "a\n"
                  "x\n"
                  "     end\n"
                  "\n");
    table_free(t);
}

static void test_header(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "a", TABLE_LEFT, 0);
    table_column(t, "b", TABLE_LEFT, 0);
    assert_prints(t, (struct table_style){0}, "a  b\n");
    assert_prints(t, (struct table_style){.colour = true}, "\033[2;4ma  b\033[0m\n");
    table_free(t);
    t = table_new();
    table_column(t, "", TABLE_LEFT, 0);
    table_cell(t, "x");
    table_row_end(t);
    assert_prints(t, (struct table_style){.colour = true}, "x\n");
    table_free(t);
}

static void test_sanitised(void **state)
{
    (void)state;
    struct table *t = table_new();
    table_column(t, "\033[1mT", TABLE_LEFT, 0);
    table_cell(t, "a\nb\033]0;x\a");
    table_row_end(t);
    assert_prints(t, (struct table_style){0}, "?[1mT\na b?]0;x?\n");
    table_free(t);
}

static void test_failure(void **state)
{
    (void)state;
    table_column(NULL, "a", TABLE_LEFT, 0);
    table_cell(NULL, "a");
    table_cellf(NULL, "%d", 1);
    table_row_end(NULL);
    assert_false(table_print(NULL, stdout, (struct table_style){0}));
    assert_null(table_free(NULL));
    struct table *t = table_new();
    assert_prints(t, (struct table_style){0}, "");
    table_cell(t, "no column");
    table_row_end(t);
    table_free(t);
    t = sample();
    table_column(t, "late", TABLE_LEFT, 0);
    assert_false(table_print(t, stdout, (struct table_style){0}));
    table_free(t);
    t = sample();
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_false(table_print(t, full, (struct table_style){0}));
    fclose(full);
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment),     cmocka_unit_test(test_wrapped),
        cmocka_unit_test(test_ids_are_whole), cmocka_unit_test(test_records),
        cmocka_unit_test(test_max_width),     cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_header),        cmocka_unit_test(test_sanitised),
        cmocka_unit_test(test_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
