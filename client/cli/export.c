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
    {"text", CLI_TEXT},
    {"csv", CLI_CSV},
    {"html", CLI_HTML},
    {"markdown", CLI_MARKDOWN},
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
static const ProtobufCFieldDescriptor *rows_of(const struct command *command)
{
    if (command->run || !command->methods)
        return NULL;
    const struct rpc_method *method = &rpc_methods[command->methods[0]];
    if (method->effect != OKR__EFFECT__EFFECT_READ)
        return NULL;
    return csv_rows(method->reply, command->rows);
}

int export_check(struct cli *cli, const struct command *command)
{
    if (cli->format == CLI_CSV && !rows_of(command))
        return cli_usage_error(cli, _("This command lists nothing: there is no CSV of it."));
    if ((cli->format == CLI_HTML || cli->format == CLI_MARKDOWN) && !command->report)
        return cli_usage_error(cli, _("This command is no report: HTML and Markdown are there for "
                                      "okr board, okr monday and okr month show."));
    return EXIT_DONE;
}

void export_print(struct cli *cli, const ProtobufCMessage *reply)
{
    if (cli->format == CLI_CSV) {
        csv_print(cli, reply, rows_of(cli->command));
        return;
    }
    struct paper paper = {.cli = cli, .html = cli->format == CLI_HTML};
    cli->command->report(&paper, reply);
}
