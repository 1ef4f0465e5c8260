// client/cli/act/week_document: what is printed reads back the same; what people type is
// understood; what is wrong is named by its line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "client/cli/act/week_document.h"

static char *text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

static struct week_document parsed(const char *source)
{
    struct week_document document;
    struct week_error error;
    if (!week_document_parse(source, &document, &error))
        fail_msg("refused: problem %d, line %u", (int)error.problem, error.line);
    return document;
}

static void assert_refused(const char *source, enum week_problem problem, unsigned line)
{
    struct week_document document;
    struct week_error error;
    assert_false(week_document_parse(source, &document, &error));
    assert_int_equal(error.problem, problem);
    assert_int_equal(error.line, line);
}

static char *printed(const struct week_document *document)
{
    char *result = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&result, &size);
    assert_non_null(memory);
    week_document_print(document, memory);
    fclose(memory);
    return result;
}

static void test_a_printed_document_reads_back(void **state)
{
    (void)state;
    char *notes[] = {text("mika 2/9: 負荷試験の準備ができた")};
    struct week_goal goals[] = {
        {.id = 12, .text = text("検索APIを本番に出す"), .notes = notes, .n_notes = 1},
        {.id = 13, .mark = WEEK_MARK_ACHIEVED, .text = text("Index [v2]")},
        {.id = 14, .mark = WEEK_MARK_MISSED, .text = text("負荷試験"), .reason = text("環境待ち")},
    };
    struct week_next nexts[] = {
        {.text = text("Load test"),
         .source = text("program"),
         .task_uid = 15,
         .hint = text("2/15–2/19 50%")},
        {.text = text("Not adopted"), .source = text("program"), .task_uid = 16, .suggested = true},
        {.text = text("Release [beta]")},
    };
    struct week_document document = {.project_id = 3,
                                     .title = text("検索の高速化"),
                                     .week = "2021-W07",
                                     .look_back = text("よい週だった。\n\n次は負荷試験。"),
                                     .goals = goals,
                                     .n_goals = 3,
                                     .nexts = nexts,
                                     .n_nexts = 3,
                                     .heading_this = "今週",
                                     .heading_back = "振り返り",
                                     .heading_next = "来週",
                                     .intro = notes,
                                     .n_intro = 1};
    char *source = printed(&document);
    struct week_document back = parsed(source);
    assert_int_equal(back.project_id, 3);
    assert_string_equal(back.week, "2021-W07");
    assert_string_equal(back.look_back, "よい週だった。\n\n次は負荷試験。");
    assert_int_equal(back.n_goals, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(back.goals[i].id, goals[i].id);
        assert_int_equal(back.goals[i].mark, goals[i].mark);
        assert_string_equal(back.goals[i].text, goals[i].text);
    }
    assert_null(back.goals[0].reason);
    assert_string_equal(back.goals[2].reason, "環境待ち");
    assert_int_equal(back.n_nexts, 2);
    assert_string_equal(back.nexts[0].text, "Load test");
    assert_string_equal(back.nexts[0].source, "program");
    assert_int_equal(back.nexts[0].task_uid, 15);
    assert_string_equal(back.nexts[1].text, "Release [beta]");
    assert_null(back.nexts[1].source);
    week_document_free(&back);
    free(source);
}

static void test_full_width_typing_is_understood(void **state)
{
    (void)state;
    struct week_document document = parsed("＃　Ｐ－３　検索、2021-W07\n"
                                           "＃＃今週\n"
                                           "［○］　Ｇ－１２　検索API\n"
                                           "　＞　メモ\n"
                                           "[×]g13　負荷試験\n"
                                           "　　環境が　足りない\n"
                                           "　次は早く頼む\n"
                                           "＃＃　振り返り\n"
                                           "　よかった。　\n"
                                           "## 来週\n"
                                           "　・　画面を出す　［program＃１５］\n");
    assert_int_equal(document.project_id, 3);
    assert_string_equal(document.week, "2021-W07");
    assert_int_equal(document.n_goals, 2);
    assert_int_equal(document.goals[0].id, 12);
    assert_string_equal(document.goals[0].text, "検索API");
    assert_int_equal(document.goals[1].id, 13);
    assert_string_equal(document.goals[1].reason, "環境が　足りない 次は早く頼む");
    assert_string_equal(document.look_back, "よかった。");
    assert_string_equal(document.nexts[0].text, "画面を出す");
    assert_string_equal(document.nexts[0].source, "program");
    assert_int_equal(document.nexts[0].task_uid, 15);
    week_document_free(&document);
}

static void test_marks(void **state)
{
    (void)state;
    static const struct {
        const char *mark;
        enum week_mark meaning;
    } marks[] = {
        {"[o]", WEEK_MARK_ACHIEVED},    {"[O]", WEEK_MARK_ACHIEVED},   {"[○]", WEEK_MARK_ACHIEVED},
        {"［〇］", WEEK_MARK_ACHIEVED}, {"[ ◯ ]", WEEK_MARK_ACHIEVED}, {"[ｏ]", WEEK_MARK_ACHIEVED},
        {"[x]", WEEK_MARK_MISSED},      {"[×]", WEEK_MARK_MISSED},     {"［Ｘ］", WEEK_MARK_MISSED},
        {"[ ]", WEEK_MARK_NONE},        {"[]", WEEK_MARK_NONE},        {"［　］", WEEK_MARK_NONE},
    };
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        char source[256];
        snprintf(source, sizeof(source), "## a\n%s G-12 goal\n## b\n## c\n", marks[i].mark);
        struct week_document document = parsed(source);
        assert_int_equal(document.n_goals, 1);
        assert_int_equal(document.goals[0].mark, marks[i].meaning);
        assert_int_equal(document.goals[0].id, 12);
        assert_string_equal(document.goals[0].text, "goal");
        week_document_free(&document);
    }
}

static void test_reasons_and_bullets(void **state)
{
    (void)state;
    struct week_document document =
        parsed("## a\r\n[x] G-1 one\r\n  first\r\n  second\r\n"
               "## b\n# not a title\nback\n"
               "## c\n・画面\n* list\nbare\n-\n- task ［計画　＃　１５］\n");
    assert_string_equal(document.goals[0].reason, "first second");
    assert_string_equal(document.look_back, "# not a title\nback");
    assert_int_equal(document.n_nexts, 4);
    assert_string_equal(document.nexts[0].text, "画面");
    assert_string_equal(document.nexts[1].text, "list");
    assert_string_equal(document.nexts[2].text, "bare");
    assert_string_equal(document.nexts[3].text, "task");
    week_document_free(&document);
}

// A goal without a number is a new one, with a mark or without.
static void test_new_goals_of_this_week(void **state)
{
    (void)state;
    struct week_document document = parsed("## a\n[x] G-1 one\n  why\n- Write the manual\n"
                                           "[ ] Draw it\n［○］　出す\n## b\n## c\n");
    assert_int_equal(document.n_goals, 4);
    assert_string_equal(document.goals[0].reason, "why");
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(document.goals[i].id, 0);
    assert_string_equal(document.goals[1].text, "Write the manual");
    assert_int_equal(document.goals[1].mark, WEEK_MARK_NONE);
    assert_string_equal(document.goals[2].text, "Draw it");
    assert_string_equal(document.goals[3].text, "出す");
    assert_int_equal(document.goals[3].mark, WEEK_MARK_ACHIEVED);
    week_document_free(&document);
}

static void test_what_is_wrong_is_named_by_line(void **state)
{
    (void)state;
    assert_refused("## a\nfree text\n## b\n## c\n", WEEK_NOT_A_GOAL, 2);
    assert_refused("## a\n[y] G-1 x\n## b\n## c\n", WEEK_BAD_MARK, 2);
    assert_refused("## a\n[o G-1 x\n## b\n## c\n", WEEK_BAD_MARK, 2);
    assert_refused("## a\n\n[o] \n## b\n## c\n", WEEK_NO_TEXT, 3);
    assert_refused("## a\n[o] G-1 x\n[x] G-1 x\n## b\n## c\n", WEEK_GOAL_TWICE, 3);
    assert_refused("## a\n[o] G-1 x\nbecause\n## b\n## c\n", WEEK_REASON_OF_NONE, 3);
    assert_refused("## a\n## b\n## c\n- task [program#x]\n", WEEK_BAD_TASK, 4);
    assert_refused("## a\n## b\n", WEEK_SECTIONS, 0);
    assert_refused("## a\n## b\n## c\n## d\n", WEEK_SECTIONS, 0);
    assert_refused("text first\n## a\n## b\n## c\n", WEEK_SECTIONS, 1);
}

static void test_an_emptied_document_is_empty(void **state)
{
    (void)state;
    assert_true(week_document_is_empty(""));
    assert_true(week_document_is_empty("\n　\n# title\n## a\n> note\n"));
    assert_false(week_document_is_empty("## a\n[ ] G-1 x\n"));
}

// No input may crash it: every prefix of a document, and every one with a byte changed.
static void test_broken_bytes_do_no_harm(void **state)
{
    (void)state;
    const char *good =
        "# P-3 ［, 2021-W07\n## a\n［○］ G-1 検\n[x] G-2 y\n 理由\n## b\nz\n## c\n- t ［p#1］\n";
    size_t length = strlen(good);
    for (size_t i = 0; i <= length; i++) {
        for (int change = 0; change < 3; change++) {
            char *copy = strdup(good);
            assert_non_null(copy);
            copy[i] = change == 0 ? '\0' : change == 1 ? (char)0xE3 : '[';
            if (i == length)
                copy[i] = '\0';
            struct week_document document;
            struct week_error error;
            if (week_document_parse(copy, &document, &error))
                week_document_free(&document);
            week_document_is_empty(copy);
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_printed_document_reads_back),
        cmocka_unit_test(test_full_width_typing_is_understood),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_reasons_and_bullets),
        cmocka_unit_test(test_new_goals_of_this_week),
        cmocka_unit_test(test_what_is_wrong_is_named_by_line),
        cmocka_unit_test(test_an_emptied_document_is_empty),
        cmocka_unit_test(test_broken_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
