// The server tells names and instants; the words are here.
#include "client/cli/report/miss.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

#define WITNESS(name) OKR__MISS_WITNESS__MISS_WITNESS_##name
#define LIMIT(name) OKR__MISS_LIMIT__MISS_LIMIT_##name

static bool same_day(const char *a, const char *b)
{
    return a && b && strlen(a) >= 10 && strncmp(a, b, 10) == 0;
}

static const char *moment(struct cli *cli, const Okr__ExpectedMiss *miss, const char *when)
{
    return same_day(miss->at, miss->due) ? show_instant(cli, when) : show_day(cli, when);
}

static const char *limit_words(struct cli *cli, const Okr__ExpectedMiss *miss)
{
    const char *due = moment(cli, miss, miss->due);
    switch (miss->limit) {
    case LIMIT(BASELINE):
        return cli_text(cli, _("the baseline says %s"), due);
    case LIMIT(QUARTER):
        return cli_text(cli, _("the quarter ends %s"), due);
    default:
        return cli_text(cli, _("due %s"), due);
    }
}

// "Ready (task 3), and 2 more"
static const char *task_words(struct cli *cli, const Okr__ExpectedMiss *miss)
{
    const char *one =
        cli_text(cli, _("%s (task %lld)"), show_text(miss->task_name), (long long)miss->task_uid);
    return miss->count > 1 ? cli_text(cli, _("%s and %d more"), one, miss->count - 1) : one;
}

const char *miss_words(struct cli *cli, const Okr__ExpectedMiss *miss)
{
    const char *at = moment(cli, miss, miss->at), *due = moment(cli, miss, miss->due);
    switch (miss->witness) {
    case WITNESS(PLAN):
        return cli_text(cli, _("by the plan it ends %s (%s)"), at, limit_words(cli, miss));
    case WITNESS(PACE):
        return cli_text(cli, _("at this pace it ends %s (%s)"), at, limit_words(cli, miss));
    case WITNESS(OVERDUE):
        return cli_text(cli, _("by the plan it should have ended %s, and on %s it is not done"),
                        due, at);
    case WITNESS(OPEN_MILESTONE):
        return cli_text(cli, _("the milestone %s was due %s, and on %s it is open"),
                        task_words(cli, miss), due, at);
    case WITNESS(NOT_STARTED):
        return cli_text(cli, _("%s should have begun %s, and on %s nothing of it is done"),
                        task_words(cli, miss), due, at);
    case WITNESS(NOTHING_EARNED):
        return cli_text(cli, _("work was due and nothing is done, so there is no pace (%s)"),
                        limit_words(cli, miss));
    default:
        return _("its dates do not hold");
    }
}

// ---- a docket's lines --------------------------------------------------------------------------

static int value_of(const ProtobufCEnumDescriptor *type, const char *prefix, const char *word)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", prefix, word);
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, name);
    return value ? value->value : 0;
}

static bool read_line(struct cli *cli, const char *line, Okr__ExpectedMiss *ret)
{
    char witness[32], limit[32], at[24], due[24];
    int count = 0, name = 0;
    long long uid = 0;
    okr__expected_miss__init(ret);
    if (sscanf(line, "%31[A-Z_] %23s > %31[A-Z_] %23s", witness, at, limit, due) != 4)
        return false;
    ret->witness =
        (Okr__MissWitness)value_of(&okr__miss_witness__descriptor, "MISS_WITNESS_", witness);
    ret->limit = (Okr__MissLimit)value_of(&okr__miss_limit__descriptor, "MISS_LIMIT_", limit);
    ret->at = strcmp(at, "-") == 0 ? NULL : cli_text(cli, "%s", at);
    ret->due = cli_text(cli, "%s", due);
    if (sscanf(line, "%*s %*s > %*s %*s %d %lld %n", &count, &uid, &name) < 2 || name == 0)
        return true;
    ret->count = count;
    ret->task_uid = uid;
    ret->task_name = cli_text(cli, "%s", line + name);
    return true;
}

// "2021-03-20 > 2021-03-12"
static const char *words_of_before(struct cli *cli, const char *line)
{
    const char *past = strstr(line, " > ");
    if (!past)
        return line;
    return cli_text(cli, _("will end on %s by the plan or at this pace; due by %s"),
                    cli_copy(cli, line, (size_t)(past - line)), past + 3);
}

const char *miss_words_of_docket(struct cli *cli, const char *detail)
{
    static const char between[] = " | ";
    const char *all = "";
    while (*detail) {
        const char *end = strstr(detail, between);
        size_t length = end ? (size_t)(end - detail) : strlen(detail);
        const char *line = cli_copy(cli, detail, length);
        Okr__ExpectedMiss miss;
        const char *words =
            read_line(cli, line, &miss) ? miss_words(cli, &miss) : words_of_before(cli, line);
        all = *all ? cli_text(cli, "%s; %s", words, all) : words; // the surest first
        detail += end ? length + strlen(between) : length;
    }
    return all;
}
