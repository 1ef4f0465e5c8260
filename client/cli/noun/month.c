// month: the monthly evaluation: prepared, overridden, noted on, signed. The page itself is
// month_show.c.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/report/month_report.h"
#include "client/cli/report/month_show.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "okr/v1/evaluation.pb-c.h"

static void show_action(struct cli *cli, const ProtobufCMessage *reply)
{
    month_show_action(cli, (const Okr__EvaluationAction *)reply);
}

static void show_factor(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ExternalFactor *factor = (const Okr__ExternalFactor *)reply;
    show_line(cli, "%s  %s  %s", show_id(cli, "KR", factor->kr_id), show_text(factor->day),
              show_text(factor->text));
}

static void show_comment(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__EvaluationComment *comment = (const Okr__EvaluationComment *)reply;
    show_line(cli, "%s  %s", show_time(cli, comment->written_at), show_text(comment->author));
    show_wrapped(cli, 4, show_text(comment->text));
}

static void show_verification(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__EvaluationVerification *found = (const Okr__EvaluationVerification *)reply;
    if (found->snapshot_intact)
        show_line(cli, _("%s: the snapshot is the one that was recorded (%s)."),
                  show_text(found->month), show_text(found->snapshot_hash));
    else
        show_line(cli, "%s",
                  show_in(cli, SHOW_BAD,
                          cli_text(cli, _("%s: the snapshot is NOT the one that was recorded."),
                                   show_text(found->month))));
    if (found->same)
        show_line(cli, _("Computed again from it, every verdict is the same."));
    else
        show_line(cli, "%s %s",
                  show_in(cli, SHOW_BAD, _("Computed again from it, verdicts differ:")),
                  show_ids(cli, "KR", found->differing_krs, found->n_differing_krs));
    if (!found->snapshot_intact || !found->same)
        cli->exit_code = EXIT_OTHER;
}

// An action is closed as done unless it was given up.
static bool prepare_close(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    struct arg done = {.number = !args_has(args, "--given-up")};
    return request_set(cli, request, "done", &done);
}

#define MONTH                                                                                      \
    {                                                                                              \
        .name = "MONTH", .field = "month", .type = PARAM_MONTH, .help = N_("a month: 2021-02")     \
    }
#define ONE_MONTH                                                                                  \
    {                                                                                              \
        .name = "MONTH", .field = "month", .type = PARAM_MONTH, .flags = PARAM_OPTIONAL,           \
        .help = N_("a month: 2021-02; absent: last month")                                         \
    }

static const struct command month_commands[] = {
    {.verb = "show",
     .help = N_("a month's evaluation: each KR's verdict with its evidence, then the actions"),
     CALLS(RPC_EVALUATION_GET_EVALUATION),
     PARAMS(ONE_MONTH),
     .example = "okr month show 2026-10",
     .report = month_report,
     .rows = "krs",
     .show = month_show},
    {.verb = "prepare",
     .help = N_("freeze what a month is judged by; again until it is signed"),
     CALLS(RPC_EVALUATION_PREPARE_EVALUATION),
     PARAMS(MONTH),
     .versioned = true,
     .example = "okr month prepare 2026-10",
     .show = month_show},
    {.verb = "override",
     .help = N_("put another verdict on a KR, with the reason"),
     CALLS(RPC_EVALUATION_OVERRIDE_VERDICT),
     PARAMS(MONTH, {.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")},
            {.name = "VERDICT",
             .field = "verdict",
             .type = PARAM_ENUM,
             .flags = PARAM_OPTIONAL,
             .choices = &okr__verdict__descriptor,
             .help = N_("absent: the override is taken away")},
            {.name = "--reason", .field = "reason", .help = N_("why")}),
     .versioned = true,
     .example = "okr month override 2026-10 KR-2 on-track --reason 'sales closed for two weeks'",
     .show = month_show},
    {.verb = "factor",
     .help = N_("note an external factor on a KR's time line"),
     CALLS(RPC_EVALUATION_ADD_FACTOR),
     PARAMS(
         {.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")},
         {.name = "TEXT", .field = "text", .help = N_("what happened")},
         {.name = "--day", .field = "day", .type = PARAM_DAY, .help = N_("when; absent: today")}),
     .example = "okr month factor KR-2 'campaign ended' --day 2026-10-12",
     .show = show_factor},
    {.verb = "action",
     .help = N_("add an action that the evaluation ends in"),
     CALLS(RPC_EVALUATION_ADD_ACTION),
     PARAMS(MONTH, {.name = "TEXT", .field = "text", .help = N_("what is to be done")},
            {.name = "--due",
             .field = "due",
             .type = PARAM_DAY,
             .flags = PARAM_REQUIRED,
             .help = N_("by when")},
            {.name = "--owner",
             .field = "owner_role",
             .flags = PARAM_REQUIRED,
             .help = N_("the role that sees to it: dev-lead")}),
     .example = "okr month action 2026-10 'split KR-2' --due 2026-11-20 --owner pdm",
     .show = show_action},
    {.verb = "close-action",
     .help = N_("say what became of an action"),
     CALLS(RPC_EVALUATION_CLOSE_ACTION),
     PARAMS({.name = "ACTION", .field = "id", .type = PARAM_ACTION, .help = N_("its id: V-12")},
            {.name = "OUTCOME", .field = "outcome", .help = N_("what became of it")},
            {.name = "--given-up", .type = PARAM_FLAG, .help = N_("it was not done")}),
     .versioned = true,
     .prepare = prepare_close,
     .example = "okr month close-action V-3 'KR-2 is split'",
     .show = show_action},
    {.verb = "comment",
     .help = N_("comment on a month's evaluation"),
     CALLS(RPC_EVALUATION_COMMENT_EVALUATION),
     PARAMS(MONTH, {.name = "TEXT", .field = "text", .help = N_("the comment")}),
     .example = "okr month comment 2026-10 'index work pays off'",
     .show = show_comment},
    {.verb = "sign",
     .help = N_("sign a prepared month; it does not change any more"),
     .ends = N_("It will be signed: its verdicts and what they rest on do not change any more."),
     CALLS(RPC_EVALUATION_SIGN_EVALUATION),
     PARAMS(MONTH),
     .versioned = true,
     .example = "okr month sign 2026-10",
     .show = month_show},
    {.verb = "verify",
     .help = N_("compute a prepared month's verdicts again, from its snapshot alone"),
     CALLS(RPC_EVALUATION_VERIFY_EVALUATION),
     PARAMS(ONE_MONTH),
     .example = "okr month verify 2026-10",
     .show = show_verification},
    {.verb = NULL},
};
const struct noun noun_month = {"month", N_("the monthly evaluation: plan or execution?"),
                                month_commands};
