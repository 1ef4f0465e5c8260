// The command table against the contract: every field that a row names is there and can be filled,
// every method can be reached, every reason and every value has its words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <wordexp.h>
#include "client/cli/noun/nouns.h"
#include "client/cli/core/did.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/words/label.h"
#include "client/cli/line/parse.h"
#include "client/cli/core/reason.h"
#include "client/cli/core/value.h"
#include "client/cli/core/resource.h"
#include "common/rpc_method.h"

typedef void (*visitor)(const struct noun *noun, const struct command *command);

static void each_command(visitor visit)
{
    for (size_t i = 0; nouns[i]; i++) {
        for (const struct command *command = nouns[i]->commands; command->verb; command++)
            visit(nouns[i], command);
    }
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
                                                  const char *path)
{
    char name[64];
    size_t length = strcspn(path, ".");
    snprintf(name, sizeof(name), "%.*s", (int)length, path);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, name);
    return field && path[length] ? find_field(field->descriptor, path + length + 1) : field;
}

static bool fits(const struct param *param, ProtobufCType type)
{
    switch (param->type) {
    case PARAM_FLAG:
    case PARAM_YES_NO:
        return type == PROTOBUF_C_TYPE_BOOL;
    case PARAM_NUMBER:
        return type == PROTOBUF_C_TYPE_DOUBLE;
    case PARAM_ENUM:
        return type == PROTOBUF_C_TYPE_ENUM;
    case PARAM_INTEGER:
        return type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_INT64;
    default:
        return type ==
               (param_id_prefix(param->type) ? PROTOBUF_C_TYPE_INT64 : PROTOBUF_C_TYPE_STRING);
    }
}

static void check_param(const struct noun *noun, const struct command *command,
                        const struct param *param)
{
    if (!param->field)
        return;
    const ProtobufCMessageDescriptor *type = rpc_methods[command->methods[0]].request;
    const ProtobufCFieldDescriptor *field = find_field(type, param->field);
    bool many = (param->flags & PARAM_MANY) != 0;
    if (!field || !fits(param, field->type) ||
        many != (field->label == PROTOBUF_C_LABEL_REPEATED) ||
        (param->type == PARAM_ENUM && field->descriptor != param->choices))
        fail_msg("okr %s %s: %s does not fit %s.%s", noun->name, command->verb, param->name,
                 type->name, param->field);
}

static void check_command(const struct noun *noun, const struct command *command)
{
    assert_non_null(command->help);
    assert_true(command->run || command->show);
    assert_non_null(command->methods);
    bool optional = false;
    for (const struct param *param = command->params; param && param->name; param++) {
        check_param(noun, command, param);
        assert_non_null(param->help);
        // Places are filled in order: after one that may be left out no other may be needed.
        if (!param_is_option(param)) {
            assert_false(optional && !(param->flags & PARAM_OPTIONAL));
            optional |= (param->flags & PARAM_OPTIONAL) != 0;
        }
    }
    if (command->versioned)
        assert_non_null(resource_changed(rpc_methods[command->methods[0]].request));
    if (command->preset)
        assert_non_null(find_field(rpc_methods[command->methods[0]].request, command->preset));
}

static void test_rows_fit_the_contract(void **state)
{
    (void)state;
    each_command(check_command);
}

// What the help shows can be typed as it stands.
static void check_example(const struct noun *noun, const struct command *command)
{
    struct cli cli = {.nouns = nouns, .arena = arena_new(1 << 20), .out = stderr, .err = stderr};
    wordexp_t words;
    struct args args;
    if (!command->example)
        fail_msg("okr %s %s has no example", noun->name, command->verb);
    assert_int_equal(wordexp(command->example, &words, WRDE_NOCMD), 0);
    int count = (int)words.we_wordc - 1;
    assert_string_equal(words.we_wordv[0], "okr");
    if (count > 2 && strcmp(words.we_wordv[count - 1], "--as") == 0)
        count -= 2;
    if (parse_command(&cli, words.we_wordv + 1, count, count, &args) != EXIT_DONE ||
        args.command != command)
        fail_msg("this example is of no use: %s", command->example);
    wordfree(&words);
    arena_free(cli.arena);
}

static void test_every_command_has_an_example(void **state)
{
    (void)state;
    each_command(check_example);
}

static bool reached[RPC_COUNT];

static void mark_reached(const struct noun *noun, const struct command *command)
{
    (void)noun;
    for (const enum rpc_id *id = command->methods; id && *id != RPC_COUNT; id++)
        reached[*id] = true;
}

static void test_every_method_can_be_reached(void **state)
{
    (void)state;
    // Publishing is okr-plan-sync's; what a thing is, every command asks that changes one; whether
    // a project is linked, a comment on it; okr-web waits for changes and signs
    // in by address.
    static const enum rpc_id others[] = {RPC_PLAN_BEGIN_PUSH,       RPC_PLAN_PUSH_CHUNK,
                                         RPC_PLAN_PUBLISH,          RPC_PLAN_ABORT_PUSH,
                                         RPC_PLAN_LIST_BASE_ROWS,   RPC_PLAN_ANALYSIS_PREVIEW_PUSH,
                                         RPC_INSIGHT_GET_THING,     RPC_PROJECT_GET_PROJECT,
                                         RPC_WATCH_WAIT_FOR_CHANGE, RPC_SERVER_LOGIN_BY_ADDRESS};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        reached[others[i]] = true;
    each_command(mark_reached);
    for (size_t i = 0; i < RPC_COUNT; i++) {
        if (!reached[i])
            fail_msg("no command calls %s", rpc_methods[i].name);
    }
}

static void test_every_reason_has_a_text(void **state)
{
    (void)state;
    struct cli cli = {.nouns = nouns, .arena = arena_new(1 << 20)};
    char *args[] = {(char *)(uintptr_t) "12"};
    const ProtobufCEnumDescriptor *type = &okr__reason__descriptor;
    for (unsigned i = 0; i < type->n_values; i++) {
        Okr__Reason reason = (Okr__Reason)type->values[i].value;
        const char *with = reason_text(&cli, reason, args, 1);
        const char *without = reason_text(&cli, reason, NULL, 0);
        if (reason == OKR__REASON__REASON_UNSPECIFIED) {
            assert_null(with);
            continue;
        }
        if (!with || !without || !with[0] || strchr(with, '{') || strchr(without, '{'))
            fail_msg("%s has no text, or one with an empty place", type->values[i].name);
    }
    arena_free(cli.arena);
}

static void test_roles_of_a_refusal_are_worded(void **state)
{
    (void)state;
    struct cli cli = {.nouns = nouns, .arena = arena_new(1 << 20)};
    char *args[] = {(char *)(uintptr_t) "DEV_LEAD, PROGRAM_MANAGER"};
    intl_start("en");
    assert_string_equal(reason_text(&cli, OKR__REASON__REASON_ROLE_REQUIRED, args, 1),
                        "this needs one of these roles: dev lead, program manager");
    assert_string_equal(label_of_word("dropped"), "dropped");
    assert_string_equal(label_of_word("mika"), "mika");
    arena_free(cli.arena);
}

static void check_labels(const ProtobufCMessageDescriptor *type, int depth)
{
    for (unsigned i = 0; i < type->n_fields && depth < 8; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            check_labels(field->descriptor, depth + 1);
        if (field->type != PROTOBUF_C_TYPE_ENUM)
            continue;
        const ProtobufCEnumDescriptor *choices = field->descriptor;
        for (unsigned j = 0; j < choices->n_values; j++) {
            const ProtobufCEnumValue *value = &choices->values[j];
            if (value->value != 0 && strcmp(label_of(choices, value->value), value->name) == 0)
                fail_msg("%s has no label", value->name);
        }
    }
}

static void test_every_value_has_a_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < RPC_COUNT; i++) {
        check_labels(rpc_methods[i].request, 0);
        check_labels(rpc_methods[i].reply, 0);
    }
}

static void test_ids(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_true(value_id("P-12", "P", &id) && id == 12);
    assert_true(value_id("p13", "P", &id) && id == 13);
    assert_true(value_id("14", "P", &id) && id == 14);
    assert_true(value_id("ＫＲ－１５", "KR", &id) && id == 15);
    assert_false(value_id("G-12", "P", &id));
    assert_false(value_id("P-", "P", &id));
    assert_false(value_id("-12", "P", &id));
    assert_false(value_id("P-0", "P", &id));
    assert_false(value_id("P-99999999999999999999", "P", &id));
    assert_int_equal(id, 15);
}

static void test_other_values(void **state)
{
    (void)state;
    double number = 0;
    char day[11], week[16], quarter[8];
    int choice = 0;
    assert_true(value_number("-0.42", &number) && number == -0.42);
    assert_true(value_number("４２%", &number) && number == 42);
    assert_false(value_number("nan", &number));
    assert_false(value_number("1e999", &number));
    assert_false(value_number("12 users", &number));
    assert_true(value_day("2021/2/8", day));
    assert_string_equal(day, "2021-02-08");
    assert_false(value_day("2021-02-30", day));
    assert_true(value_week("2021w7", week));
    assert_string_equal(week, "2021-W07");
    assert_false(value_week("2021-W54", week));
    assert_true(value_week("NEXT", week));
    assert_string_equal(week, "next");
    assert_true(value_quarter("2021q1", quarter));
    assert_string_equal(quarter, "2021Q1");
    assert_false(value_quarter("2021Q5", quarter));
    assert_true(value_enum(&okr__role__descriptor, "dev-lead", &choice));
    assert_int_equal(choice, OKR__ROLE__ROLE_DEV_LEAD);
    assert_false(value_enum(&okr__role__descriptor, "unspecified", &choice));
}

static void test_near_words(void **state)
{
    (void)state;
    const char *const words[] = {"accept", "reject", "drop", NULL};
    assert_string_equal(command_nearest("acept", words), "accept");
    assert_string_equal(command_nearest("rej", words), "reject");
    assert_null(command_nearest("measure", words));
}

// What the log names, people are told by the command that does it, values by their labels.
static void test_methods_go_by_their_commands(void **state)
{
    (void)state;
    struct cli cli = {.nouns = nouns, .arena = arena_new(1 << 20), .out = stderr, .err = stderr};
    for (size_t i = 0; i < RPC_COUNT; i++) {
        const char *text = did(&cli, rpc_methods[i].name);
        if (strchr(text, '/') || !text[0])
            fail_msg("%s has no name for people", rpc_methods[i].name);
    }
    assert_string_equal(did(&cli, "WeekService/CloseWeek"), "week close");
    assert_string_equal(did_value(&cli, "QUARTER_STATE_OPEN"), "open");
    assert_string_equal(did_value(&cli, "ROLE_PROGRAM_MANAGER, ROLE_AGENT"),
                        "program manager, agent");
    assert_string_equal(did_value(&cli, "New users stay"), "New users stay");
    arena_free(cli.arena);
}

// A line of Japanese does not begin with what ends a phrase, nor break within a letter.
static void test_lines_break_where_they_may(void **state)
{
    (void)state;
    struct cli cli = {0};
    assert_int_equal(show_break(&cli, "終わります。次", 10), strlen("終わりま"));
    assert_int_equal(show_break(&cli, "終わります。次", 12), strlen("終わります。"));
    assert_int_equal(show_break(&cli, "one two three", 9), strlen("one two"));
    assert_int_equal(show_break(&cli, "short", 9), strlen("short"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_fit_the_contract),
        cmocka_unit_test(test_every_command_has_an_example),
        cmocka_unit_test(test_every_method_can_be_reached),
        cmocka_unit_test(test_every_reason_has_a_text),
        cmocka_unit_test(test_roles_of_a_refusal_are_worded),
        cmocka_unit_test(test_every_value_has_a_label),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_other_values),
        cmocka_unit_test(test_near_words),
        cmocka_unit_test(test_methods_go_by_their_commands),
        cmocka_unit_test(test_lines_break_where_they_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
