// holiday: the days that move the due day of a Monday review. A file has lines "YYYY-MM-DD name",
// or is the Cabinet Office's (https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv: CP932, a
// heading, lines "2026/11/3,name" from 1955 on); each year that occurs in it is replaced as a
// whole.
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
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
#include "common/calendar.h"
#include "common/check.h"
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
    size_t left_out; // of years that are not kept
};

enum { FIRST_YEAR = 2000 }; // what the server keeps

static int year_of(const Okr__Holiday *day)
{
    return (int)strtol(day->day, NULL, 10);
}

// What comes before the first comma or blank, ended there, and the rest without blanks around it.
static char *split(char *line)
{
    size_t length = strcspn(line, " \t,");
    char *name = line + length + strspn(line + length, " \t,");
    size_t end = strlen(name);
    while (end > 0 && isspace((unsigned char)name[end - 1]))
        name[--end] = '\0';
    line[length] = '\0';
    return name;
}

// "2027-01-01 元日"; false: it has said what is wrong.
static bool read_line(struct cli *cli, char *line, size_t number, Okr__Holiday *ret)
{
    char day[DATE_SIZE];
    char *name = split(line);
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

// A first line without any digit, with a comma in it.
static bool is_heading(const char *line, size_t number)
{
    return number == 1 && strchr(line, ',') && !strpbrk(line, "0123456789");
}

// As UTF-8: what is none is taken for CP932. NULL: neither.
static char *as_utf8(struct cli *cli, char *text)
{
    size_t length = strlen(text), room = 3 * length;
    char *from = text, *made = cli_keep(cli, room + 1), *to = made;
    if (check_utf8(text, length))
        return text;
    iconv_t converter = iconv_open("UTF-8", "CP932");
    bool ok =
        converter != (iconv_t)-1 && iconv(converter, &from, &length, &to, &room) != (size_t)-1;
    if (converter != (iconv_t)-1)
        iconv_close(converter);
    *to = '\0';
    return ok ? made : NULL;
}

static bool read_file(struct cli *cli, const char *path, struct file *ret)
{
    char *text = editor_read(cli, path);
    if (!text) {
        cli_local_error(cli, "%s: %s", path, strerror(errno));
        return false;
    }
    text = as_utf8(cli, text);
    if (!text) {
        cli_usage_error(cli, _("%s is neither UTF-8 nor CP932."), path);
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
        if (!*line || *line == '#' || is_heading(line, number))
            continue;
        if (!read_line(cli, line, number, &ret->days[ret->n]))
            return false;
        if (year_of(&ret->days[ret->n]) < FIRST_YEAR)
            ret->left_out++;
        else
            ret->n++;
    }
    if (ret->n == 0)
        cli_usage_error(cli, _("%s holds no holiday."), path);
    return ret->n > 0;
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
    if (file.left_out > 0)
        fprintf(cli->err, _("%zu days before %d were left out.\n"), file.left_out, FIRST_YEAR);
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
     PARAMS({.name = "FILE",
             .type = PARAM_FILE,
             .help = N_("lines of a day and a name: 2027-01-01 New Year's Day; or the Cabinet "
                        "Office's syukujitsu.csv; -: standard input")}),
     .run = import_run},
    {.verb = NULL},
};
const struct noun noun_holiday = {"holiday", N_("public holidays"), holiday_commands};
