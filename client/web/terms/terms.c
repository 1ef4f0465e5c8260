#include "client/web/terms/terms.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/cli/core/csv.h"
#include "client/cli/core/writer.h"

enum { ANY_WIDTH = 1000 };

static void choose_language(bool japanese)
{
    static bool chosen;
    if (!chosen || intl_japanese() != japanese)
        intl_start(japanese ? "ja" : "en");
    chosen = true;
}

static void choose_zone(const char *time_zone)
{
    const char *now = getenv("TZ");
    if (!time_zone || !time_zone[0] || (now && strcmp(now, time_zone) == 0))
        return;
    setenv("TZ", time_zone, 1);
    tzset();
}

void terms_begin(struct cli *ret, struct arena *arena, FILE *out, bool japanese,
                 const char *time_zone)
{
    choose_language(japanese);
    choose_zone(time_zone);
    *ret = (struct cli){
        .out = out, .err = stderr, .arena = arena, .width = ANY_WIDTH, .writer = &writers[0]};
}

bool terms_csv(struct cli *cli, const ProtobufCMessage *reply)
{
    struct csv_rows rows;
    if (!csv_rows(reply->descriptor, NULL, &rows))
        return false;
    csv_print(cli, reply, &rows);
    return true;
}
