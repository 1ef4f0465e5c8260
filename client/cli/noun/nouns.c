// The list of nouns, in the order in which the help shows them.
#include "client/cli/noun/nouns.h"

const struct noun *const nouns[] = {
    &noun_me,     &noun_board,   &noun_week,        &noun_goal,
    &noun_entry,  &noun_monday,  &noun_quarter,     &noun_objective,
    &noun_kr,     &noun_measure, &noun_sufficiency, &noun_project,
    &noun_plan,   &noun_ev,      &noun_load,        &noun_agent,
    &noun_login,  &noun_logout,  &noun_whoami,      &noun_can,
    &noun_member, &noun_role,    &noun_token,       &noun_settings,
    &noun_admin,  &noun_month,   &noun_audit,       &noun_watch,
    &noun_server, &noun_roadmap, &noun_coverage,    &noun_trace,
    &noun_why,    &noun_holiday, &noun_side,        &noun_adherence,
    &noun_trial,  &noun_todo,    &noun_changes,     &noun_completion,
    NULL,
};
