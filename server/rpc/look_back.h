// The first rounds of a read of the past: which revision it was, and what the settings were then.
#ifndef OKR_SERVER_RPC_LOOK_BACK_H
#define OKR_SERVER_RPC_LOOK_BACK_H

#include "server/call/route.h"

// Asks which revision the call's as_of means; then its handler starts.
void look_back(struct call *call);

#endif
