// audit: the log of every change, and whether its chain of hashes holds.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/did.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "okr/v1/audit.pb-c.h"

static const char *who(struct cli *cli, const Okr__AuditRow *row)
{
    if (row->agent)
        return cli_text(cli, "%s (%s)", show_text(row->actor), row->agent);
    return row->actor ? row->actor : _("nobody logged in");
}

static void show_audit(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__AuditList *list = (const Okr__AuditList *)reply;
    struct table *table = table_new();
    table_column(table, _("Revision"), TABLE_RIGHT, 0);
    table_column(table, _("When"), TABLE_LEFT, 24);
    table_column(table, _("Who"), TABLE_LEFT, 24);
    table_column(table, _("As"), TABLE_LEFT, 32);
    table_column(table, _("Did"), TABLE_LEFT, 0);
    table_column(table, _("To"), TABLE_LEFT, 0);
    for (size_t i = 0; i < list->n_rows; i++) {
        const Okr__AuditRow *row = list->rows[i];
        table_cellf(table, "%lld", (long long)row->revision);
        table_cell(table, show_time(cli, row->at));
        table_cell(table, who(cli, row));
        table_cell(table, label_of_word(show_text(row->role)));
        table_cell(table, did(cli, row->method));
        table_cell(table, show_text(row->resource));
        table_row_end(table);
    }
    show_table(cli, table);
    if (!list->more || list->n_rows < 2)
        return;
    if (list->rows[0]->revision < list->rows[1]->revision)
        show_line(cli, _("There are more: --oldest-first --after %lld"),
                  (long long)list->rows[list->n_rows - 1]->revision);
    else
        show_line(cli, _("There are older ones: --limit N, or --oldest-first"));
}

// What happened last is what is looked for; who goes through the log from a place on wants it in
// its order.
static bool prepare_list(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    struct arg newest = {.number = 1};
    if (args_has(args, "--oldest-first") || args_has(args, "--after"))
        return true;
    return request_set(cli, request, "newest_first", &newest);
}

static int say_broken(struct cli *cli, const Okr__AuditVerification *part)
{
    show_line(cli, _("The chain is broken at revision %lld: the log was changed."),
              (long long)part->broken_at);
    return cli->exit_code = EXIT_OTHER;
}

// As many calls as the log needs; the last reply is what --json prints.
static int run_verify(struct cli *cli, const struct args *args)
{
    Okr__VerifyAuditRequest request = OKR__VERIFY_AUDIT_REQUEST__INIT;
    if (!request_fill(cli, &request.base, args))
        return cli->exit_code;
    for (;;) {
        const Okr__AuditVerification *part =
            (const Okr__AuditVerification *)cli_call(cli, RPC_AUDIT_VERIFY_AUDIT, &request.base);
        if (!part)
            return cli->exit_code;
        bool broken = part->has_broken_at;
        if (!broken && part->more && part->checked_to > request.after_revision) {
            request.has_after_revision = 1;
            request.after_revision = part->checked_to;
            continue;
        }
        if (writer_is_json(cli)) {
            cli->exit_code = broken ? EXIT_OTHER : EXIT_DONE;
            return cli_show(cli, NULL, &part->base, NULL);
        }
        if (broken)
            return say_broken(cli, part);
        show_line(cli, _("The log is whole up to revision %lld."), (long long)part->checked_to);
        return EXIT_DONE;
    }
}

static const struct command audit_commands[] = {
    {.verb = "list",
     .example = "okr audit list --actor dave --limit 20",

     .help = N_("who changed what, when, in which role"),
     CALLS(RPC_AUDIT_LIST_AUDIT),
     PARAMS({.name = "--after",
             .field = "after_revision",
             .type = PARAM_INTEGER,
             .help = N_("only after this revision")},
            {.name = "--limit",
             .field = "limit",
             .type = PARAM_INTEGER,
             .help = N_("how many at most; absent: 100")},
            {.name = "--resource",
             .field = "resource",
             .help = N_("only this thing, such as goal/12")},
            {.name = "--actor", .field = "actor", .help = N_("only what this member did")},
            {.name = "--oldest-first",
             .type = PARAM_FLAG,
             .help = N_("from the beginning, or from --after on")}),
     .prepare = prepare_list,
     .show = show_audit},
    {.verb = "verify",
     .example = "okr audit verify",

     .help = N_("check that nothing was taken out of the log or changed in it"),
     CALLS(RPC_AUDIT_VERIFY_AUDIT),
     PARAMS({.name = "--after",
             .field = "after_revision",
             .type = PARAM_INTEGER,
             .help = N_("only after this revision")}),
     .run = run_verify},
    {.verb = NULL},
};
const struct noun noun_audit = {"audit", N_("the log of every change"), audit_commands};
