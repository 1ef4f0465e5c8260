#include "client/cli/okr.h"

int main(int argc, char **argv)
{
    return okr_run(argc, argv, stdout, stderr);
}
