// A project's week as it stands: goals, results, the look back, entries.
#include "client/cli/report/week_show.h"

#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/report/goal_line.h"
#include "okr/v1/week.pb-c.h"

static void show_entries(struct cli *cli, const Okr__ProjectWeek *week)
{
    if (week->n_entries)
        show_line(cli, "  %s", _("Entries"));
    for (size_t i = 0; i < week->n_entries; i++) {
        const Okr__Entry *entry = week->entries[i];
        show_line(cli, "    %s %s %s%s%s", show_id(cli, "E", entry->id),
                  show_time(cli, entry->written_at), show_text(entry->author),
                  entry->goal_id ? ", " : "",
                  entry->goal_id ? show_id(cli, "G", entry->goal_id) : "");
        show_wrapped(cli, 6, show_text(entry->text));
    }
}

static const char *state_of(struct cli *cli, const Okr__ProjectWeek *week)
{
    return cli_text(cli, "%s, %s", label_of(&okr__week_state__descriptor, (int)week->state),
                    label_of(&okr__timeliness__descriptor, (int)week->timeliness));
}

void week_show(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ProjectWeek *week = (const Okr__ProjectWeek *)reply;
    show_line(cli, "%s %s", show_in(cli, SHOW_BOLD, show_id(cli, "P", week->project_id)),
              show_text(week->project_name));
    show_line(cli, "  %s: %s", show_week(cli, week->week), state_of(cli, week));
    show_line(cli, "  %s: %s", _("Due"), show_time(cli, week->due_at));
    if (week->closed_at)
        show_line(cli, "  %s: %s, %s", _("Closed"), show_time(cli, week->closed_at),
                  show_text(week->closed_by));
    for (size_t i = 0; i < week->n_goals; i++)
        goal_line(cli, week->goals[i], 2);
    if (week->look_back && week->look_back[0]) {
        show_line(cli, "  %s", _("Look back"));
        show_wrapped(cli, 4, week->look_back);
    }
    show_entries(cli, week);
    if (week->n_next_goals)
        show_line(cli, "  %s", _("Next week"));
    for (size_t i = 0; i < week->n_next_goals; i++)
        goal_line(cli, week->next_goals[i], 2);
}
