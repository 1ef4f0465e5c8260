// See the header.
#include "client/cli/report/holidays.h"

#include "client/cli/core/intl.h"

const char *holidays_unknown(struct cli *cli, bool has, int year)
{
    if (!has)
        return NULL;
    return cli_text(cli,
                    _("No holiday of %d is known: a day that is due may be one. The admin enters "
                      "them: okr holiday import FILE"),
                    year);
}
