// monday: the weekly review of the plan: what asks for a decision, and the decisions.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/report/docket_line.h"
#include "client/cli/report/docket_report.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/report/holidays.h"
#include "client/cli/core/value.h"
#include "okr/v1/monday.pb-c.h"

static void show_comment(struct cli *cli, const Okr__DocketComment *comment)
{
    show_line(cli, "  %s %s %s", show_time(cli, comment->written_at), show_text(comment->author),
              show_in(cli, SHOW_FAINT, show_text(comment->key)));
    show_wrapped(cli, 4, show_text(comment->text));
}

static void show_docket(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Docket *docket = (const Okr__Docket *)reply;
    show_heading(cli, cli_text(cli, _("Monday review of %s"), show_week(cli, docket->week)));
    show_line(cli, "%s: %s, %s", _("Due"), show_text(docket->due_day), docket_state(cli, docket));
    const char *unknown =
        holidays_unknown(cli, docket->has_year_without_holidays, docket->year_without_holidays);
    if (unknown)
        show_wrapped(cli, 0, unknown);
    for (size_t i = 0; i < docket->n_lines; i++)
        docket_line_show(cli, docket->lines[i], i + 1);
    if (docket->open && docket->n_lines)
        show_wrapped(
            cli, 0,
            _("To decide: okr monday decide LINE... no-change|change-plan|add-people|other "
              "REASON"));
    if (docket->n_comments)
        show_heading(cli, _("Comments"));
    for (size_t i = 0; i < docket->n_comments; i++)
        show_comment(cli, docket->comments[i]);
}

static void show_decided(struct cli *cli, const ProtobufCMessage *reply)
{
    docket_line_show(cli, (const Okr__DocketLine *)reply, 0);
}

static void show_written(struct cli *cli, const ProtobufCMessage *reply)
{
    show_comment(cli, (const Okr__DocketComment *)reply);
}

static const Okr__Docket *docket_get(struct cli *cli, const char *week)
{
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    if (week) {
        week = request_week(cli, week);
        if (!week)
            return NULL;
        request.week = request_text(cli, week);
    }
    return (const Okr__Docket *)cli_call(cli, RPC_MONDAY_GET_DOCKET, &request.base);
}

// By its number, as the docket shows it, or by its key. NULL: that was said.
static const Okr__DocketLine *docket_find(struct cli *cli, const Okr__Docket *docket,
                                          const char *word)
{
    int64_t number;
    char folded[256];
    if (value_fold(word, folded, sizeof(folded)))
        word = cli_text(cli, "%s", folded);
    if (value_integer(word, &number) && number >= 1 && (uint64_t)number <= docket->n_lines)
        return docket->lines[number - 1];
    for (size_t i = 0; i < docket->n_lines; i++) {
        if (strcmp(show_text(docket->lines[i]->key), word) == 0)
            return docket->lines[i];
    }
    cli_local_error(cli, _("The docket of %s has no line \"%s\"; \"okr monday\" shows them."),
                    show_text(docket->week), word);
    cli->exit_code = EXIT_NOT_FOUND;
    return NULL;
}

static bool prepare_decide(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    Okr__DecideLineRequest *decide = (Okr__DecideLineRequest *)request;
    const Okr__Docket *docket = docket_get(cli, decide->week);
    const Okr__DocketLine *line = docket ? docket_find(cli, docket, args_text(args, "LINE")) : NULL;
    if (!line)
        return false;
    decide->week = docket->week;
    decide->key = line->key;
    return true;
}

static bool prepare_confirm(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    (void)args;
    Okr__DecideLineRequest *decide = (Okr__DecideLineRequest *)request;
    const Okr__Docket *docket = docket_get(cli, decide->week);
    if (!docket)
        return false;
    decide->week = docket->week;
    decide->key = request_text(cli, "");
    return true;
}

// A line that came back names the decision that it follows; a line of its own week is that
// decision.
static bool prepare_close(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    Okr__CloseFollowUpRequest *close = (Okr__CloseFollowUpRequest *)request;
    const Okr__Docket *docket = docket_get(cli, close->week);
    const Okr__DocketLine *line = docket ? docket_find(cli, docket, args_text(args, "LINE")) : NULL;
    if (!line)
        return false;
    close->week = line->since_key ? line->since_week : docket->week;
    close->key = line->since_key ? line->since_key : line->key;
    return true;
}

static bool prepare_comment(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    Okr__CommentDocketRequest *comment = (Okr__CommentDocketRequest *)request;
    if (!args_has(args, "--line"))
        return true;
    const Okr__Docket *docket = docket_get(cli, comment->week);
    const Okr__DocketLine *line =
        docket ? docket_find(cli, docket, args_text(args, "--line")) : NULL;
    if (!line)
        return false;
    comment->week = docket->week;
    comment->key = line->key;
    return true;
}

#define WEEK_PLACE                                                                                 \
    {                                                                                              \
        .name = "WEEK", .field = "week", .type = PARAM_WEEK, .flags = PARAM_OPTIONAL,              \
        .help = N_("absent: this week; also next, last")                                           \
    }
#define WEEK                                                                                       \
    {                                                                                              \
        .name = "--week", .field = "week", .type = PARAM_WEEK,                                     \
        .help = N_("absent: this week; also next, last")                                           \
    }
#define LINES                                                                                      \
    {                                                                                              \
        .name = "LINE", .flags = PARAM_EACH,                                                       \
        .help = N_("the line's key or its number, as \"okr monday\" prints them")                  \
    }
#define LINE                                                                                       \
    {                                                                                              \
        .name = "LINE", .help = N_("the line's key or its number, as \"okr monday\" prints them")  \
    }

static const struct command monday_commands[] = {
    {.verb = "",
     .example = "okr monday last",

     .help = N_("what asks for the program manager's decision this week"),
     CALLS(RPC_MONDAY_GET_DOCKET),
     PARAMS(WEEK_PLACE),
     .report = docket_report,
     .rows = "lines",
     .show = show_docket},
    {.verb = "show",
     .example = "okr monday show 2021-W07",

     .help = N_("the same"),
     CALLS(RPC_MONDAY_GET_DOCKET),
     PARAMS(WEEK_PLACE),
     .report = docket_report,
     .rows = "lines",
     .show = show_docket},
    {.verb = "decide",
     .example = "okr monday decide 1 add-people 'two weeks behind' --follow-up 'ask for a second "
                "reviewer' --follow-up-week next",

     .help = N_("decide a line of the docket"),
     CALLS(RPC_MONDAY_DECIDE_LINE),
     PARAMS(LINES,
            {.name = "DECISION",
             .field = "decision",
             .type = PARAM_ENUM,
             .choices = &okr__docket_decision__descriptor,
             .help = N_("the answer")},
            {.name = "REASON", .field = "reason", .help = N_("why")},
            {.name = "--follow-up",
             .field = "follow_up",
             .help = N_("what is to be done; it comes back until it is closed")},
            {.name = "--follow-up-week",
             .field = "follow_up_week",
             .type = PARAM_WEEK,
             .help = N_("when it comes back; absent: the week after")},
            WEEK),
     .prepare = prepare_decide,
     .versioned = true,
     .show = show_decided},
    {.verb = "confirm",
     .example = "okr monday confirm",

     .help = N_("confirm an empty docket: the plan stays as it is"),
     CALLS(RPC_MONDAY_DECIDE_LINE),
     PARAMS({.name = "REASON", .field = "reason", .flags = PARAM_OPTIONAL, .help = N_("why")},
            WEEK),
     .preset = "decision",
     .preset_value = OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE,
     .prepare = prepare_confirm,
     .versioned = true,
     .show = show_decided},
    {.verb = "close",
     .example = "okr monday close follow-up/3 'the reviewer has begun'",

     .help = N_("close a follow-up, with what came of it"),
     CALLS(RPC_MONDAY_CLOSE_FOLLOW_UP),
     PARAMS(LINE, {.name = "OUTCOME", .field = "outcome", .help = N_("what came of it")}, WEEK),
     .prepare = prepare_close,
     .versioned = true,
     .show = show_decided},
    {.verb = "comment",
     .example = "okr monday comment 'the index takes a week more' --line 2",

     .help = N_("comment on the docket, or on one of its lines"),
     CALLS(RPC_MONDAY_COMMENT_DOCKET),
     PARAMS({.name = "TEXT", .field = "text", .help = N_("the comment")},
            {.name = "--line",
             .help = N_("the line's key or its number, as \"okr monday\" prints them")},
            WEEK),
     .prepare = prepare_comment,
     .show = show_written},
    {.verb = NULL},
};
const struct noun noun_monday = {"monday", N_("the weekly review of the plan"), monday_commands};
