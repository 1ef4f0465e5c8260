// Every other report and act that okr has: its command table is the list, the form, and the
// request; what is printed on a terminal is the page. Left out is what takes more than one call, a
// file, or a version that somebody saw, and what has a page of its own.
#include <stdlib.h>
#include <string.h>
#include "client/cli/core/request.h"
#include "client/cli/core/value.h"
#include "client/cli/line/parse.h"
#include "client/cli/noun/nouns.h"
#include "client/web/page/page.h"
#include "client/web/page/piece.h"
#include "common/calendar.h"

enum { WORDS_MOST = 128 };

// ---- which ------------------------------------------------------------------------------------

static bool takes_a_file(const struct command *command)
{
    for (const struct param *param = command->params; param && param->name; param++) {
        if (param->type == PARAM_FILE || param->type == PARAM_SECRET ||
            (!param->field && !command->prepare))
            return true;
    }
    return false;
}

static bool has_a_page(const struct command *command)
{
    static const enum rpc_id methods[] = {
        RPC_PROJECT_GET_PROJECT_DETAIL, RPC_INSIGHT_GET_TODO,       RPC_BOARD_GET_MY_WORK,
        RPC_REVIEW_GET_SIDE_REVIEW,     RPC_WEEK_GET_WEEK,          RPC_WEEK_LIST_WEEKS,
        RPC_PLAN_ANALYSIS_GET_LOAD,     RPC_QUARTER_GET_KEY_RESULT, RPC_SERVER_WHO_AM_I,
        RPC_MEMBER_LIST_MEMBERS,        RPC_MEMBER_LIST_TOKENS,
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (command->methods[0] == methods[i])
            return true;
    }
    return command->report != NULL;
}

// What prepares a trace reads its argument, and asks nobody.
static bool is_one_call(const struct command *command)
{
    bool traces = command->methods && command->methods[0] == RPC_INSIGHT_TRACE;
    return command->methods && !command->run && (!command->prepare || traces) && !command->choose &&
           !command->versioned && !command->ends && !command->doubt && command->show;
}

static bool is_read(const struct command *command)
{
    return rpc_methods[command->methods[0]].effect == OKR__EFFECT__EFFECT_READ;
}

static bool may(const struct visit *v, const struct command *command)
{
    const struct rpc_method *method = &rpc_methods[command->methods[0]];
    return (is_read(command) && method->members) || visit_may(v, command->methods[0]);
}

static bool is_offered(const struct command *command)
{
    return is_one_call(command) && !takes_a_file(command) && !has_a_page(command);
}

// "noun/verb", or the noun alone. NULL: there is none that is offered.
static const struct command *command_of(const struct visit *v, const struct noun **ret_noun)
{
    char name[32];
    size_t length = strcspn(v->rest, "/");
    const char *verb = v->rest[length] ? v->rest + length + 1 : NULL;
    if (length >= sizeof name)
        return NULL;
    memcpy(name, v->rest, length);
    name[length] = '\0';
    *ret_noun = command_noun(nouns, name);
    const struct command *command = *ret_noun ? command_find(*ret_noun, verb) : NULL;
    return command && is_offered(command) ? command : NULL;
}

// ---- from the form to a request ---------------------------------------------------------------

struct words {
    char *list[WORDS_MOST];
    int count, options_end;
};

static const char *given(const struct visit *v, const struct param *param)
{
    const char *text = visit_query(v, param->name);
    return text ? text : visit_field(v, param->name);
}

// The words for weeks that okr asks the server about.
static const char *week_of_word(struct visit *v, const char *text)
{
    int32_t monday;
    char week[WEEK_SIZE];
    int step = strcmp(text, "next") == 0 ? 7 : strcmp(text, "last") == 0 ? -7 : 0;
    if (step == 0 && strcmp(text, "this") != 0)
        return text;
    if (!v->server || !v->server->week || !week_parse(v->server->week, &monday))
        return "-";
    week_format(monday + step, week);
    return cli_text(&v->cli, "%s", week);
}

static void add_word(struct visit *v, struct words *words, const struct param *param,
                     const char *text)
{
    if (words->count == WORDS_MOST)
        return;
    if (param->type == PARAM_WEEK)
        text = week_of_word(v, text);
    words->list[words->count++] = !param_is_option(param) ? cli_text(&v->cli, "%s", text)
                                  : param_takes_value(param)
                                      ? cli_text(&v->cli, "%s=%s", param->name, text)
                                      : cli_text(&v->cli, "%s", param->name);
}

// Several values stand apart by blanks or commas.
static void add_words(struct visit *v, struct words *words, const struct param *param)
{
    const char *text = given(v, param);
    if (text && !(param->flags & PARAM_MANY)) {
        add_word(v, words, param, text);
        return;
    }
    while (text && *text) {
        text += strspn(text, " ,\t\n");
        size_t length = strcspn(text, " ,\t\n");
        if (length)
            add_word(v, words, param, cli_copy(&v->cli, text, length));
        text += length;
    }
}

static void collect(struct visit *v, const struct noun *noun, const struct command *command,
                    struct words *words)
{
    words->list[words->count++] = cli_text(&v->cli, "%s", noun->name);
    if (command->verb[0])
        words->list[words->count++] = cli_text(&v->cli, "%s", command->verb);
    for (const struct param *param = command->params; param && param->name; param++) {
        if (param_is_option(param))
            add_words(v, words, param);
    }
    words->options_end = words->count;
    for (const struct param *param = command->params; param && param->name; param++) {
        if (!param_is_option(param))
            add_words(v, words, param);
    }
}

// NULL: it has been said what is wrong, in v->note.
static ProtobufCMessage *read_form(struct visit *v, const struct noun *noun,
                                   const struct command *command)
{
    struct words words = {.count = 0};
    struct args args;
    char *said = NULL;
    size_t size = 0;
    FILE *err = v->cli.err;
    v->cli.err = open_memstream(&said, &size);
    v->cli.nouns = nouns;
    collect(v, noun, command, &words);
    ProtobufCMessage *request = request_new(&v->cli, rpc_methods[command->methods[0]].request);
    bool good = v->cli.err && parse_command(&v->cli, words.list, words.count, words.options_end,
                                            &args) == EXIT_DONE;
    good = good && request_fill(&v->cli, request, &args);
    good = good && (!command->prepare || command->prepare(&v->cli, &args, request));
    struct arg preset = {.number = command->preset_value};
    if (good && command->preset)
        request_set(&v->cli, request, command->preset, &preset);
    if (v->cli.err)
        fclose(v->cli.err);
    v->cli.err = err;
    v->note = good
                  ? NULL
                  : cli_text(&v->cli, "%s", said && strncmp(said, "okr: ", 5) == 0 ? said + 5 : "");
    free(said);
    return good ? request : NULL;
}

static bool is_complete(const struct visit *v, const struct command *command)
{
    for (const struct param *param = command->params; param && param->name; param++) {
        bool needed = param_is_option(param) ? param->flags & PARAM_REQUIRED
                                             : !(param->flags & PARAM_OPTIONAL);
        if (needed && !given(v, param))
            return false;
    }
    return true;
}

static bool more(struct visit *v)
{
    const struct noun *noun;
    const struct command *command = command_of(v, &noun);
    if (!command || !is_read(command) || !may(v, command) || !is_complete(v, command))
        return false;
    ProtobufCMessage *request = read_form(v, noun, command);
    if (request)
        visit_ask(v, command->methods[0], request);
    return request != NULL;
}

// ---- the form ---------------------------------------------------------------------------------

static void put_words_of(struct visit *v, const struct param *param, const char *chosen)
{
    put(v, "<select id=\"%s\" name=\"%s\"><option value=\"\"></option>", param->name, param->name);
    for (unsigned i = 0; i < param->choices->n_values; i++) {
        char word[64];
        if (param->choices->values[i].value == 0)
            continue;
        value_enum_word(param->choices, i, word, sizeof word);
        put(v,
            strcmp(word, chosen) == 0 ? "<option value=\"%s\" selected=\"selected\">%s</option>"
                                      : "<option value=\"%s\">%s</option>",
            word, label_of(param->choices, param->choices->values[i].value));
    }
    put(v, "</select>");
}

static void put_param(struct visit *v, const struct param *param)
{
    const char *text = show_text(given(v, param));
    put(v, "<p class=\"field\"><label for=\"%s\">%s</label>", param->name,
        param->help ? _(param->help) : param->name);
    if (param->type == PARAM_ENUM)
        put_words_of(v, param, text);
    else if (param->type == PARAM_FLAG)
        put(v,
            text[0] ? "<input type=\"checkbox\" id=\"%s\" name=\"%s\" value=\"1\" "
                      "checked=\"checked\"/>"
                    : "<input type=\"checkbox\" id=\"%s\" name=\"%s\" value=\"1\"/>",
            param->name, param->name);
    else
        put(v, "<input id=\"%s\" name=\"%s\" value=\"%s\" placeholder=\"%s\"/>", param->name,
            param->name, text, param->name);
    put(v, "</p>");
}

static void put_params(struct visit *v, const struct command *command, const char *button)
{
    for (const struct param *param = command->params; param && param->name; param++)
        put_param(v, param);
    put(v, "<p><button>%s</button></p>", button);
}

static void put_form(struct visit *v, const struct command *command)
{
    const char *path = cli_text(&v->cli, "/more/%s", v->rest);
    if (!is_read(command)) {
        put_form_begin(v, "do", path);
        put_params(v, command, _("Do it"));
        put_form_end(v);
    } else if (command->params) {
        put(v, "<form method=\"get\" action=\"%s\">", path);
        put_params(v, command, _("Show"));
        put(v, "</form>");
    }
}

// As on a terminal of any width.
static void put_shown(struct visit *v, const struct command *command, const ProtobufCMessage *reply)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = v->cli.out;
    v->cli.out = open_memstream(&text, &size);
    v->cli.nouns = nouns; // acts are called by their commands' names
    if (v->cli.out) {
        command->show(&v->cli, reply);
        fclose(v->cli.out);
        put(v, "<pre class=\"shown\">");
        put_linked(v, text);
        put(v, "</pre>");
    }
    free(text);
    v->cli.out = out;
}

static void show(struct visit *v)
{
    const struct noun *noun;
    const struct command *command = command_of(v, &noun);
    if (!command || !may(v, command)) {
        v->title = _("There is no such page.");
        put(v, "<h1>%s</h1><p><a href=\"/more\">%s</a></p>", v->title, _("More"));
        return;
    }
    v->title = cli_text(&v->cli, command->verb[0] ? "%s %s" : "%s%s", noun->name, command->verb);
    put(v, "<h1>%s</h1><p class=\"faint\">%s</p>", v->title, _(command->help));
    if (v->note)
        put(v, "<section class=\"problems\" role=\"alert\" id=\"problem\"><p>%s</p></section>",
            v->note);
    if (visit_query(v, "done"))
        put(v, "<p class=\"good\">✓ %s</p>", _("Done."));
    put_form(v, command);
    if (visit_reply(v, 2))
        put_shown(v, command, visit_reply(v, 2));
}

static void act(struct visit *v)
{
    const struct noun *noun;
    const struct command *command = command_of(v, &noun);
    ProtobufCMessage *request = command && !is_read(command) ? read_form(v, noun, command) : NULL;
    if (request)
        visit_change(v, command->methods[0], request,
                     cli_text(&v->cli, "/more/%s?done=1", v->rest));
    else
        visit_show_again(v);
}

const struct page page_more = {.path = "/more/", .more = more, .show = show, .act = act};

// ---- the list ---------------------------------------------------------------------------------

static const char *path_of(struct visit *v, const struct noun *noun, const struct command *command)
{
    return command->verb[0] ? cli_text(&v->cli, "/more/%s/%s", noun->name, command->verb)
                            : cli_text(&v->cli, "/more/%s", noun->name);
}

static void put_noun(struct visit *v, const struct noun *noun)
{
    bool any = false;
    for (const struct command *command = noun->commands; command->verb; command++) {
        if (!is_offered(command) || !may(v, command) || (v->as_of && !is_read(command)))
            continue;
        if (!any)
            put(v, "<section><h2>%s</h2><dl class=\"help\">", _(noun->help));
        any = true;
        put(v, "<dt><a href=\"%s\">%s %s</a></dt><dd>%s</dd>",
            visit_url(v, path_of(v, noun, command)), noun->name, command->verb, _(command->help));
    }
    if (any)
        put(v, "</dl></section>");
}

static void show_list(struct visit *v)
{
    v->title = _("More");
    put(v, "<h1>%s</h1>", _("More"));
    for (size_t i = 0; nouns[i]; i++)
        put_noun(v, nouns[i]);
}

const struct page page_more_list = {.path = "/more", .name = N_("More"), .show = show_list};
