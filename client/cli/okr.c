#include "client/cli/okr.h"

#include "client/cli/line/run.h"
#include "client/cli/noun/nouns.h"

int okr_run(int argc, char **argv, FILE *out, FILE *err)
{
    return line_run(nouns, argc, argv, out, err);
}
