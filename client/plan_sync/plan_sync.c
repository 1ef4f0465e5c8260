#include "client/plan_sync/plan_sync.h"

int plan_sync_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 2;
}
