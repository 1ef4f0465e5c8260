// How questions about who a plan's task is are shown.
#ifndef OKR_CLIENT_CLI_REPORT_PLAN_QUESTION_H
#define OKR_CLIENT_CLI_REPORT_PLAN_QUESTION_H

#include "client/cli/core/cli.h"

void show_plan_questions(struct cli *cli, const ProtobufCMessage *reply);
void show_plan_answer(struct cli *cli, const ProtobufCMessage *reply);

#endif
