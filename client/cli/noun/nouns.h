// The rows of the command table: one noun a file, which only this list names. A noun may use
// reports, acts and the machinery of core; no two nouns know each other, and nothing below knows
// any.
#ifndef OKR_CLIENT_CLI_NOUN_NOUNS_H
#define OKR_CLIENT_CLI_NOUN_NOUNS_H

#include "client/cli/core/command.h"

extern const struct noun *const nouns[]; // ends with NULL

extern const struct noun noun_me, noun_board, noun_week, noun_goal, noun_entry;
extern const struct noun noun_monday, noun_quarter, noun_objective, noun_kr, noun_measure;
extern const struct noun noun_sufficiency, noun_project, noun_plan, noun_ev, noun_load;
extern const struct noun noun_agent, noun_login, noun_logout, noun_whoami, noun_can;
extern const struct noun noun_member, noun_role, noun_token, noun_settings, noun_admin;
extern const struct noun noun_month, noun_audit, noun_watch, noun_server, noun_roadmap;
extern const struct noun noun_coverage, noun_trace, noun_why, noun_holiday, noun_side;
extern const struct noun noun_adherence, noun_trial, noun_todo, noun_changes;
extern const struct noun noun_completion;

#endif
