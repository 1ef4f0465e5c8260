// Tasks that may be former ones: a row for each candidate, and what an answer came to.
#include "client/cli/report/plan_question.h"

#include "client/cli/core/command.h"
#include "client/cli/core/intl.h"
#include "client/words/label.h"
#include "client/cli/core/show.h"
#include "common/table.h"
#include "okr/all.h"

static struct table *question_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Source"), TABLE_LEFT, 20);
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Task"), TABLE_LEFT, 0);
    table_column(table, _("Under"), TABLE_LEFT, 24);
    table_column(table, _("Maybe"), TABLE_RIGHT, 0);
    table_column(table, _("Which was"), TABLE_LEFT, 0);
    table_column(table, _("Under"), TABLE_LEFT, 24);
    table_column(table, _("Until version"), TABLE_RIGHT, 0);
    table_column(table, _("Id"), TABLE_LEFT, 12);
    table_column(table, _("The same are"), TABLE_LEFT, 0);
    return table;
}

static const char *evidence_text(struct cli *cli, const Okr__PlanCandidate *candidate)
{
    const char *text = "";
    for (size_t i = 0; i < candidate->n_evidence; i++) {
        const char *label = label_of(&okr__plan_evidence__descriptor, (int)candidate->evidence[i]);
        text = i ? cli_text(cli, _("%s, %s"), text, label) : label;
    }
    return text;
}

static void candidate_row(struct cli *cli, struct table *table, const Okr__PlanQuestion *question,
                          const Okr__PlanCandidate *candidate)
{
    table_cell(table, show_text(question->source));
    table_cellf(table, "%lld", (long long)question->task_uid);
    table_cell(table, show_text(question->task_name));
    table_cell(table, show_text(question->parent_name));
    table_cellf(table, "%lld", (long long)candidate->key);
    table_cell(table, show_text(candidate->task_name));
    table_cell(table, show_text(candidate->parent_name));
    table_cellf(table, "%lld", (long long)candidate->last_number);
    table_cell(table, candidate->project_id ? show_id(cli, "P", candidate->project_id) : "");
    table_cell(table, evidence_text(cli, candidate));
    table_row_end(table);
}

void show_plan_questions(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanQuestionList *list = (const Okr__PlanQuestionList *)reply;
    struct table *table = question_table();
    for (size_t i = 0; i < list->n_questions; i++)
        for (size_t k = 0; k < list->questions[i]->n_candidates; k++)
            candidate_row(cli, table, list->questions[i], list->questions[i]->candidates[k]);
    show_table(cli, table);
}

void show_plan_answer(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanQuestion *question = (const Okr__PlanQuestion *)reply;
    const char *name = show_text(question->task_name);
    if (question->is_new)
        show_line(cli, _("Task %lld (%s) is a new one."), (long long)question->task_uid, name);
    else
        show_line(cli, _("Task %lld (%s) is the former %lld; its project and its goals follow."),
                  (long long)question->task_uid, name, (long long)question->same_as_key);
    if (question->rebound)
        show_line(cli, _("It was bound anew meanwhile: that binding stands."));
}
