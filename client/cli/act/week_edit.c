// Closing a week in the editor: the document is made, written in, sent, and opened again where it
// was refused.
#include "client/cli/act/week_close.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/act/week_document.h"
#include "client/cli/act/week_request.h"
#include "client/cli/act/week_submit.h"
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "client/cli/term/editor.h"

// Told before anything is written, not after: the server refuses it to everybody else.
static bool leads(struct cli *cli, const Okr__ProjectWeek *week)
{
    const char *lead = show_text(week->lead);
    if (!cli->handle || strcmp(lead, cli->handle) == 0)
        return true;
    cli_local_error(cli, _("Only its lead closes the week of P-%lld: %s."),
                    (long long)week->project_id, lead[0] ? lead : _("none"));
    cli->exit_code = EXIT_DENIED;
    return false;
}

static const char *draft_name(struct cli *cli, const Okr__ProjectWeek *week)
{
    return cli_text(cli, "week-P-%lld-%s", (long long)week->project_id, week->week);
}

// A draft of ours that was gone on with: what came of it is in a newer one, or was sent.
static void forget_draft(struct cli *cli, const char *draft)
{
    const char *folder = editor_drafts(cli);
    if (draft && strncmp(draft, folder, strlen(folder)) == 0)
        unlink(draft);
}

// Where somebody is there, the editor opens again on what was typed; else the draft is kept.
static bool again(struct cli *cli)
{
    char answer[16] = "q";
    return cli->ask &&
           cli->ask(cli, _("Enter opens the editor again, q leaves: "), answer, sizeof(answer)) &&
           answer[0] != 'q';
}

static int keep_draft(struct cli *cli, const Okr__ProjectWeek *week, const char *path, int code)
{
    if (!writer_is_json(cli)) {
        fprintf(cli->err, _("What you wrote is kept in %s."), path);
        // On a terminal the draft is found again.
        const char *file = cli->ask ? "" : cli_text(cli, " --file %s", path);
        fprintf(cli->err, "\n%s\n  okr week edit P-%lld --week %s%s\n", _("To go on with it:"),
                (long long)week->project_id, week->week, file);
    }
    return code;
}

static int say_nothing_sent(struct cli *cli, const char *path)
{
    unlink(path);
    show_line(cli, "%s", _("Nothing was changed, and nothing was sent."));
    return EXIT_DONE;
}

static int edit_and_submit(struct cli *cli, const Okr__ProjectWeek *week, char *given,
                           const char *draft)
{
    char *fresh = week_close_prefill(cli, week);
    char *text = given ? given : fresh;
    for (;;) {
        const char *path = NULL;
        text = editor_run(cli, draft_name(cli, week), text, &path);
        if (!text)
            return cli->exit_code;
        if (strcmp(text, fresh) == 0 || week_document_is_empty(text))
            return say_nothing_sent(cli, path);
        forget_draft(cli, draft);
        cli->exit_code = EXIT_DONE;
        int code = week_submit_text(cli, path, &text, week);
        if (code == EXIT_DONE) {
            unlink(path);
            return code;
        }
        editor_write(path, text);
        draft = path;
        if (!again(cli))
            return keep_draft(cli, week, path, code);
        week = week_get(cli, week->project_id, week->week, true);
        if (!week)
            return cli->exit_code;
    }
}

// Whether the server would take it, before anything is written.
static bool may_close(struct cli *cli, const Okr__ProjectWeek *week)
{
    if (week->state == OKR__WEEK_STATE__WEEK_STATE_CLOSED) {
        cli_local_error(cli, _("The week %s is closed already."), show_week(cli, week->week));
        cli->exit_code = EXIT_WRONG_STATE;
        return false;
    }
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = week->project_id;
    request.week = week->week;
    return leads(cli, week) && cli_call(cli, RPC_WEEK_CHECK_CLOSING, &request.base);
}

// A draft that was left: gone on with, if that is wanted.
static const char *left_draft(struct cli *cli, const Okr__ProjectWeek *week)
{
    char answer[16] = "n";
    const char *path = editor_draft_of(cli, draft_name(cli, week));
    if (!path)
        return NULL;
    if (!cli->ask) {
        show_aside(cli, 0, cli_text(cli, _("A draft of it is there: --file %s"), path));
        return NULL;
    }
    const char *question = _("A draft of it was left. Go on with it? [Y/n] ");
    return cli->ask(cli, question, answer, sizeof(answer)) && answer[0] != 'n' ? path : NULL;
}

int week_edit_run(struct cli *cli, const struct args *args)
{
    const Okr__ProjectWeek *week = week_read(cli, args, true);
    if (!week || !may_close(cli, week))
        return cli->exit_code;
    const char *draft = args_text(args, "--file");
    if (!draft)
        draft = left_draft(cli, week);
    char *given = draft ? editor_read(cli, draft) : NULL;
    if (draft && !given)
        return cli_local_error(cli, _("%s cannot be read: %s"), draft, strerror(errno));
    return edit_and_submit(cli, week, given, draft);
}
