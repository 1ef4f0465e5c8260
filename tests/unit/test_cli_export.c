// okr --format: lists as CSV, reports as XHTML and Markdown, against a server whose texts try to
// break out of each of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <expat.h>
#include "client/cli/okr.h"
#include "common/exit_code.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/csv.h"
#include "client/cli/core/writer.h"
#include "client/cli/core/paper.h"
#include "common/rpc_method.h"
#include "okr/v1/board.pb-c.h"
#include "okr/v1/evaluation.pb-c.h"
#include "okr/v1/monday.pb-c.h"
#include "okr/v1/plan_analysis.pb-c.h"
#include "okr/v1/project.pb-c.h"
#include "okr/v1/server.pb-c.h"
#include "tests/unit/cli_fake_server.h"

// Ends a tag, an attribute, a table cell, a code span; begins a formula.
#define HOSTILE "=x</td><script>\"a\" & 'b' | *c* `d` [e](f)"
#define HOSTILE_HTML "=x&lt;/td&gt;&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39; | *c* `d` [e](f)"

static char home[64], out_text[65536], err_text[16384];
static int asked; // calls that reached the server

static char *text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

// ---- the server's part --------------------------------------------------------------------------

struct parts {
    Okr__Progress progress;
    Okr__Project project;
    Okr__Goal goal, *goals[1];
    Okr__BoardProject row, *rows[1];
    Okr__KeyResult kr;
    Okr__BoardKeyResult kr_row, *kr_rows[1];
    Okr__Objective objective;
    Okr__BoardObjective objective_row, *objective_rows[1];
    Okr__Quarter quarter;
    Okr__Headline headline;
    int64_t ids[2];
    char *members[2];
};

static void fill_project(struct parts *parts)
{
    okr__progress__init(&parts->progress);
    parts->progress.has_percent = 1;
    parts->progress.percent = 42.5;
    parts->progress.finish = text("2021-03-20T18:00:00");
    okr__project__init(&parts->project);
    parts->project.has_id = parts->project.has_kind = parts->project.has_state = 1;
    parts->project.id = 3;
    parts->project.kind = OKR__PROJECT_KIND__PROJECT_KIND_LINKED;
    parts->project.state = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
    parts->project.name = text(HOSTILE);
    parts->project.lead = text("mika, \"m\"");
    parts->project.progress = &parts->progress;
    parts->project.n_kr_ids = 2;
    parts->project.kr_ids = parts->ids;
    parts->project.n_members = 2;
    parts->project.members = parts->members;
    parts->ids[0] = 7;
    parts->ids[1] = 8;
    parts->members[0] = text("ken");
    parts->members[1] = text("yui");
}

static void fill_rows(struct parts *parts)
{
    okr__goal__init(&parts->goal);
    parts->goal.text = text(HOSTILE);
    parts->goals[0] = &parts->goal;
    okr__board_project__init(&parts->row);
    parts->row.project = &parts->project;
    parts->row.n_goals = 1;
    parts->row.goals = parts->goals;
    parts->rows[0] = &parts->row;
    okr__key_result__init(&parts->kr);
    parts->kr.text = text(HOSTILE);
    parts->kr.unit = text("<ms>");
    parts->kr.has_attainment_percent = 1;
    parts->kr.attainment_percent = -20;
    okr__board_key_result__init(&parts->kr_row);
    parts->kr_row.kr = &parts->kr;
    parts->kr_row.n_project_ids = 1;
    parts->ids[0] = 3;
    parts->kr_row.project_ids = parts->ids;
    parts->kr_rows[0] = &parts->kr_row;
}

static void play_board(struct fake_reply *reply)
{
    struct parts parts;
    fill_project(&parts);
    fill_rows(&parts);
    okr__objective__init(&parts.objective);
    parts.objective.text = text(HOSTILE);
    okr__board_objective__init(&parts.objective_row);
    parts.objective_row.objective = &parts.objective;
    parts.objective_row.n_krs = 1;
    parts.objective_row.krs = parts.kr_rows;
    parts.objective_rows[0] = &parts.objective_row;
    okr__quarter__init(&parts.quarter);
    parts.quarter.name = text("2021Q1");
    parts.quarter.last_day = text("2021-03-12");
    okr__headline__init(&parts.headline);
    Okr__Board board = OKR__BOARD__INIT;
    board.quarter = &parts.quarter;
    board.week = text("2021-W07");
    board.headline = &parts.headline;
    board.n_objectives = 1;
    board.objectives = parts.objective_rows;
    board.n_linked = board.n_side = 1;
    board.linked = board.side = parts.rows;
    fake_body(reply, &board.base);
}

static void play_projects(struct fake_reply *reply)
{
    struct parts parts;
    fill_project(&parts);
    Okr__Project *projects[1] = {&parts.project};
    Okr__ProjectList list = OKR__PROJECT_LIST__INIT;
    list.n_projects = 1;
    list.projects = projects;
    fake_body(reply, &list.base);
}

static void play_docket(struct fake_reply *reply)
{
    Okr__DocketLine line = OKR__DOCKET_LINE__INIT, *lines[1] = {&line};
    Okr__DocketComment comment = OKR__DOCKET_COMMENT__INIT, *comments[1] = {&comment};
    line.has_kind = line.has_decision = 1;
    line.key = text("overload/ken");
    line.kind = OKR__DOCKET_KIND__DOCKET_KIND_OVERLOAD;
    line.decision = OKR__DOCKET_DECISION__DOCKET_DECISION_ADD_PEOPLE;
    line.subject = line.detail = line.reason = line.follow_up = line.outcome = text(HOSTILE);
    comment.key = text("overload/ken");
    comment.text = text(HOSTILE);
    Okr__Docket docket = OKR__DOCKET__INIT;
    docket.week = text("2021-W07");
    docket.n_lines = docket.n_comments = 1;
    docket.lines = lines;
    docket.comments = comments;
    fake_body(reply, &docket.base);
}

static void play_evaluation(struct fake_reply *reply)
{
    Okr__Evidence evidence = OKR__EVIDENCE__INIT, *rows[1] = {&evidence};
    Okr__KrEvaluation kr = OKR__KR_EVALUATION__INIT, *krs[1] = {&kr};
    Okr__EvaluationAction action = OKR__EVALUATION_ACTION__INIT, *actions[1] = {&action};
    Okr__EvaluationComment comment = OKR__EVALUATION_COMMENT__INIT, *comments[1] = {&comment};
    evidence.has_kind = evidence.has_question = 1;
    evidence.kind = OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL;
    evidence.question = 1;
    evidence.text = kr.text = action.text = action.outcome = comment.text = text(HOSTILE);
    kr.has_verdict = kr.has_kr_id = 1;
    kr.kr_id = 7;
    kr.verdict = OKR__VERDICT__VERDICT_EXECUTION;
    kr.n_evidence = 1;
    kr.evidence = rows;
    Okr__Evaluation evaluation = OKR__EVALUATION__INIT;
    evaluation.month = text("2021-02");
    evaluation.quarter = text("2021Q1");
    evaluation.n_krs = evaluation.n_actions = evaluation.n_comments = 1;
    evaluation.krs = krs;
    evaluation.actions = actions;
    evaluation.comments = comments;
    fake_body(reply, &evaluation.base);
}

static void play_session(struct fake_reply *reply)
{
    Okr__Session session = OKR__SESSION__INIT;
    session.handle = text("mika");
    fake_body(reply, &session.base);
}

static enum fake_action play(const Okr__Request *request, struct fake_reply *reply, void *context)
{
    (void)context;
    static const struct {
        const char *name;
        void (*play)(struct fake_reply *reply);
    } parts[] = {
        {"GetBoard", play_board},   {"ListProjects", play_projects},
        {"GetDocket", play_docket}, {"GetEvaluation", play_evaluation},
        {"Login", play_session},    {"WhoAmI", play_session},
    };
    const char *name = strrchr(request->method, '/') + 1;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcmp(parts[i].name, name) == 0)
            parts[i].play(reply);
    }
    asked += strcmp(name, "Login") != 0;
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
    snprintf(command, sizeof(command), "rm -rf '%s'", home);
    return system(command);
}

static void assert_says(const char *where, const char *what)
{
    if (!strstr(where, what))
        fail_msg("\"%s\" is not in: %s", what, where);
}

static void assert_silent(const char *where, const char *what)
{
    if (strstr(where, what))
        fail_msg("\"%s\" is in: %s", what, where);
}

static const struct command *command_of(const char *noun, const char *verb)
{
    for (size_t i = 0; nouns[i]; i++)
        for (const struct command *c = nouns[i]->commands; c->verb; c++)
            if (strcmp(nouns[i]->name, noun) == 0 && strcmp(c->verb, verb) == 0)
                return c;
    fail_msg("there is no okr %s %s", noun, verb);
    return NULL;
}

// ---- CSV ----------------------------------------------------------------------------------------

static void test_cells_are_quoted_and_guarded(void **state)
{
    (void)state;
    struct cli cli = {.arena = arena_new(1 << 20)};
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"a\r", "\"a\r\""},
        {"=1+1", "'=1+1"},
        {"+81", "'+81"},
        {"-2", "'-2"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"=A1,\"B\"", "\"'=A1,\"\"B\"\"\""},
        {"\t=1", "'\t=1"},
        {"  =1", "'  =1"},
        {"＝1", "'＝1"},
        {"a=1", "a=1"},
        {"日本語", "日本語"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(csv_cell(&cli, cases[i][0], true), cases[i][1]);
    assert_string_equal(csv_cell(&cli, "-2.5", false), "-2.5");
    arena_free(cli.arena);
}

static void test_a_list_is_rows_and_a_header(void **state)
{
    (void)state;
    assert_int_equal(OKR("project", "list", "--format", "csv"), EXIT_DONE);
    assert_int_equal(strncmp(out_text, "id,quarter,kind,name,", 21), 0);
    assert_says(out_text, ",progress.percent,");
    assert_says(out_text, "\r\n3,,LINKED,\"'=x</td><script>\"\"a\"\" & 'b' | *c* `d` [e](f)\",,"
                          "ACCEPTED,,7;8,,,\"mika, \"\"m\"\"\",ken;yui,");
    assert_says(out_text, ",42.5,");
    size_t length = strlen(out_text);
    assert_string_equal(out_text + length - 2, "\r\n");
    // The header does not depend on the language.
    assert_int_equal(OKR("project", "list", "--format=csv", "--lang", "ja"), EXIT_DONE);
    assert_int_equal(strncmp(out_text, "id,quarter,kind,name,", 21), 0);
}

// What shows several lists, or lists within a list, has rows too.
static void test_pages_of_lists_have_rows(void **state)
{
    (void)state;
    static const struct {
        const char *noun, *verb, *header;
    } pages[] = {
        {"board", "", "project.id"},  {"quarter", "result", "project.id"},
        {"side", "", "project.id"},   {"side", "show", "project.id"},
        {"week", "show", "id"},       {"load", "", "weeks.planned"},
        {"monday", "", "key"},        {"month", "show", "kr_id"},
        {"me", "", "project_id"},     {"ev", "", "spi_t"},
        {"coverage", "", "kind"},     {"todo", "", "due"},
        {"trace", "", "kind"},        {"why", "", "kind"},
        {"adherence", "", "process"}, {"trial", "", "slip_days_before"},
        {"plan", "tasks", "uid"},     {"plan", "versions", "number"},
        {"plan", "resources", "uid"}, {"plan", "bindings", "task_uid"},
        {"plan", "people", "member"}, {"plan", "diff", "task_uid"},
    };
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        const struct command *command = command_of(pages[i].noun, pages[i].verb);
        const struct rpc_method *method = &rpc_methods[command->methods[0]];
        struct cli cli = {
            .err = stderr, .writer = writer_named("csv"), .arena = arena_new(1 << 20)};
        char *header = NULL;
        size_t size;
        cli.out = open_memstream(&header, &size);
        assert_non_null(cli.out);
        cli.command = command;
        if (writer_check(&cli, command) != EXIT_DONE)
            fail_msg("okr %s %s has no CSV", pages[i].noun, pages[i].verb);
        ProtobufCMessage *empty = protobuf_c_message_unpack(method->reply, NULL, 0, NULL);
        cli.writer->print(&cli, empty, NULL);
        fclose(cli.out);
        if (!strstr(header, pages[i].header))
            fail_msg("okr %s %s has no column %s: %s", pages[i].noun, pages[i].verb,
                     pages[i].header, header);
        free(header);
        protobuf_c_message_free_unpacked(empty, NULL);
        arena_free(cli.arena);
    }
}

// Several lists follow one another; a list within a list is a row for each element of it.
static void test_lists_within_lists_become_rows(void **state)
{
    (void)state;
    Okr__LoadWeek one = OKR__LOAD_WEEK__INIT, two = OKR__LOAD_WEEK__INIT, *weeks[] = {&one, &two};
    Okr__PersonLoad person = OKR__PERSON_LOAD__INIT, idle = OKR__PERSON_LOAD__INIT;
    Okr__PersonLoad *people[] = {&person, &idle};
    Okr__LoadTable table = OKR__LOAD_TABLE__INIT;
    one.week = text("2021-W06");
    two.week = text("2021-W07");
    two.has_planned = true;
    two.planned = 90;
    person.source = text("program");
    person.name = text("Ann, A.");
    person.weeks = weeks;
    person.n_weeks = 2;
    table.people = people;
    table.n_people = 2;
    struct cli cli = {.err = stderr, .writer = writer_named("csv"), .arena = arena_new(1 << 20)};
    char *printed = NULL;
    size_t size;
    cli.out = open_memstream(&printed, &size);
    cli.command = command_of("load", "");
    cli.writer->print(&cli, &table.base, NULL);
    fclose(cli.out);
    assert_string_equal(
        printed,
        "source,resource_uid,name,member,spread_evenly,weeks.week,weeks.planned,weeks.capacity,"
        "weeks.overload,weeks.elsewhere\r\n"
        "program,,\"Ann, A.\",,,2021-W06,,,,\r\n"
        "program,,\"Ann, A.\",,,2021-W07,90,,,\r\n");
    free(printed);
    arena_free(cli.arena);
    struct csv_rows rows;
    assert_true(csv_rows(&okr__board__descriptor, "linked,side,dropped", &rows));
    assert_int_equal(rows.n, 3);
    assert_false(csv_rows(&okr__board__descriptor, "linked,objectives", &rows)); // of two types
    assert_false(csv_rows(&okr__board__descriptor, "linked/nothing", &rows));
    assert_false(csv_rows(&okr__board__descriptor, NULL, &rows)); // which of them?
}

// Every list that the contract names gets rows, by its type alone.
static void test_every_list_command_has_rows(void **state)
{
    (void)state;
    size_t lists = 0;
    for (size_t i = 0; nouns[i]; i++) {
        for (const struct command *command = nouns[i]->commands; command->verb; command++) {
            struct cli cli = {.err = stderr, .writer = writer_named("csv")};
            if (strcmp(command->verb, "list") != 0)
                continue;
            lists++;
            if (writer_check(&cli, command) != EXIT_DONE)
                fail_msg("okr %s list has no CSV", nouns[i]->name);
        }
    }
    assert_true(lists > 8);
}

// Also a change is refused before it is made.
static void test_what_is_no_list_says_so(void **state)
{
    (void)state;
    int before = asked;
    assert_int_equal(OKR("quarter", "show", "--format", "csv"), EXIT_USAGE);
    assert_says(err_text, "there is no CSV of it");
    assert_string_equal(out_text, "");
    assert_int_equal(OKR("whoami", "--format", "csv"), EXIT_USAGE);
    assert_int_equal(OKR("project", "accept", "P-3", "--format", "csv"), EXIT_USAGE);
    assert_int_equal(OKR("project", "accept", "P-3", "--format", "html"), EXIT_USAGE);
    assert_int_equal(asked, before);
    assert_int_equal(OKR("project", "list", "--format", "html"), EXIT_USAGE);
    assert_says(err_text, "no report");
    assert_int_equal(OKR("project", "list", "--format", "pdf"), EXIT_USAGE);
    assert_int_equal(OKR("project", "list", "--format", "csv", "--json"), EXIT_USAGE);
    assert_int_equal(OKR("project", "list", "--format"), EXIT_USAGE);
}

// ---- reports ------------------------------------------------------------------------------------

static const char *const reports[][3] = {
    {"board", NULL, NULL}, {"monday", NULL, NULL}, {"month", "show", "2021-02"}};
#define REPORTS (sizeof(reports) / sizeof(reports[0]))

static void make_report(size_t i, const char *format, const char *language)
{
    const char *words[8] = {"--lang", language, "--format", format};
    for (size_t j = 0; j < 3; j++)
        words[4 + j] = reports[i][j];
    words[7] = NULL;
    assert_int_equal(run_words(words), EXIT_DONE);
}

static void XMLCALL no_script(void *data, const XML_Char *name, const XML_Char **attributes)
{
    (void)data;
    assert_string_not_equal(name, "script");
    for (; *attributes; attributes += 2) {
        assert_string_not_equal(attributes[0], "src");
        assert_string_not_equal(attributes[0], "href");
    }
}

static void test_html_is_well_formed_and_stands_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * REPORTS; i++) {
        const char *language = i % 2 ? "ja" : "en";
        make_report(i / 2, "html", language);
        XML_Parser parser = XML_ParserCreate("UTF-8");
        XML_SetStartElementHandler(parser, no_script);
        if (XML_Parse(parser, out_text, (int)strlen(out_text), 1) != XML_STATUS_OK)
            fail_msg("%s: %s", reports[i / 2][0], XML_ErrorString(XML_GetErrorCode(parser)));
        XML_ParserFree(parser);
        assert_says(out_text, i % 2 ? "<html lang=\"ja\">" : "<html lang=\"en\">");
        assert_silent(out_text, "http");
        assert_silent(out_text, "url(");
        assert_silent(out_text, "@import");
        assert_says(out_text, HOSTILE_HTML);
    }
}

static void test_a_board_has_its_figures(void **state)
{
    (void)state;
    make_report(0, "html", "en");
    assert_says(out_text, "<h1>2021Q1");
    assert_says(out_text, "P-3 " HOSTILE_HTML "<div class=\"sub\">[ ] =x");
    // What is after the quarter's end is marked by more than its colour.
    assert_says(out_text, "<td class=\"bad\">3/20 !</td>");
    // A bar does not leave its cell.
    assert_says(out_text, "-20%<span class=\"bar\"><i style=\"width:0%\">");
    assert_silent(out_text, "\033[");
}

static void test_markdown_tables_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPORTS; i++) {
        size_t rows = 0, bars = 0;
        make_report(i, "markdown", "en");
        assert_says(out_text, "\\<script");
        for (const char *at = out_text; (at = strchr(at, '<')); at++)
            assert_true(at[-1] == '\\' || strncmp(at, "<br>", 4) == 0);
        for (char *line = strtok(out_text, "\n"); line; line = strtok(NULL, "\n")) {
            size_t found = 0;
            for (char *at = line; line[0] == '|' && *at; at++)
                found += *at == '|' && (at == line || at[-1] != '\\');
            if (line[0] != '|')
                bars = 0;
            else if (bars)
                assert_int_equal(found, bars);
            else
                bars = found;
            rows += line[0] == '|';
        }
        assert_true(rows >= 3);
    }
}

static void test_markdown_is_escaped_where_it_matters(void **state)
{
    (void)state;
    struct cli cli = {.arena = arena_new(1 << 20)};
    const struct paper paper = {.cli = &cli};
    static const char *const cases[][2] = {
        {"a|b", "a\\|b"},
        {"*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"},
        {"# x", "\\# x"},
        {"- x", "\\- x"},
        {"-7%", "-7%"},
        {"1. x", "1\\. x"},
        {"1.9 -> 3", "1.9 -> 3"},
        {"> x", "\\> x"},
        {"---", "\\---"},
        {"<b>", "\\<b>"},
        {"[a](b)", "\\[a\\](b)"},
        {"a\\|b", "a\\\\\\|b"},
        {"KR-1 検索", "KR-1 検索"},
        {"&lt;", "\\&lt;"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(paper_escape(&paper, cases[i][0]), cases[i][1]);
    arena_free(cli.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_are_quoted_and_guarded),
        cmocka_unit_test(test_a_list_is_rows_and_a_header),
        cmocka_unit_test(test_every_list_command_has_rows),
        cmocka_unit_test(test_pages_of_lists_have_rows),
        cmocka_unit_test(test_lists_within_lists_become_rows),
        cmocka_unit_test(test_what_is_no_list_says_so),
        cmocka_unit_test(test_html_is_well_formed_and_stands_alone),
        cmocka_unit_test(test_a_board_has_its_figures),
        cmocka_unit_test(test_markdown_tables_hold),
        cmocka_unit_test(test_markdown_is_escaped_where_it_matters),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
