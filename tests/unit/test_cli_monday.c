// okr monday and okr holiday from the command line to the requests, against a server that is
// played: a line is named by key or number, a follow-up goes back to its decision, a file is sent
// year by year.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "client/cli/okr.h"
#include "common/exit_code.h"
#include "okr/v1/insight.pb-c.h"
#include "okr/v1/monday.pb-c.h"
#include "okr/v1/server.pb-c.h"
#include "tests/unit/cli_fake_server.h"

static struct {
    Okr__DecideLineRequest *decide;
    Okr__CloseFollowUpRequest *close;
    Okr__CommentDocketRequest *comment;
    Okr__ReplaceHolidaysRequest *replace[4];
    size_t n_replace;
    bool empty;
} seen;

static char home[64], out_text[16384], err_text[16384];

static char *text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

// ---- the server's part --------------------------------------------------------------------------

static void play_docket(struct fake_reply *reply)
{
    Okr__DocketLine lines[2] = {OKR__DOCKET_LINE__INIT, OKR__DOCKET_LINE__INIT};
    Okr__DocketLine *list[2] = {&lines[0], &lines[1]};
    for (int i = 0; i < 2; i++) {
        lines[i].has_kind = lines[i].has_version = lines[i].has_project_id = 1;
        lines[i].version = 4 * i;
        lines[i].project_id = 3;
        lines[i].subject = text("Search");
    }
    lines[0].kind = OKR__DOCKET_KIND__DOCKET_KIND_EXPECTED_MISS;
    lines[0].key = text("expected-miss/3");
    lines[0].detail = text("2021-03-20 > 2021-03-12");
    lines[1].kind = OKR__DOCKET_KIND__DOCKET_KIND_FOLLOW_UP;
    lines[1].key = text("follow-up/8");
    lines[1].detail = text("ask for a reviewer");
    lines[1].since_week = text("2021-W06");
    lines[1].since_key = text("expected-miss/3");
    Okr__Docket docket = OKR__DOCKET__INIT;
    docket.week = text("2021-W07");
    docket.due_day = text("2021-02-15");
    docket.has_open = docket.has_confirmed_version = 1;
    docket.open = seen.empty ? 0 : 2;
    docket.confirmed_version = 6;
    docket.n_lines = seen.empty ? 0 : 2;
    docket.lines = list;
    fake_body(reply, &docket.base);
}

// The second line was decided, and an empty docket confirmed.
static void play_thing(struct fake_reply *reply, const Okr__Request *request)
{
    Okr__GetThingRequest *asked =
        okr__get_thing_request__unpack(NULL, request->body.len, request->body.data);
    Okr__Thing thing = OKR__THING__INIT;
    thing.has_version = 1;
    thing.version = strcmp(asked->resource, "docket/2021-W07/follow-up/8") == 0 ? 4
                    : strcmp(asked->resource, "docket/2021-W07") == 0           ? 6
                                                                                : 0;
    fake_body(reply, &thing.base);
    okr__get_thing_request__free_unpacked(asked, NULL);
}

static void play_session(struct fake_reply *reply)
{
    Okr__Session session = OKR__SESSION__INIT;
    session.handle = text("mika");
    fake_body(reply, &session.base);
}

static void keep_request(const char *name, const Okr__Request *request)
{
    size_t size = request->body.len;
    const uint8_t *body = request->body.data;
    if (strcmp(name, "DecideLine") == 0)
        seen.decide = okr__decide_line_request__unpack(NULL, size, body);
    if (strcmp(name, "CloseFollowUp") == 0)
        seen.close = okr__close_follow_up_request__unpack(NULL, size, body);
    if (strcmp(name, "CommentDocket") == 0)
        seen.comment = okr__comment_docket_request__unpack(NULL, size, body);
    if (strcmp(name, "ReplaceHolidays") == 0 && seen.n_replace < 4)
        seen.replace[seen.n_replace++] = okr__replace_holidays_request__unpack(NULL, size, body);
}

static enum fake_action play(const Okr__Request *request, struct fake_reply *reply, void *context)
{
    (void)context;
    const char *name = strrchr(request->method, '/') + 1;
    if (strcmp(name, "GetDocket") == 0)
        play_docket(reply);
    if (strcmp(name, "GetThing") == 0)
        play_thing(reply, request);
    if (strcmp(name, "Login") == 0)
        play_session(reply);
    keep_request(name, request);
    return FAKE_ANSWER;
}

// ---- running it ---------------------------------------------------------------------------------

static void read_back(FILE *file, char *buffer, size_t size)
{
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = '\0';
    fclose(file);
}

static struct fake_server server;

static int run_words(const char *const *words)
{
    char *argv[32] = {text("okr"), text("--server"), server.address};
    int argc = 3;
    for (; *words; words++)
        argv[argc++] = text(*words);
    FILE *out = tmpfile(), *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    int code = okr_run(argc, argv, out, err);
    read_back(out, out_text, sizeof(out_text));
    read_back(err, err_text, sizeof(err_text));
    return code;
}

#define OKR(...) run_words((const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    snprintf(home, sizeof(home), "/tmp/okr-home-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("HOME", home, 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("OKR_AS");
    setenv("OKR_LANG", "en", 1);
    fake_start(&server, play, NULL);
    assert_int_equal(OKR("login", "mika", "--code", "abcd-efgh-jkmn-pqrs"), EXIT_DONE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    fake_stop(&server);
    if (seen.decide)
        okr__decide_line_request__free_unpacked(seen.decide, NULL);
    if (seen.close)
        okr__close_follow_up_request__free_unpacked(seen.close, NULL);
    if (seen.comment)
        okr__comment_docket_request__free_unpacked(seen.comment, NULL);
    for (size_t i = 0; i < seen.n_replace; i++)
        okr__replace_holidays_request__free_unpacked(seen.replace[i], NULL);
    snprintf(command, sizeof(command), "rm -rf '%s'", home);
    return system(command);
}

static void assert_says(const char *where, const char *what)
{
    if (!strstr(where, what))
        fail_msg("\"%s\" is not in: %s", what, where);
}

// ---- tests --------------------------------------------------------------------------------------

static void test_a_docket_reads_by_kind(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday"), EXIT_DONE);
    assert_says(out_text, "Monday review of 2021-W07 (2/15–2/21)");
    assert_says(out_text, "2 of 2 lines without a decision");
    assert_says(out_text, " 1 [ ] expected to miss: P-3 Search");
    assert_says(out_text, "will end on 2021-03-20 by the plan or at this pace; due by 2021-03-12");
    assert_says(out_text, "agreed in 2021-W06: ask for a reviewer");
    assert_says(out_text,
                "okr monday decide LINE... no-change|change-plan|add-people|other REASON");
}

static void test_a_number_is_its_lines_key(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday"), EXIT_DONE); // it has a decision, which is seen here
    assert_int_equal(OKR("monday", "decide", "２", "add-people", "behind", "--follow-up", "ask",
                         "--follow-up-week", "2021-W09"),
                     EXIT_DONE);
    assert_non_null(seen.decide);
    assert_string_equal(seen.decide->week, "2021-W07");
    assert_string_equal(seen.decide->key, "follow-up/8");
    assert_int_equal(seen.decide->version, 4);
    assert_int_equal(seen.decide->decision, OKR__DOCKET_DECISION__DOCKET_DECISION_ADD_PEOPLE);
    assert_string_equal(seen.decide->reason, "behind");
    assert_string_equal(seen.decide->follow_up, "ask");
    assert_string_equal(seen.decide->follow_up_week, "2021-W09");
}

static void test_a_key_is_taken_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday", "decide", "expected-miss/3", "no-change", "wait"), EXIT_DONE);
    assert_string_equal(seen.decide->key, "expected-miss/3");
    assert_int_equal(seen.decide->version, 0); // decided by nobody yet
}

static void test_a_line_that_is_not_there_sends_nothing(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday", "decide", "3", "no-change", "wait"), EXIT_NOT_FOUND);
    assert_says(err_text, "has no line \"3\"");
    assert_int_equal(OKR("monday", "decide", "slip/x", "no-change", "wait"), EXIT_NOT_FOUND);
    assert_null(seen.decide);
}

static void test_an_empty_docket_is_confirmed(void **state)
{
    (void)state;
    seen.empty = true;
    assert_int_equal(OKR("monday"), EXIT_DONE);
    assert_says(out_text, "okr monday confirm");
    assert_int_equal(OKR("monday", "confirm"), EXIT_DONE);
    assert_string_equal(seen.decide->key, "");
    assert_int_equal(seen.decide->decision, OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE);
    assert_int_equal(seen.decide->version, 6);
}

static void test_closing_names_the_decision(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday", "close", "2", "she began", "--version", "5"), EXIT_DONE);
    assert_string_equal(seen.close->week, "2021-W06");
    assert_string_equal(seen.close->key, "expected-miss/3");
    assert_int_equal(seen.close->version, 5);
    assert_string_equal(seen.close->outcome, "she began");
}

static void test_a_comment_may_name_a_line(void **state)
{
    (void)state;
    assert_int_equal(OKR("monday", "comment", "two were ill", "--line", "1"), EXIT_DONE);
    assert_string_equal(seen.comment->key, "expected-miss/3");
    assert_string_equal(seen.comment->text, "two were ill");
}

static const char *write_file(const char *content)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/holidays.txt", home);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    return path;
}

static void test_a_file_of_holidays_is_sent_by_year(void **state)
{
    (void)state;
    const char *path = write_file("\xEF\xBB\xBF# days\r\n2027-01-01 元日\r\n\n"
                                  "2028/1/1\t元日\n2027-01-11   成人の日  \n");
    assert_int_equal(OKR("holiday", "import", path), EXIT_DONE);
    assert_int_equal(seen.n_replace, 2);
    assert_int_equal(seen.replace[0]->year, 2027);
    assert_int_equal(seen.replace[0]->n_holidays, 2);
    assert_string_equal(seen.replace[0]->holidays[1]->day, "2027-01-11");
    assert_string_equal(seen.replace[0]->holidays[1]->name, "成人の日");
    assert_int_equal(seen.replace[1]->n_holidays, 1);
    assert_string_equal(seen.replace[1]->holidays[0]->day, "2028-01-01");
}

// As the Cabinet Office writes it: CP932, a heading, slashes, from 1955 on.
static void test_the_cabinet_offices_file_is_read(void **state)
{
    (void)state;
    static const char cp932[] = "\x8d\x91\x96\xaf\x82\xcc\x8fj\x93\xfa\x8c\x8e\x93\xfa,"
                                "\x96\xbc\x8f\xcc\r\n1955/1/1,\x8c\xb3\x93\xfa\r\n"
                                "2026/11/3,\x95\xb6\x89\xbb\x82\xcc\x93\xfa\r\n";
    assert_int_equal(OKR("holiday", "import", write_file(cp932)), EXIT_DONE);
    assert_int_equal(seen.n_replace, 1); // of 2026 alone: what lies before 2000 is not kept
    assert_int_equal(seen.replace[0]->year, 2026);
    assert_int_equal(seen.replace[0]->n_holidays, 1);
    assert_string_equal(seen.replace[0]->holidays[0]->day, "2026-11-03");
    assert_string_equal(seen.replace[0]->holidays[0]->name, "文化の日");
    assert_says(err_text, "1 days before 2000");
    // A first line that is neither: it is named, not taken for a heading.
    assert_int_equal(OKR("holiday", "import", write_file("2026/13/3,none\n")), EXIT_USAGE);
    assert_int_equal(OKR("holiday", "import", write_file("2026-11-03 \xff\xff\n")), EXIT_USAGE);
    assert_says(err_text, "neither UTF-8 nor CP932");
}

static void test_a_bad_line_is_named_and_nothing_is_sent(void **state)
{
    (void)state;
    assert_int_equal(OKR("holiday", "import", write_file("2027-01-01 元日\n2027-02-30\n")),
                     EXIT_USAGE);
    assert_says(err_text, "Line 2");
    assert_int_equal(OKR("holiday", "import", write_file("# none\n")), EXIT_USAGE);
    assert_int_equal(OKR("holiday", "import", "/nowhere/holidays.txt"), EXIT_OTHER);
    assert_int_equal(seen.n_replace, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_docket_reads_by_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_number_is_its_lines_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_key_is_taken_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_that_is_not_there_sends_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_an_empty_docket_is_confirmed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_closing_names_the_decision, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_comment_may_name_a_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_of_holidays_is_sent_by_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_cabinet_offices_file_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_bad_line_is_named_and_nothing_is_sent, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
