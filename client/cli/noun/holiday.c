// holiday: the days that move the due day of a Monday review. A file has lines "YYYY-MM-DD name";
// each year that occurs in it is replaced as a whole.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/term/editor.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "okr/v1/monday.pb-c.h"

static void show_list(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__HolidayList *list = (const Okr__HolidayList *)reply;
    struct table *table = table_new();
    table_column(table, _("Day"), TABLE_LEFT, 24);
    table_column(table, _("Name"), TABLE_LEFT, 0);
    for (size_t i = 0; i < list->n_holidays; i++) {
        table_cell(table, show_text(list->holidays[i]->day));
        table_cell(table, show_text(list->holidays[i]->name));
        table_row_end(table);
    }
    show_table(cli, table);
}

// ---- import ------------------------------------------------------------------------------------

struct file {
    Okr__Holiday *days;
    size_t n;
};

// "2027-01-01 元日"; false: it has said what is wrong.
static bool read_line(struct cli *cli, char *line, size_t number, Okr__Holiday *ret)
{
    char day[11];
    size_t length = strcspn(line, " \t,");
    char *name = line + length + strspn(line + length, " \t,");
    size_t end = strlen(name);
    while (end > 0 && isspace((unsigned char)name[end - 1]))
        name[--end] = '\0';
    line[length] = '\0';
    if (!value_day(line, day) || !*name) {
        cli_usage_error(cli, _("Line %zu is no holiday; write it like: 2027-01-01 New Year's Day"),
                        number);
        return false;
    }
    okr__holiday__init(ret);
    ret->day = request_text(cli, day);
    ret->name = name;
    return true;
}

static bool read_file(struct cli *cli, const char *path, struct file *ret)
{
    char *text = editor_read(cli, path);
    if (!text) {
        cli_local_error(cli, "%s: %s", path, strerror(errno));
        return false;
    }
    size_t lines = 1;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    *ret = (struct file){.days = cli_keep(cli, lines * sizeof(*ret->days))};
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    for (size_t number = 1; text; number++) {
        char *line = strsep(&text, "\n");
        line += strspn(line, " \t\r");
        if (!*line || *line == '#')
            continue;
        if (!read_line(cli, line, number, &ret->days[ret->n]))
            return false;
        ret->n++;
    }
    if (ret->n == 0)
        cli_usage_error(cli, _("%s holds no holiday."), path);
    return ret->n > 0;
}

static int year_of(const Okr__Holiday *day)
{
    return (int)strtol(day->day, NULL, 10);
}

// All of the file's days of one year.
static const Okr__HolidayList *replace(struct cli *cli, const struct file *file, int year)
{
    Okr__ReplaceHolidaysRequest request = OKR__REPLACE_HOLIDAYS_REQUEST__INIT;
    request.has_year = 1;
    request.year = year;
    request.holidays = cli_keep(cli, file->n * sizeof(Okr__Holiday *));
    for (size_t i = 0; i < file->n; i++) {
        if (year_of(&file->days[i]) == year)
            request.holidays[request.n_holidays++] = &file->days[i];
    }
    return (const Okr__HolidayList *)cli_call(cli, RPC_MONDAY_REPLACE_HOLIDAYS, &request.base);
}

static bool seen_before(const struct file *file, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (year_of(&file->days[k]) == year_of(&file->days[i]))
            return true;
    }
    return false;
}

static int import_run(struct cli *cli, const struct args *args)
{
    struct file file;
    Okr__HolidayList all = OKR__HOLIDAY_LIST__INIT;
    if (!read_file(cli, args_text(args, "FILE"), &file))
        return cli->exit_code;
    all.holidays = cli_keep(cli, file.n * sizeof(Okr__Holiday *));
    for (size_t i = 0; i < file.n; i++) {
        if (seen_before(&file, i))
            continue;
        const Okr__HolidayList *list = replace(cli, &file, year_of(&file.days[i]));
        if (!list)
            return cli->exit_code;
        for (size_t k = 0; k < list->n_holidays && all.n_holidays < file.n; k++)
            all.holidays[all.n_holidays++] = list->holidays[k];
    }
    return cli_show(cli, NULL, &all.base, show_list);
}

static const struct command holiday_commands[] = {
    {.verb = "list",
     .example = "okr holiday list 2027",

     .help = N_("the holidays of a year"),
     CALLS(RPC_MONDAY_LIST_HOLIDAYS),
     PARAMS({.name = "YEAR",
             .field = "year",
             .type = PARAM_INTEGER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: this year")}),
     .show = show_list},
    {.verb = "import",
     .example = "okr holiday import holidays.txt",

     .help = N_("replace the holidays of each year that the file has"),
     CALLS(RPC_MONDAY_REPLACE_HOLIDAYS),
     PARAMS(
         {.name = "FILE",
          .type = PARAM_FILE,
          .help = N_("lines of a day and a name: 2027-01-01 New Year's Day; -: standard input")}),
     .run = import_run},
    {.verb = NULL},
};
const struct noun noun_holiday = {"holiday", N_("public holidays"), holiday_commands};
