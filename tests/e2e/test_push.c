// okr-plan-sync push against a real okrd: the program as people and schedulers start it. What it
// publishes is compared with what the reader finds in the file.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/plan_sync/mspdi/mspdi.h"
#include "tests/support/plan_fixture.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

enum { WORDS_MOST = 12, TEXT_MOST = 16 * 1024 };

static struct okrd *server;
static char folder[64]; // for files of the tests, and as the home of the programs that are run

static int start(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/okr-push-XXXXXX");
    assert_non_null(mkdtemp(folder));
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    char command[128];
    server = okrd_stop(server);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

// ---- running the program ----------------------------------------------------------------------

static struct {
    int code;
    char out[TEXT_MOST];
    char err[TEXT_MOST];
} ran;

static char *in_folder(const char *name)
{
    static char path[32][256]; // each good for the next 31 calls
    static unsigned turn;
    char *at = path[turn++ % 32];
    snprintf(at, sizeof path[0], "%s/%s", folder, name);
    return at;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void read_file(const char *path, char text[TEXT_MOST])
{
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t n = read(fd, text, TEXT_MOST - 1);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
}

// In the child: streams into files, no settings of whoever runs the tests, and an agent's token.
static void become_program(char *const argv[], const char *token)
{
    int out = open(in_folder("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open(in_folder("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    clearenv();
    setenv("HOME", folder, 1);
    setenv("OKR_SERVER", okrd_address(server), 1);
    setenv("OKR_LANG", "en", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    if (token)
        setenv("OKR_TOKEN", token, 1);
    execv(argv[0], argv);
    _exit(127);
}

// okr-plan-sync with these words; `token` NULL: none in the environment. Fills `ran`.
static void run(const char *token, ... /* words, NULL */)
{
    char *argv[WORDS_MOST] = {BIN_DIR "/okr-plan-sync"};
    va_list words;
    va_start(words, token);
    for (int i = 1; i < WORDS_MOST - 1 && (argv[i] = va_arg(words, char *)); i++)
        continue;
    va_end(words);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become_program(argv, token);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    read_file(in_folder("out"), ran.out);
    read_file(in_folder("err"), ran.err);
}

static void push(const char *file, const char *source)
{
    run(okrd_token(server, "pm"), "push", file, "--source", source, NULL);
}

static void expect(int code, const char *in_out, const char *in_err)
{
    if (ran.code != code || !strstr(ran.out, in_out) || !strstr(ran.err, in_err))
        fail_msg("exit %d, expected %d with \"%s\" and \"%s\"\nout: %s\nerr: %s", ran.code, code,
                 in_out, in_err, ran.out, ran.err);
}

static long uploads(void)
{
    PGconn *database = okrd_database(server, OKRD_APP);
    PGresult *result = PQexec(database, "SELECT count(*) FROM plan_version WHERE number IS NULL");
    long n = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(database);
    return n;
}

// ---- good files -------------------------------------------------------------------------------

// Broken when what is read back is not what the file holds.
static void compare(const char *file, const char *source)
{
    struct mspdi_plan plan = {0};
    struct mspdi_error error = {0};
    assert_true(mspdi_read_path(file, NULL, NULL, &plan, &error));
    const Okr__PlanVersion *version = plan_version(server, source, 0);
    assert_string_equal(version->content_hash, plan.content_hash);
    assert_int_equal(version->totals->tasks, plan.totals.tasks);
    assert_int_equal(version->totals->resources, plan.totals.resources);
    assert_int_equal(version->totals->assignments, plan.totals.assignments);
    assert_true(version->totals->assignment_work == plan.totals.assignment_work);
    const Okr__PlanTaskList *list = plan_tasks(server, source, 0, 0, false);
    assert_int_equal(list->n_tasks, plan.totals.tasks);
    mspdi_plan_clear(&plan);
}

static void a_plan_is_published(void **state)
{
    (void)state;
    push(PLANS "basic.xml", "basic");
    expect(0, "basic: version 1 is published.", "");
    compare(PLANS "basic.xml", "basic");
    const Okr__PlanVersion *version = plan_version(server, "basic", 0);
    assert_string_equal(version->file_name, "basic.xml");
    assert_string_equal(version->header->status_date, "2026-01-30T17:00:00");
    assert_string_equal(version->published_by, "pm");
    assert_int_equal(uploads(), 0);
}

// Broken when the same content makes a version more: pushed again, or saved in another encoding.
static void an_unchanged_plan_says_so(void **state)
{
    (void)state;
    push(PLANS "basic.xml", "same");
    push(PLANS "basic.xml", "same");
    expect(0, "same: nothing has changed since version 1.", "");
    push(PLANS "basic-utf16.xml", "same");
    expect(0, "same: nothing has changed since version 1.", "");
    assert_int_equal(plan_version(server, "same", 0)->number, 1);
    push(PLANS "inline-project.xml", "same");
    expect(0, "same: version 2 is published.", "");
    assert_int_equal(uploads(), 0);
}

static void odd_but_readable_files_are_published(void **state)
{
    (void)state;
    static const struct {
        const char *file, *source, *warning;
    } files[] = {
        {PLANS "bad-values.xml", "bad-values", "malformed values were left out"},
        {PLANS "control-characters.xml", "control", "characters that XML forbids were dropped"},
        {PLANS "nul-padded.xml", "padded", "characters that XML forbids were dropped"},
        {PLANS "calendar-2003.xml", "calendar", ""},
        {PLANS "inline-project.xml", "inline", ""},
        {PLANS "shift-jis.xml", "sjis", ""},
        {PLANS "euc-jp.xml", "euc", ""},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        push(files[i].file, files[i].source);
        expect(0, "version 1 is published.", files[i].warning);
        compare(files[i].file, files[i].source);
    }
}

// Broken when a name that the server would refuse keeps a plan out: control characters of XML that
// is well-formed, and more text than anybody reads.
static void texts_are_made_fit(void **state)
{
    (void)state;
    static char text[64 * 1024];
    int n = snprintf(text, sizeof text,
                     "<Project><Tasks><Task><UID>1</UID><Name>a&#13;b&#127;c\xc2\x85"
                     "d</Name><WBS>");
    for (int i = 0; i < 10000; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "\xe8\xa8\x88");
    snprintf(text + n, sizeof text - (size_t)n, "</WBS></Task></Tasks></Project>");
    write_file(in_folder("texts.xml"), text, 0600);
    push(in_folder("texts.xml"), "texts");
    expect(0, "version 1 is published.", "");
    const Okr__PlanTask *task = plan_task(plan_tasks(server, "texts", 0, 0, false), 1);
    assert_string_equal(task->name, "a b c  d");
    assert_int_equal(strlen(task->wbs), 16 * 1024 / 3 * 3);
}

// ---- bad files --------------------------------------------------------------------------------

// Broken when a file that is no plan, no XML, or only a part of one changes anything, or when it is
// not said what is wrong, and where.
static void a_bad_file_changes_nothing(void **state)
{
    (void)state;
    push(PLANS "basic.xml", "safe");
    const Okr__PlanVersion *before = plan_version(server, "safe", 0);
    write_file(in_folder("empty.xml"), "", 0600);
    const struct {
        const char *file, *says;
    } files[] = {
        {PLANS "truncated.xml", "truncated.xml:50:113: "},
        {PLANS "doctype.xml", "doctype.xml:2:19: "},
        {PLANS "not-a-plan.xml", "not-a-plan.xml: "},
        {PLANS "other-root.xml", "other-root.xml:2:7: "},
        {PLANS "wrong-encoding.xml", "wrong-encoding.xml:3:7: "},
        {in_folder("empty.xml"), "empty.xml:1:1: "},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        push(files[i].file, "safe");
        expect(2, "", files[i].says);
        assert_string_equal(ran.out, "");
    }
    push(in_folder("missing.xml"), "safe");
    expect(1, "", "missing.xml: ");
    const Okr__PlanVersion *after = plan_version(server, "safe", 0);
    assert_int_equal(before->id, after->id);
    assert_int_equal(uploads(), 0);
}

// A file that is cut short anywhere is refused, whatever rows came before.
static void a_cut_file_changes_nothing(void **state)
{
    (void)state;
    static char text[TEXT_MOST];
    push(PLANS "basic.xml", "cut");
    read_file(PLANS "basic.xml", text);
    size_t length = strlen(text);
    for (size_t cut = 20; cut < length - 10; cut += length / 7) {
        char part[TEXT_MOST];
        snprintf(part, sizeof part, "%.*s", (int)cut, text);
        write_file(in_folder("cut.xml"), part, 0600);
        push(in_folder("cut.xml"), "cut");
        expect(2, "", "cut.xml:");
    }
    assert_int_equal(plan_version(server, "cut", 0)->number, 1);
    assert_int_equal(uploads(), 0);
}

// ---- as whom, and where -----------------------------------------------------------------------

static void delegate(const char *source, char token[44])
{
    uint8_t hash[32];
    okrd_make_token(token);
    char *sources[] = {(char *)(uintptr_t)source};
    Okr__DelegateAgentRequest request = OKR__DELEGATE_AGENT_REQUEST__INIT;
    request.label = (char *)(uintptr_t) "nightly";
    request.n_sources = 1;
    request.sources = sources;
    request.has_token_hash = true;
    request.token_hash = okrd_hash(token, hash);
    must(server, "pm", RPC_PLAN_DELEGATE_AGENT, &request);
}

static void an_agent_pushes_with_a_token_file(void **state)
{
    (void)state;
    char token[44], line[64], file[256];
    delegate("night", token);
    snprintf(line, sizeof line, "%s\n", token);
    snprintf(file, sizeof file, "%s/token", folder);
    write_file(file, line, 0600);
    run(NULL, "push", PLANS "basic.xml", "--source", "night", "--token-file", file, NULL);
    expect(0, "night: version 1 is published.", "");
    assert_string_equal(ran.err, "");
    assert_string_equal(plan_version(server, "night", 0)->agent, "nightly");
    run(NULL, "push", PLANS "basic.xml", "--source=day", "--token-file", file, NULL);
    expect(4, "", "\"day\" is not delegated");

    write_file(file, line, 0644);
    run(NULL, "push", PLANS "basic.xml", "--source", "night", "--token-file", file, NULL);
    expect(0, "nothing has changed", "others can read this token");
    write_file(file, "two words\n", 0600);
    run(NULL, "push", PLANS "basic.xml", "--source", "night", "--token-file", file, NULL);
    expect(2, "", "holds no token");
}

static void a_login_of_okr_is_used(void **state)
{
    (void)state;
    run(NULL, "push", PLANS "basic.xml", "--source", "login", NULL);
    expect(3, "", "no login for this server");
    char text[512], path[256];
    snprintf(path, sizeof path, "%s/.local/state/okr", folder);
    char command[512];
    snprintf(command, sizeof command, "mkdir -p '%s'", path);
    assert_int_equal(system(command), 0);
    snprintf(text, sizeof text, "%s\teve\t%s\n%s\tpm\t%s\nother\tpdm\tx\n", okrd_address(server),
             okrd_token(server, "eve"), okrd_address(server), okrd_token(server, "pm"));
    write_file(in_folder(".local/state/okr/credentials"), text, 0600);
    run(NULL, "push", PLANS "basic.xml", "--source", "login", "--as", "eve", NULL);
    expect(4, "", "this needs one of these roles");
    run(NULL, "push", PLANS "basic.xml", "--source", "login", NULL);
    expect(0, "login: version 1 is published.", "");
    unlink(in_folder(".local/state/okr/credentials"));
}

static void exit_codes_tell_what_went_wrong(void **state)
{
    (void)state;
    const char *pm = okrd_token(server, "pm");
    run("nonsense", "push", PLANS "basic.xml", "--source", "codes", NULL);
    expect(3, "", "okr-plan-sync: ");
    run(pm, "push", PLANS "basic.xml", "--source", "Not A Name", NULL);
    expect(2, "", "source: ");
    run(pm, "push", PLANS "basic.xml", "--server", "/nowhere/okrd.sock", NULL);
    expect(7, "", "no server answers");
    run(pm, "push", NULL);
    expect(2, "", "which file?");
    run(pm, "pull", PLANS "basic.xml", NULL);
    expect(2, "", "pull");
    run(pm, "push", PLANS "basic.xml", "--sauce", "x", NULL);
    expect(2, "", "--sauce");
    run(pm, "--help", NULL);
    expect(0, "okr-plan-sync push FILE", "");
    run(pm, "--version", NULL);
    expect(0, "okr-plan-sync " OKR_VERSION, "");
}

// ---- the plan's name, and the result for machines ---------------------------------------------

static void the_files_name_names_the_plan(void **state)
{
    (void)state;
    char command[512];
    const char *pm = okrd_token(server, "pm");
    snprintf(command, sizeof command, "cp '%s' '%s'; cp '%s' '%s'", PLANS "basic.xml",
             in_folder("(My) Plan  2021.v2.xml"), PLANS "basic.xml",
             in_folder("\xe8\xa8\x88\xe7\x94\xbb.xml"));
    assert_int_equal(system(command), 0);
    run(pm, "push", in_folder("(My) Plan  2021.v2.xml"), NULL);
    expect(0, "my-plan-2021.v2: version 1 is published.", "");
    run(pm, "push", in_folder("\xe8\xa8\x88\xe7\x94\xbb.xml"), NULL);
    expect(2, "", "--source");
}

static void json_is_the_version(void **state)
{
    (void)state;
    run(okrd_token(server, "pm"), "push", PLANS "basic.xml", "--source", "json", "--json", NULL);
    expect(0, "\"source\": \"json\"", "");
    assert_non_null(strstr(ran.out, "\"number\": \"1\""));
    assert_int_equal(ran.out[0], '{');
    assert_null(strstr(ran.out, "unchanged"));
    run(okrd_token(server, "pm"), "push", PLANS "basic.xml", "--source", "json", "--json", NULL);
    expect(0, "\"unchanged\": true", "");
    run(NULL, "check", PLANS "basic.xml", "--json", NULL);
    expect(0, "{", "");
    run(NULL, "check", PLANS "doctype.xml", NULL);
    expect(2, "", "doctype.xml:2:19: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_plan_is_published, clear),
        cmocka_unit_test_teardown(an_unchanged_plan_says_so, clear),
        cmocka_unit_test_teardown(odd_but_readable_files_are_published, clear),
        cmocka_unit_test_teardown(texts_are_made_fit, clear),
        cmocka_unit_test_teardown(a_bad_file_changes_nothing, clear),
        cmocka_unit_test_teardown(a_cut_file_changes_nothing, clear),
        cmocka_unit_test_teardown(an_agent_pushes_with_a_token_file, clear),
        cmocka_unit_test_teardown(a_login_of_okr_is_used, clear),
        cmocka_unit_test_teardown(exit_codes_tell_what_went_wrong, clear),
        cmocka_unit_test_teardown(the_files_name_names_the_plan, clear),
        cmocka_unit_test_teardown(json_is_the_version, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
