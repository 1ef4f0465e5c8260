#include "client/cli/act/doubt.h"

#include <math.h>
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/quarter.pb-c.h"

const char *doubt_far(struct cli *cli, const struct args *args, double value)
{
    Okr__GetKeyResultRequest get = OKR__GET_KEY_RESULT_REQUEST__INIT;
    get.has_id = 1;
    get.id = args_find(args, "KR")->number;
    const Okr__KeyResult *kr =
        (const Okr__KeyResult *)cli_call(cli, RPC_QUARTER_GET_KEY_RESULT, &get.base);
    double way = kr ? fabs(kr->target - kr->start) : 0;
    if (way == 0 || fabs(value - kr->start) <= 10 * way)
        return NULL;
    return cli_text(cli, _("%s goes from %s to %s %s: %s is more than ten times that way."),
                    show_id(cli, "KR", kr->id), show_number(cli, kr->start),
                    show_number(cli, kr->target), show_text(kr->unit), show_number(cli, value));
}
