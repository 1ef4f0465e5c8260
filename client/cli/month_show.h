// A month's evaluation as a page: the verdict of each KR in words, the three questions with their
// evidence, then the actions. It must not ask the server.
#ifndef OKR_CLIENT_CLI_MONTH_SHOW_H
#define OKR_CLIENT_CLI_MONTH_SHOW_H

#include "client/cli/cli.h"
#include "okr/v1/evaluation.pb-c.h"

void month_show(struct cli *cli, const ProtobufCMessage *evaluation);
void month_show_action(struct cli *cli, const Okr__EvaluationAction *action);

#endif
