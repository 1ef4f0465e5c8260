// side: the monthly review of side projects.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "okr/v1/review.pb-c.h"

static struct table *line_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Rank"), TABLE_RIGHT, 0);
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("State"), TABLE_LEFT, 24);
    table_column(table, _("Progress"), TABLE_RIGHT, 0);
    table_column(table, _("Projected end"), TABLE_LEFT, 24);
    table_column(table, _("Decision"), TABLE_LEFT, 24);
    table_column(table, _("Why"), TABLE_LEFT, 0);
    return table;
}

static const char *decision_of(struct cli *cli, const Okr__SideReviewLine *line)
{
    if (!line->has_decision)
        return "-";
    const char *word = label_of(&okr__side_decision__descriptor, (int)line->decision);
    return line->has_rank ? cli_text(cli, "%s (%d)", word, line->rank) : word;
}

static void line_row(struct cli *cli, struct table *table, const Okr__SideReviewLine *line)
{
    const Okr__Project *project = line->project;
    const Okr__Progress *progress = project->progress;
    table_cell(table, show_id(cli, "P", project->id));
    table_cell(table, project->rank ? cli_text(cli, "%d", project->rank) : "-");
    table_cell(table, show_text(project->name));
    table_cell(table, label_of(&okr__project_state__descriptor, (int)project->state));
    table_cell(table,
               progress && progress->has_percent ? show_percent(cli, progress->percent) : "-");
    table_cell(table, line->projected_finish ? show_day(cli, line->projected_finish) : "-");
    table_cell(table, decision_of(cli, line));
    table_cell(table, show_text(line->reason));
    table_row_end(table);
}

static void show_side_line(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__SideReviewLine *line = (const Okr__SideReviewLine *)reply;
    if (!line->project)
        return;
    struct table *table = line_table();
    line_row(cli, table, line);
    show_table(cli, table);
}

static void show_overall(struct cli *cli, const Okr__SideReview *review)
{
    if (!review->has_percent) {
        show_line(cli, "%s", _("No side project has planned work yet."));
        return;
    }
    show_line(cli, _("Side projects: %s by planned work, plain mean %s, target %s"),
              show_in(cli, SHOW_BOLD, show_percent(cli, review->percent)),
              show_percent(cli, review->mean_percent), show_percent(cli, review->target_percent));
    if (review->has_projected_percent)
        show_line(cli, _("At the quarter's end, at the pace so far: %s"),
                  show_percent(cli, review->projected_percent));
}

static void show_displacements(struct cli *cli, const Okr__SideReview *review)
{
    if (review->n_displacements)
        show_heading(cli, _("Taken in as urgent, and what it displaced"));
    for (size_t i = 0; i < review->n_displacements; i++) {
        const Okr__Displacement *one = review->displacements[i];
        show_line(cli, "  %s  %s  %s -> %s", show_time(cli, one->decided_at),
                  show_text(one->decided_by), show_id(cli, "P", one->project_id),
                  show_ids(cli, "P", one->displaces, one->n_displaces));
        show_wrapped(cli, 6, show_text(one->reason));
    }
}

static void show_side_comment(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__SideComment *comment = (const Okr__SideComment *)reply;
    show_line(cli, "  %s  %s", show_time(cli, comment->written_at), show_text(comment->author));
    show_wrapped(cli, 6, show_text(comment->text));
}

static void show_review(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__SideReview *review = (const Okr__SideReview *)reply;
    show_heading(cli, cli_text(cli, _("Side review %s (%s)"), show_text(review->month),
                               show_text(review->quarter)));
    show_overall(cli, review);
    struct table *table = line_table();
    for (size_t i = 0; i < review->n_lines; i++)
        line_row(cli, table, review->lines[i]);
    show_table(cli, table);
    show_displacements(cli, review);
    if (review->n_comments)
        show_heading(cli, _("Comments"));
    for (size_t i = 0; i < review->n_comments; i++)
        show_side_comment(cli, &review->comments[i]->base);
    if (review->reviewed)
        show_line(cli, "%s", show_in(cli, SHOW_GOOD, _("Reviewed: each line has a decision.")));
    else if (review->open)
        show_line(
            cli, "%s",
            show_in(cli, SHOW_BAD, cli_text(cli, _("Lines without a decision: %d"), review->open)));
    if (review->open)
        show_wrapped(cli, 0,
                     cli_text(cli,
                              _("To decide: okr side decide PROJECT keep|rerank|drop|take-in "
                                "REASON --month %s"),
                              show_text(review->month)));
}

// Without a month it is the one whose review the server shows.
static bool prepare_decide(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    if (args_has(args, "--month"))
        return true;
    Okr__GetSideReviewRequest get = OKR__GET_SIDE_REVIEW_REQUEST__INIT;
    const Okr__SideReview *review =
        (const Okr__SideReview *)cli_call(cli, RPC_REVIEW_GET_SIDE_REVIEW, &get.base);
    struct arg month = {.text = review ? review->month : NULL};
    return review && request_set(cli, request, "month", &month);
}

static bool drops(const struct args *args)
{
    return args_find(args, "DECISION")->number == OKR__SIDE_DECISION__SIDE_DECISION_DROP;
}

#define MONTH(name_, flags_)                                                                       \
    {                                                                                              \
        .name = name_, .field = "month", .type = PARAM_MONTH, .flags = flags_,                     \
        .help = N_("like 2021-02; absent: this month")                                             \
    }
#define SHOWS                                                                                      \
    .help = N_("the side projects, what was decided on them, and where they stand"),               \
    CALLS(RPC_REVIEW_GET_SIDE_REVIEW), PARAMS(MONTH("MONTH", PARAM_OPTIONAL)), .rows = "lines",    \
    .show = show_review

static const struct command side_commands[] = {
    {.verb = "", .example = "okr side", SHOWS},
    {.verb = "show", .example = "okr side show 2026-11", SHOWS},
    {.verb = "decide",
     .example = "okr side decide P-3 keep 'half done, and still wanted'",

     .help = N_("decide on one side project; what is decided happens to the project too"),
     CALLS(RPC_REVIEW_DECIDE_SIDE),
     PARAMS({.name = "PROJECT",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .flags = PARAM_EACH,
             .help = N_("its id: P-12")},
            {.name = "DECISION",
             .field = "decision",
             .type = PARAM_ENUM,
             .choices = &okr__side_decision__descriptor,
             .help = N_("keep, rerank (with --rank), drop, or take-in")},
            {.name = "REASON", .field = "reason", .help = N_("why")},
            {.name = "--rank",
             .field = "rank",
             .type = PARAM_INTEGER,
             .help = N_("its new place; 1 is first")},
            MONTH("--month", 0)),
     .ends = N_("The project is dropped with it: it stays visible as dropped, and has no weeks any "
                "more."),
     .ends_if = drops,
     .prepare = prepare_decide,
     .versioned = true,
     .show = show_side_line},
    {.verb = "comment",
     .example = "okr side comment 'The index rebuild would help P-4 too'",

     .help = N_("comment on a month's review"),
     CALLS(RPC_REVIEW_COMMENT_SIDE_REVIEW),
     PARAMS({.name = "TEXT", .field = "text", .help = N_("the comment")}, MONTH("--month", 0)),
     .show = show_side_comment},
    {.verb = NULL},
};
const struct noun noun_side = {"side", N_("the monthly review of side projects"), side_commands};
