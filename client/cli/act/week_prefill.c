// The document of a week before anybody has written in it: goals, entries as notes, suggestions.
#include "client/cli/act/week_close.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/act/week_document.h"
#include "common/calendar.h"
#include "common/text.h"

#define NOTE_COLUMNS 80 // of an entry; the whole of it is in "okr week show"

// Everything in the document is one line; line breaks of entries become blanks.
static char *one_line(struct cli *cli, const char *text)
{
    char *copy = cli_text(cli, "%s", show_text(text));
    text_sanitize(copy);
    return copy;
}

static void add_line(struct cli *cli, char ***lines, size_t *count, const char *text)
{
    char **longer = cli_keep(cli, (*count + 1) * sizeof(**lines));
    if (*count)
        memcpy(longer, *lines, *count * sizeof(**lines));
    longer[(*count)++] = cli_text(cli, "%s", text);
    *lines = longer;
}

static void fill_goals(struct cli *cli, const Okr__ProjectWeek *week,
                       struct week_document *document)
{
    document->goals = cli_keep(cli, (week->n_goals + 1) * sizeof(*document->goals));
    for (size_t i = 0; i < week->n_goals; i++) {
        const Okr__Goal *goal = week->goals[i];
        if (goal->dropped)
            continue;
        struct week_goal *line = &document->goals[document->n_goals++];
        line->id = goal->id;
        line->text = one_line(cli, goal->text);
        line->mark = (enum week_mark)goal->result; // none, achieved, missed: the same three
        line->reason = goal->reason && goal->reason[0] ? one_line(cli, goal->reason) : NULL;
    }
}

static void fill_entries(struct cli *cli, const Okr__ProjectWeek *week,
                         struct week_document *document)
{
    for (size_t i = 0; i < week->n_entries; i++) {
        const Okr__Entry *entry = week->entries[i];
        const char *note =
            cli_text(cli, "%s %s: %s", show_text(entry->author), show_day(cli, entry->written_at),
                     show_short(cli, one_line(cli, entry->text), NOTE_COLUMNS));
        struct week_goal *goal = NULL;
        for (size_t j = 0; j < document->n_goals; j++) {
            if (document->goals[j].id == entry->goal_id)
                goal = &document->goals[j];
        }
        if (goal)
            add_line(cli, &goal->notes, &goal->n_notes, note);
        else
            add_line(cli, &document->week_notes, &document->n_week_notes, note);
    }
}

static void fill_next(struct cli *cli, const Okr__ProjectWeek *week, struct week_document *document)
{
    for (size_t i = 0; i < week->n_next_goals; i++)
        add_line(cli, &document->next_notes, &document->n_next_notes,
                 cli_text(cli, _("already set: G-%lld %s"), (long long)week->next_goals[i]->id,
                          one_line(cli, week->next_goals[i]->text)));
    add_line(cli, &document->next_notes, &document->n_next_notes,
             _("At least one goal, each on a line that begins with \"- \"."));
    if (week->n_next_tasks)
        add_line(cli, &document->next_notes, &document->n_next_notes,
                 _("Plan tasks of next week; take the > away to make one a goal:"));
    document->nexts = cli_keep(cli, (week->n_next_tasks + 1) * sizeof(*document->nexts));
    for (size_t i = 0; i < week->n_next_tasks; i++) {
        const Okr__PlanTask *task = week->next_tasks[i];
        document->nexts[document->n_nexts++] = (struct week_next){
            .text = one_line(cli, task->name),
            .source = task->source,
            .task_uid = task->uid,
            .hint = cli_text(cli, "%s %s %s", show_days(cli, task->start, task->finish),
                             show_percent(cli, (double)task->percent_complete),
                             show_words(cli, task->members, task->n_members)),
            .suggested = true,
        };
    }
}

static const char *week_after(struct cli *cli, const char *week)
{
    int32_t monday;
    char name[WEEK_SIZE];
    if (!week || !week_parse(week, &monday))
        return "";
    week_format(monday + 7, name);
    return show_week(cli, name);
}

char *week_close_prefill(struct cli *cli, const Okr__ProjectWeek *week)
{
    struct week_document document = {.project_id = week->project_id};
    document.title = one_line(cli, week->project_name);
    snprintf(document.week, sizeof(document.week), "%s", show_text(week->week));
    document.heading_this = cli_text(cli, _("This week, %s"), show_week(cli, week->week));
    document.heading_back = _("Look back");
    document.heading_next = cli_text(cli, _("Next week, %s"), week_after(cli, week->week));
    document.look_back = one_line(cli, week->look_back);
    add_line(cli, &document.intro, &document.n_intro,
             _("Mark each goal [o] achieved or [x] missed; below a missed one write why."));
    add_line(cli, &document.intro, &document.n_intro,
             _("Saving closes the week. Lines that begin with > are notes and are not sent."));
    add_line(cli, &document.intro, &document.n_intro,
             _("A new goal of this week stands on a line that begins with \"- \". Where no goal is "
               "marked yet, saving only sets the goals."));
    fill_goals(cli, week, &document);
    fill_entries(cli, week, &document);
    fill_next(cli, week, &document);
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory) {
        week_document_print(&document, memory);
        fclose(memory);
    }
    char *kept = cli_text(cli, "%s", text ? text : "");
    free(text);
    return kept;
}
