// What `okr project goals` shares with `okr trial`: weekly goals as a practice on trial.
#ifndef OKR_CLIENT_CLI_NOUN_TRIAL_H
#define OKR_CLIENT_CLI_NOUN_TRIAL_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// Reads "on" or "off" out of the argument PRACTICE. False: it is neither, and that was said.
bool trial_prepare_practice(struct cli *cli, const struct args *args, ProtobufCMessage *request);
void trial_show_practice(struct cli *cli, const ProtobufCMessage *reply);

#endif
