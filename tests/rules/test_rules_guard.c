// Nothing rates a person (R11), and no objective belongs to one (R12): held against everything that
// the program can store, say and print. The schema is read from a running okrd's database, the
// contract by reflection from the method table, the command line from its help and its catalogue.
// Whoever adds a column, a field or a text meets this test; what it lets pass is listed with the
// reason.
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "client/cli/okr.h"
#include "client/cli/noun/nouns.h"
#include "tests/support/week_fixture.h"

enum { MOST = 512, NAME = 192 };

static struct okrd *okrd;

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start(NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    return 0;
}

// --- Words

// Never the name of anything.
static const char *const rating_words[] = {
    "score",    "scores", "scoring",      "scorecard",   "hit",         "hits",
    "hitrate",  "rating", "ranking",      "leaderboard", "performance", "performer",
    "velocity", "grade",  "productivity", "kpi",         NULL};
// A number with one of these in its name judges; beside a person it judges the person.
static const char *const figure_words[] = {
    "percent", "rate",  "ratio",    "achieved",   "missed", "late",    "missing", "count",
    "slip",    "error", "accuracy", "attainment", "streak", "average", "mean",    NULL};
// Whose a message or a row is. Who did an act (decided_by, author, actor) is not whose it is.
static const char *const person_words[] = {"handle",   "handles",  "member", "members",  "lead",
                                           "person",   "people",   "owner",  "engineer", "intern",
                                           "assignee", "resource", NULL};

// Whether one of the words of a name like "goals_achieved" is in the list.
static bool says(const char *name, const char *const *words)
{
    for (const char *at = name; *at;) {
        size_t length = strcspn(at, "_");
        for (size_t i = 0; words[i]; i++)
            if (strlen(words[i]) == length && strncmp(at, words[i], length) == 0)
                return true;
        at += length + (at[length] == '_');
    }
    return false;
}

// --- What is let pass: the person's message, or table, and the figure in it or below it.

static const struct allowed {
    const char *whose, *figure, *reason;
} allowed[] = {
    {"Project", "Progress.percent",
     "how far the project is by its plan; lead and members staff it"},
    {"MyWork", "Progress.percent", "the same, of the projects that one works on"},
    {"MyWork", "WorkItem.percent_complete", "how far a task is, in one's own list (R5)"},
    {"TraceNode", "TraceNode.percent", "of a project or task; a person has another node"},
    {"PlanTask", "PlanTask.percent_complete", "plan data, of the task, as MS Project has it (R28)"},
    {"PlanTask", "PlanTask.percent_work_complete", "the same"},
    {"PlanTask", "PlanTask.physical_percent_complete", "the same"},
    {"PlanTask", "PlanPredecessor.lag_percent", "the wait between two tasks"},
    {"PlanAssignment", "PlanAssignment.percent_complete",
     "plan data, of one task's assignment (R28); nothing sums it up by person"},
    {"ProjectWeek", "PlanTask.percent_complete", "next week's tasks beside a project's goals"},
    {"ProjectWeek", "PlanTask.percent_work_complete", "the same"},
    {"ProjectWeek", "PlanTask.physical_percent_complete", "the same"},
    {"ProjectWeek", "PlanPredecessor.lag_percent", "the wait between two tasks"},
    {"Thing", "Unfinished.count", "of what hangs on a thing; of a member, the projects to hand on"},
    {"Thing", "Unfinished.percent", "of a project's tasks, by the plan"},
    {NULL, NULL, NULL},
};
// Load, the planned hours of a person and week, is plan data and no rating (R11): "planned",
// "capacity" and "elsewhere" are not among the words above.

static bool used[sizeof allowed / sizeof *allowed]; // what is let pass has to be there

struct findings {
    char text[MOST][NAME];
    size_t n;
};

static void find(struct findings *findings, const char *whose, const char *figure)
{
    for (size_t i = 0; allowed[i].whose; i++)
        if (strcmp(allowed[i].whose, whose) == 0 && strcmp(allowed[i].figure, figure) == 0) {
            used[i] = true;
            return;
        }
    assert_true(findings->n < MOST);
    snprintf(findings->text[findings->n++], NAME, "%s: %s", whose, figure);
}

static void assert_none(const struct findings *findings)
{
    for (size_t i = 0; i < findings->n; i++)
        print_error("rates a person: %s\n", findings->text[i]);
    assert_int_equal(findings->n, 0);
}

static bool has(const struct findings *findings, const char *text)
{
    for (size_t i = 0; i < findings->n; i++)
        if (strcmp(findings->text[i], text) == 0)
            return true;
    return false;
}

// --- The contract

static bool is_number(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES &&
           field->type != PROTOBUF_C_TYPE_MESSAGE && field->type != PROTOBUF_C_TYPE_ENUM &&
           field->type != PROTOBUF_C_TYPE_BOOL;
}

static bool names_person(const ProtobufCMessageDescriptor *message)
{
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if ((field->type == PROTOBUF_C_TYPE_STRING || strstr(field->name, "resource_uid")) &&
            says(field->name, person_words))
            return true;
    }
    return false;
}

static void find_figures(struct findings *findings, const char *whose,
                         const ProtobufCMessageDescriptor *message)
{
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        char figure[NAME / 2];
        snprintf(figure, sizeof figure, "%s.%s", message->short_name, field->name);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            find_figures(findings, whose, field->descriptor);
        else if (is_number(field) && says(field->name, figure_words))
            find(findings, whose, figure);
    }
}

static void judge_message(struct findings *findings, const ProtobufCMessageDescriptor *message)
{
    for (unsigned i = 0; i < message->n_fields; i++)
        if (says(message->fields[i].name, rating_words))
            find(findings, message->short_name, message->fields[i].name);
    bool person = names_person(message);
    // A line that embeds a person is a person's line, too.
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED &&
            says(field->name, person_words))
            person = true;
    }
    if (person)
        find_figures(findings, message->short_name, message);
}

struct seen {
    const ProtobufCMessageDescriptor *messages[MOST];
    size_t n;
};

// The contract has no recursive messages, but many that are used twice.
static void collect(struct seen *seen, const ProtobufCMessageDescriptor *message)
{
    for (size_t i = 0; i < seen->n; i++)
        if (seen->messages[i] == message)
            return;
    assert_true(seen->n < MOST);
    seen->messages[seen->n++] = message;
    for (unsigned i = 0; i < message->n_fields; i++)
        if (message->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            collect(seen, message->fields[i].descriptor);
}

static void collect_all(struct seen *seen)
{
    seen->n = 0;
    for (size_t i = 0; i < RPC_COUNT; i++) {
        collect(seen, rpc_methods[i].request);
        collect(seen, rpc_methods[i].reply);
    }
    assert_true(seen->n > RPC_COUNT);
}

// Broken when a message tells a score or a share of anything of a person.
static void r11_no_message_rates_a_person(void **state)
{
    (void)state;
    static struct seen seen;
    static struct findings findings;
    collect_all(&seen);
    for (size_t i = 0; i < seen.n; i++)
        judge_message(&findings, seen.messages[i]);
    assert_none(&findings);
    for (size_t i = 0; allowed[i].whose; i++)
        if (!used[i])
            fail_msg("%s: %s is let pass, and is gone", allowed[i].whose, allowed[i].figure);
}

// --- The schema

// Tables with columns that say whose a row is: references to member that are not of an act, and
// the member itself.
#define PERSON_TABLES                                                                              \
    "SELECT k.conrelid AS oid FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid" \
    " AND a.attnum = k.conkey[1] WHERE k.contype = 'f' AND k.confrelid = 'member'::regclass"       \
    " AND a.attname !~ '(_by|^author|^actor)$' UNION SELECT 'member'::regclass"

static void judge_schema(PGconn *database, struct findings *findings)
{
    PGresult *rows =
        PQexec(database, "SELECT c.table_name, c.column_name, c.data_type IN ('integer', 'bigint',"
                         " 'smallint', 'double precision', 'real', 'numeric'),"
                         " format('%I', c.table_name)::regclass IN (" PERSON_TABLES ")"
                         " FROM information_schema.columns c WHERE c.table_schema = 'public'"
                         " ORDER BY c.table_name, c.ordinal_position");
    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(database));
    assert_true(PQntuples(rows) > 100);
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *table = PQgetvalue(rows, i, 0), *column = PQgetvalue(rows, i, 1);
        bool number = PQgetvalue(rows, i, 2)[0] == 't', person = PQgetvalue(rows, i, 3)[0] == 't';
        if (says(column, rating_words) || says(table, rating_words) ||
            (number && person && says(column, figure_words)))
            find(findings, table, column);
    }
    PQclear(rows);
}

// Broken when a column holds a figure of a person.
static void r11_no_column_rates_a_person(void **state)
{
    (void)state;
    static struct findings findings;
    PGconn *database = okrd_database(okrd, OKRD_OWNER);
    judge_schema(database, &findings);
    PQfinish(database);
    assert_none(&findings);
}

// --- The command line

// As whole words where letters are set apart; Japanese ones anywhere.
static const char *const rating_texts[] = {
    "score",     "scores",      "hit rate",     "rating",     "ranking",    "leaderboard",
    "performer", "performance", "productivity", "grade",      "per person", "per member",
    "得点",      "点数",        "評点",         "ランキング", "人事評価",   "成績",
    "勤務評定",  "生産性",      "的中率",       "個人別",     "個人評価",   NULL,
};
static const struct {
    const char *text, *reason;
} allowed_texts[] = {
    {"planned work per person", "load (R11)"},
    {"planned hours per person", "load (R11)"},
    {"msgid \"performance\"", "a category of side projects: the product's speed"},
};

// Blanks out what may be said.
static void forgive(char *text)
{
    for (size_t i = 0; i < sizeof allowed_texts / sizeof *allowed_texts; i++)
        for (char *at = text; (at = strstr(at, allowed_texts[i].text));)
            memset(at, ' ', strlen(allowed_texts[i].text));
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *rating_in(const char *text)
{
    for (size_t i = 0; rating_texts[i]; i++) {
        size_t length = strlen(rating_texts[i]);
        const char *at = text;
        for (; (at = strcasestr(at, rating_texts[i])); at++)
            if (!(is_letter(at[0]) && ((at > text && is_letter(at[-1])) || is_letter(at[length]))))
                return rating_texts[i];
    }
    return NULL;
}

static char *output_of(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    okr_run(argc, argv, out, out);
    fclose(out);
    return text;
}

// Broken when a command or an option offers such a figure, in either language.
static void r11_no_help_offers_to_rate_a_person(void **state)
{
    (void)state;
    static char okr[] = "okr", lang[] = "--lang", ja[] = "ja", en[] = "en", help[] = "help";
    char *languages[] = {en, ja};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; nouns[i]; i++) {
            char *argv[] = {okr, lang, languages[l], help, strdup(nouns[i]->name), NULL};
            char *text = output_of(5, argv);
            assert_non_null(strstr(text, nouns[i]->name));
            forgive(text);
            const char *found = rating_in(text);
            if (found)
                fail_msg("okr help %s: \"%s\"", nouns[i]->name, found);
            free(text);
            free(argv[4]);
        }
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

// Headings of tables and every other text that okr prints stand in the catalogue. Broken when one
// of them is the name of a rating.
static void r11_no_text_of_the_command_line_rates_a_person(void **state)
{
    (void)state;
    char *catalogue = file_text(SOURCE_DIR "/client/po/ja.po");
    assert_non_null(strstr(catalogue, "msgid \"Engineers\""));
    forgive(catalogue);
    const char *found = rating_in(catalogue);
    if (found)
        fail_msg("client/po/ja.po: \"%s\"", found);
    free(catalogue);
}

// --- R12

static bool is_of_objective(const ProtobufCMessageDescriptor *message)
{
    return strstr(message->short_name, "Objective") ||
           strcmp(message->short_name, "KeyResult") == 0;
}

// Broken when an objective or a key result can be given to a person in the contract.
static void r12_no_message_gives_an_objective_to_a_person(void **state)
{
    (void)state;
    static struct seen seen;
    size_t looked_at = 0;
    collect_all(&seen);
    for (size_t i = 0; i < seen.n; i++) {
        if (!is_of_objective(seen.messages[i]))
            continue;
        looked_at++;
        for (unsigned k = 0; k < seen.messages[i]->n_fields; k++)
            if (says(seen.messages[i]->fields[k].name, person_words))
                fail_msg("%s.%s", seen.messages[i]->short_name, seen.messages[i]->fields[k].name);
    }
    assert_true(looked_at >= 4);
}

#define OWNED                                                                                      \
    "SELECT t.oid::regclass::text FROM (" PERSON_TABLES ") t WHERE t.oid IN"                       \
    " ('objective'::regclass, 'key_result'::regclass) OR EXISTS (SELECT FROM pg_constraint o"      \
    "  WHERE o.conrelid = t.oid AND o.contype = 'f'"                                               \
    "  AND o.confrelid IN ('objective'::regclass, 'key_result'::regclass))"
// Broken when objective or key_result refers to a member, or a table ties the two together.
static void r12_no_table_gives_an_objective_to_a_person(void **state)
{
    (void)state;
    PGconn *database = okrd_database(okrd, OKRD_OWNER);
    PGresult *rows = PQexec(database, OWNED);
    assert_int_equal(PQresultStatus(rows), PGRES_TUPLES_OK);
    if (PQntuples(rows) > 0)
        fail_msg("%s belongs to a person", PQgetvalue(rows, 0, 0));
    PQclear(rows);
    PQfinish(database);
}

// --- The guard itself: it must find what it is there for.

static const ProtobufCFieldDescriptor fake_line_fields[] = {
    {.name = "goals_achieved", .type = PROTOBUF_C_TYPE_INT32},
    {.name = "text", .type = PROTOBUF_C_TYPE_STRING},
};
static const ProtobufCMessageDescriptor fake_line = {
    .short_name = "FakeLine", .fields = fake_line_fields, .n_fields = 2};
static const ProtobufCFieldDescriptor fake_person_fields[] = {
    {.name = "handle", .type = PROTOBUF_C_TYPE_STRING},
    {.name = "percent_on_time", .type = PROTOBUF_C_TYPE_DOUBLE},
    {.name = "lines",
     .label = PROTOBUF_C_LABEL_REPEATED,
     .type = PROTOBUF_C_TYPE_MESSAGE,
     .descriptor = &fake_line},
    {.name = "planned", .type = PROTOBUF_C_TYPE_DOUBLE},
    {.name = "decided_by", .type = PROTOBUF_C_TYPE_STRING},
};
static const ProtobufCMessageDescriptor fake_person = {
    .short_name = "FakePerson", .fields = fake_person_fields, .n_fields = 5};
static const ProtobufCFieldDescriptor fake_score_fields[] = {
    {.name = "hit_rate", .type = PROTOBUF_C_TYPE_DOUBLE}};
static const ProtobufCMessageDescriptor fake_score = {
    .short_name = "FakeScore", .fields = fake_score_fields, .n_fields = 1};

static void the_guard_finds_a_message_that_rates(void **state)
{
    (void)state;
    static struct findings findings;
    judge_message(&findings, &fake_line); // of nobody
    assert_int_equal(findings.n, 0);
    judge_message(&findings, &fake_person);
    judge_message(&findings, &fake_score);
    assert_true(has(&findings, "FakePerson: FakePerson.percent_on_time"));
    assert_true(has(&findings, "FakePerson: FakeLine.goals_achieved"));
    assert_true(has(&findings, "FakeScore: hit_rate"));
    assert_int_equal(findings.n, 3); // load and who decided are not ratings
}

static void the_guard_finds_a_column_that_rates(void **state)
{
    (void)state;
    static struct findings findings;
    PGconn *database = okrd_database(okrd, OKRD_OWNER);
    PQclear(PQexec(database, "BEGIN"));
    PQclear(PQexec(database, "CREATE TABLE fake (whom bigint REFERENCES member, score integer,"
                             " goals_missed integer, planned double precision)"));
    PQclear(PQexec(database, "ALTER TABLE objective ADD fake_owner bigint REFERENCES member"));
    judge_schema(database, &findings);
    PGresult *rows = PQexec(database, OWNED);
    int owned = PQntuples(rows);
    PQclear(rows);
    PQclear(PQexec(database, "ROLLBACK"));
    PQfinish(database);
    assert_true(has(&findings, "fake: score"));
    assert_true(has(&findings, "fake: goals_missed"));
    assert_false(has(&findings, "fake: planned"));
    assert_int_equal(owned, 1);
}

static void the_guard_finds_a_text_that_rates(void **state)
{
    (void)state;
    assert_non_null(rating_in("Hit rate of each member"));
    assert_non_null(rating_in("個人ランキング"));
    assert_null(rating_in("how many were underscored"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r11_no_message_rates_a_person),
        cmocka_unit_test(r11_no_column_rates_a_person),
        cmocka_unit_test(r11_no_help_offers_to_rate_a_person),
        cmocka_unit_test(r11_no_text_of_the_command_line_rates_a_person),
        cmocka_unit_test(r12_no_message_gives_an_objective_to_a_person),
        cmocka_unit_test(r12_no_table_gives_an_objective_to_a_person),
        cmocka_unit_test(the_guard_finds_a_message_that_rates),
        cmocka_unit_test(the_guard_finds_a_column_that_rates),
        cmocka_unit_test(the_guard_finds_a_text_that_rates),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
