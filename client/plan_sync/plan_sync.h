// The agent's commands, as a function so that tests can link it.
#ifndef OKR_CLIENT_PLAN_SYNC_H
#define OKR_CLIENT_PLAN_SYNC_H

int plan_sync_main(int argc, char **argv);

#endif
