// Which command has which format. What is printed is in csv.c and in the commands' reports.
#include "client/cli/export.h"

#include <string.h>
#include "client/cli/csv.h"
#include "client/cli/intl.h"
#include "client/cli/paper.h"
#include "common/rpc_method.h"

static const struct {
    const char *word;
    enum cli_format format;
} formats[] = {
    {"text", CLI_TEXT},         {"csv", CLI_CSV},     {"html", CLI_HTML},
    {"markdown", CLI_MARKDOWN}, {"mspdi", CLI_MSPDI},
};

bool export_format(struct cli *cli, const char *word)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].word, word) == 0) {
            cli->format = formats[i].format;
            return true;
        }
    }
    return false;
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

int export_check(struct cli *cli, const struct command *command)
{
    struct csv_rows rows;
    if (cli->format == CLI_CSV && !rows_of(command, &rows))
        return cli_usage_error(cli, _("This command lists nothing: there is no CSV of it."));
    if ((cli->format == CLI_HTML || cli->format == CLI_MARKDOWN) && !command->report)
        return cli_usage_error(cli, _("This command is no report: HTML and Markdown are there for "
                                      "okr board, okr monday and okr month show."));
    if (cli->format == CLI_MSPDI && !command->mspdi)
        return cli_usage_error(cli, _("This command writes no plan: MS Project XML is there for "
                                      "okr plan export."));
    return EXIT_DONE;
}

void export_print(struct cli *cli, const ProtobufCMessage *reply)
{
    struct csv_rows rows;
    if (cli->format == CLI_CSV) {
        if (rows_of(cli->command, &rows))
            csv_print(cli, reply, &rows);
        return;
    }
    struct paper paper = {.cli = cli, .html = cli->format == CLI_HTML};
    cli->command->report(&paper, reply);
}
