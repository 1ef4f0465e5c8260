// Which command has which format. How a format looks is in csv.c, paper.c and the commands'
// reports.
#include "client/cli/core/writer.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/csv.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/paper.h"
#include "client/cli/core/pick.h"
#include "client/cli/core/show.h"
#include "common/json.h"
#include "common/rpc_method.h"

static void print_text(struct cli *cli, const ProtobufCMessage *reply, shower show)
{
    if (!show)
        return;
    if (cli->shown_as_of[0])
        show_line(cli, "%s", show_as_of(cli));
    show(cli, reply);
}

static void print_json(struct cli *cli, const ProtobufCMessage *reply, shower show)
{
    (void)show;
    if (cli->fields) {
        pick_print(cli, reply);
        return;
    }
    char *json = json_from_message(reply, true);
    fprintf(cli->out, "%s\n", json ? json : "{}");
    free(json);
}

// Only what reads is a list: a change that replies with one is not made for the sake of a table.
static bool rows_of(const struct command *command, struct csv_rows *ret)
{
    if (command->run || !command->methods)
        return false;
    const struct rpc_method *method = &rpc_methods[command->methods[0]];
    return method->effect == OKR__EFFECT__EFFECT_READ &&
           csv_rows(method->reply, command->rows, ret);
}

static bool has_rows(const struct command *command)
{
    struct csv_rows rows;
    return rows_of(command, &rows);
}

static void print_csv(struct cli *cli, const ProtobufCMessage *reply, shower show)
{
    struct csv_rows rows;
    (void)show;
    // Which of its methods a command called may depend on its arguments: the reply says what it is.
    if (csv_rows(reply->descriptor, cli->command->rows, &rows))
        csv_print(cli, reply, &rows);
}

static bool has_report(const struct command *command)
{
    return command->report != NULL;
}

static void print_html(struct cli *cli, const ProtobufCMessage *reply, shower show)
{
    struct paper paper = {.cli = cli, .html = true};
    (void)show;
    cli->command->report(&paper, reply);
}

static void print_markdown(struct cli *cli, const ProtobufCMessage *reply, shower show)
{
    struct paper paper = {.cli = cli, .html = false};
    (void)show;
    cli->command->report(&paper, reply);
}

static bool has_plan(const struct command *command)
{
    return command->mspdi;
}

#define NO_REPORT                                                                                  \
    N_("This command is no report: HTML and Markdown are there for okr board, okr monday and okr " \
       "month show.")

const struct writer writers[] = {
    {.word = "text", .print = print_text},
    {.word = "json", .raw = true, .print = print_json},
    {.word = "csv",
     .serves = has_rows,
     .lacks = N_("This command lists nothing: there is no CSV of it."),
     .print = print_csv},
    {.word = "html", .serves = has_report, .lacks = NO_REPORT, .print = print_html},
    {.word = "markdown", .serves = has_report, .lacks = NO_REPORT, .print = print_markdown},
    // Such a command writes its plan itself, page by page.
    {.word = "mspdi",
     .raw = true,
     .serves = has_plan,
     .lacks = N_("This command writes no plan: MS Project XML is there for okr plan export.")},
    {.word = NULL},
};

const struct writer *writer_named(const char *word)
{
    for (const struct writer *writer = writers; writer->word; writer++) {
        if (strcmp(writer->word, word) == 0)
            return writer;
    }
    return NULL;
}

const char *writer_words(struct cli *cli)
{
    const char *list = "";
    for (const struct writer *writer = writers; writer->word; writer++)
        list = cli_text(cli, "%s%s%s", list, list[0] ? ", " : "", writer->word);
    return list;
}

bool writer_is_text(const struct cli *cli)
{
    return !cli->writer || cli->writer == &writers[0];
}

bool writer_is_json(const struct cli *cli)
{
    return cli->writer && cli->writer->print == print_json;
}

int writer_check(struct cli *cli, const struct command *command)
{
    const struct writer *writer = cli->writer;
    if (cli->fields)
        return pick_check(cli, command);
    if (!writer->serves || writer->serves(command))
        return EXIT_DONE;
    return cli_usage_error(cli, "%s", _(writer->lacks));
}
