// okr-plan-sync: the agent that carries MS Project plans to okrd.
#include "client/plan_sync/plan_sync.h"

int main(int argc, char **argv)
{
    return plan_sync_main(argc, argv);
}
