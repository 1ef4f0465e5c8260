// A month's evaluation as a page: the verdict of each KR in words, the three questions with their
// evidence, then the actions. It must not ask the server.
#ifndef OKR_CLIENT_CLI_REPORT_MONTH_SHOW_H
#define OKR_CLIENT_CLI_REPORT_MONTH_SHOW_H

#include "client/cli/core/cli.h"
#include "client/cli/core/show.h"
#include "okr/v1/evaluation.pb-c.h"

void month_show(struct cli *cli, const ProtobufCMessage *evaluation);
void month_show_action(struct cli *cli, const Okr__EvaluationAction *action);

// The words of its pieces, for a report as well. Texts live as long as the run.
Okr__Verdict month_counts(const Okr__KrEvaluation *kr); // the one that was put above, if any
enum show_colour month_verdict_colour(Okr__Verdict verdict);
const char *month_why(struct cli *cli, const Okr__KrEvaluation *kr);
const char *month_target(struct cli *cli, const Okr__KrEvaluation *kr);
const char *month_content_answer(struct cli *cli, const Okr__KrEvaluation *kr);
const char *month_execution_answer(const Okr__KrEvaluation *kr);
const char *month_evidence(struct cli *cli, const Okr__KrEvaluation *kr, size_t i);
const char *month_limits(struct cli *cli, const Okr__ProcessLimits *limits); // "": there are none
const char *month_action(struct cli *cli, const Okr__EvaluationAction *action);
const char *month_outcome(struct cli *cli, const Okr__EvaluationAction *action);
// Who prepared and who signed it; "" where there is nothing more to say.
void month_state(struct cli *cli, const Okr__Evaluation *evaluation, const char *ret[2]);

#endif
