// How a weekly goal looks: achieved or missed, nothing between (R36).
#include "client/cli/report/goal_line.h"

#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

const char *goal_mark(struct cli *cli, const Okr__Goal *goal)
{
    if (goal->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED)
        return show_in(cli, SHOW_GOOD, "[o]");
    if (goal->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED)
        return show_in(cli, SHOW_BAD, "[x]");
    return "[ ]";
}

void goal_line(struct cli *cli, const Okr__Goal *goal, int indent)
{
    show_line(cli, "%*s%s %s %s%s", indent, "", goal_mark(cli, goal), show_id(cli, "G", goal->id),
              show_text(goal->text), goal->dropped ? _(" (dropped)") : "");
    if (goal->reason && goal->reason[0])
        show_wrapped(cli, indent + 4, cli_text(cli, "%s: %s", _("Reason"), goal->reason));
}
