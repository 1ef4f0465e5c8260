#include "client/cli/core/show.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/cli/core/intl.h"
#include "common/calendar.h"
#include "common/text.h"

const char *show_id(struct cli *cli, const char *prefix, int64_t id)
{
    return cli_text(cli, "%s-%lld", prefix, (long long)id);
}

const char *show_ids(struct cli *cli, const char *prefix, const int64_t *ids, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = cli_text(cli, "%s%s%s-%lld", text, i ? " " : "", prefix, (long long)ids[i]);
    return text;
}

const char *show_words(struct cli *cli, char *const *words, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = cli_text(cli, "%s%s%s", text, i ? ", " : "", words[i]);
    return text;
}

const char *show_text(const char *text)
{
    return text ? text : "";
}

const char *show_as_of(struct cli *cli)
{
    return cli_text(cli, _("As it was known on %s (revision %lld)"),
                    show_time(cli, cli->shown_as_of), (long long)cli->shown_revision);
}

static bool date_of(const char *when, struct date *ret)
{
    char day[DATE_SIZE];
    int32_t days;
    if (!when || strlen(when) < DATE_SIZE - 1)
        return false;
    memcpy(day, when, DATE_SIZE - 1);
    day[DATE_SIZE - 1] = '\0';
    if (!date_parse(day, &days))
        return false;
    *ret = date_from_days(days);
    return true;
}

// The week's name has the year.
static const char *days_of_week(struct cli *cli, const char *first, const char *last)
{
    struct date from, to;
    if (!date_of(first, &from) || !date_of(last, &to))
        return "";
    return cli_text(cli, _("%s–%s"), cli_text(cli, "%d/%d", from.month, from.day),
                    cli_text(cli, "%d/%d", to.month, to.day));
}

const char *show_week(struct cli *cli, const char *week)
{
    int32_t monday;
    if (!week || !week_parse(week, &monday))
        return show_text(week);
    char first[DATE_SIZE], last[DATE_SIZE];
    date_format(monday, first);
    date_format(monday + 6, last);
    return cli_text(cli, "%s (%s)", week, days_of_week(cli, first, last));
}

// As the server's clock has it; without a reply, this machine's.
static int this_year(const struct cli *cli)
{
    struct date date;
    struct tm local;
    time_t now = time(NULL);
    if (date_of(cli->today, &date))
        return date.year;
    return localtime_r(&now, &local) ? local.tm_year + 1900 : 0;
}

const char *show_day(struct cli *cli, const char *when)
{
    struct date date;
    if (!date_of(when, &date))
        return show_text(when);
    if (date.year != this_year(cli))
        return cli_text(cli, "%d/%d/%d", date.year, date.month, date.day);
    return cli_text(cli, "%d/%d", date.month, date.day);
}

const char *show_days(struct cli *cli, const char *from, const char *to)
{
    return cli_text(cli, _("%s–%s"), show_day(cli, from), show_day(cli, to));
}

const char *show_instant(struct cli *cli, const char *when)
{
    if (!when || strlen(when) < 16 || when[10] != 'T')
        return show_day(cli, when);
    return cli_text(cli, "%s %.5s", show_day(cli, when), when + 11);
}

const char *show_time(struct cli *cli, const char *timestamp)
{
    int64_t us;
    struct tm local;
    char text[64];
    if (!timestamp || !timestamp_parse(timestamp, &us))
        return show_text(timestamp);
    time_t seconds = (time_t)(us / 1000000);
    if (!localtime_r(&seconds, &local) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &local))
        return timestamp;
    return cli_text(cli, "%s", text);
}

const char *show_number(struct cli *cli, double value)
{
    for (int digits = 1; digits < 17; digits++) {
        const char *text = cli_text(cli, "%.*g", digits, value);
        if (strtod(text, NULL) == value && !strchr(text, 'e'))
            return text;
    }
    return cli_text(cli, "%.17g", value);
}

const char *show_hours(struct cli *cli, double minutes)
{
    double hours = round(minutes / 6) / 10;
    return cli_text(cli, _("%.*f h"), hours == floor(hours) ? 0 : 1, hours);
}

const char *show_percent(struct cli *cli, double percent)
{
    double shown = round(percent);
    // What is not quite done must not read as done.
    if (shown >= 100 && percent < 100)
        shown = 99;
    return cli_text(cli, "%.0f%%", shown == 0 ? 0.0 : shown);
}

void show_table(struct cli *cli, struct table *table)
{
    struct table_style style = {
        .ambiguous_wide = cli->ambiguous_wide, .colour = cli->colour, .width = cli->table_width};
    table_print(table, cli->out, style);
    table_free(table);
}

__attribute__((format(printf, 2, 0))) static void line_to(FILE *to, const char *format,
                                                          va_list list)
{
    char *line = NULL;
    int length = vasprintf(&line, format, list);
    while (length > 0 && line[length - 1] == ' ')
        length--;
    if (length > 0)
        fwrite(line, 1, (size_t)length, to);
    fputc('\n', to);
    if (length >= 0)
        free(line);
}

void show_line(struct cli *cli, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    line_to(cli->out, format, list);
    va_end(list);
}

const char *show_short(struct cli *cli, const char *text, int columns)
{
    if (text_width(text, cli->ambiguous_wide) <= columns)
        return text;
    int dots = text_width("…", cli->ambiguous_wide);
    size_t length = text_cut(text, columns > dots ? columns - dots : 0, cli->ambiguous_wide);
    return cli_text(cli, "%.*s…", (int)length, text);
}

static int blanks(struct cli *cli, const char *text, int columns)
{
    int width = text_width(text, cli->ambiguous_wide);
    return columns > width ? columns - width : 0;
}

const char *show_left(struct cli *cli, const char *text, int columns)
{
    text = show_short(cli, text, columns);
    return cli_text(cli, "%s%*s", text, blanks(cli, text, columns), "");
}

const char *show_right(struct cli *cli, const char *text, int columns)
{
    text = show_short(cli, text, columns);
    return cli_text(cli, "%*s%s", blanks(cli, text, columns), "", text);
}

const char *show_in(struct cli *cli, enum show_colour colour, const char *text)
{
    static const char *const codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[31m"};
    if (!cli->colour || colour == SHOW_PLAIN)
        return text;
    return cli_text(cli, "%s%s\033[0m", codes[colour], text);
}

void show_heading(struct cli *cli, const char *text)
{
    fprintf(cli->out, "%s\n", show_in(cli, SHOW_BOLD, text));
}

// ---- a message as it is ------------------------------------------------------------------------

static const char *one_value(struct cli *cli, const ProtobufCFieldDescriptor *field, const void *at)
{
    int32_t small;
    int64_t large;
    double real;
    char *text;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = cli_text(cli, "%s", show_text(*(char *const *)at));
        text_sanitize(text);
        return text;
    case PROTOBUF_C_TYPE_INT32:
        memcpy(&small, at, sizeof(small));
        return cli_text(cli, "%d", small);
    case PROTOBUF_C_TYPE_INT64:
        memcpy(&large, at, sizeof(large));
        return cli_text(cli, "%lld", (long long)large);
    case PROTOBUF_C_TYPE_DOUBLE:
        memcpy(&real, at, sizeof(real));
        return show_number(cli, real);
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)at ? _("yes") : _("no");
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(&small, at, sizeof(small));
        return label_of(field->descriptor, small);
    default:
        return NULL;
    }
}

static size_t step_of(const ProtobufCFieldDescriptor *field)
{
    bool small = field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_ENUM ||
                 field->type == PROTOBUF_C_TYPE_BOOL;
    return small ? 4 : 8;
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->quantifier_offset)
        return *(const protobuf_c_boolean *)(base + field->quantifier_offset) != 0;
    return *(void *const *)(const void *)(base + field->offset) != NULL;
}

static const char *field_value(struct cli *cli, const ProtobufCMessage *message,
                               const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return is_set(message, field) ? one_value(cli, field, base + field->offset) : NULL;
    size_t count;
    memcpy(&count, base + field->quantifier_offset, sizeof(count));
    const char *values = *(const char *const *)(const void *)(base + field->offset);
    const char *list = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *value = one_value(cli, field, values + i * step_of(field));
        if (value)
            list = list ? cli_text(cli, "%s, %s", list, value) : value;
    }
    return list;
}

void show_fields(struct cli *cli, FILE *to, const ProtobufCMessage *message)
{
    for (unsigned i = 0; message && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        bool nested = field->type == PROTOBUF_C_TYPE_MESSAGE;
        if (nested && field->label != PROTOBUF_C_LABEL_REPEATED) {
            show_fields(
                cli, to,
                *(ProtobufCMessage *const *)(const void *)((const char *)message + field->offset));
            continue;
        }
        const char *value = nested ? NULL : field_value(cli, message, field);
        if (value && value[0])
            fprintf(to, "  %s: %s\n", field->name, value);
    }
}

// What does not stand at the beginning of a line (kinsoku).
static bool clings(const char *text)
{
    static const char *const marks[] = {"、", "。", "，", "．", "）", "」", "』", "】", "：", "；"};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return true;
    }
    return false;
}

// Breaks at a blank where there is one in the second half of the line; Japanese anywhere else.
size_t show_break(struct cli *cli, const char *text, int columns)
{
    size_t most = text_cut(text, columns, cli->ambiguous_wide);
    if (!text[most])
        return most;
    for (size_t at = most; at > most / 2; at--) {
        if (text[at] == ' ')
            return at;
    }
    size_t whole = most;
    while (most > 1 && (clings(text + most) || (text[most] & 0xC0) == 0x80))
        most--;
    return most > 1 ? most : whole ? whole : strlen(text);
}

static void print_to(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print_to(FILE *to, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    line_to(to, format, list);
    va_end(list);
}

static void wrap_behind(struct cli *cli, FILE *to, const char *first, int indent, const char *text)
{
    int columns = cli->width - indent > 20 ? cli->width - indent : 20;
    while (text && *text) {
        size_t length = show_break(cli, text, columns);
        print_to(to, "%*s%.*s", first ? 0 : indent, first ? first : "", (int)length, text);
        first = NULL;
        text += length;
        while (*text == ' ')
            text++;
    }
}

void show_wrapped(struct cli *cli, int indent, const char *text)
{
    wrap_behind(cli, cli->out, NULL, indent, text);
}

void show_aside(struct cli *cli, int indent, const char *text)
{
    wrap_behind(cli, cli->err, NULL, indent, text);
}

void show_beside(struct cli *cli, int indent, int columns, const char *left, const char *text)
{
    int width = text_width(left, cli->ambiguous_wide);
    const char *first = cli_text(cli, "%*s%s%*s", indent, "", left,
                                 columns + 2 - (width < columns ? width : columns), "");
    bool fits = width <= columns && text[0];
    if (!fits)
        show_line(cli, "%s", first);
    wrap_behind(cli, cli->out, fits ? first : NULL, indent + columns + 2, text);
}
