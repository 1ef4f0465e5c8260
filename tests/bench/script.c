#include "tests/bench/script.h"
#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "tests/bench/bench.h"

void script_line(struct script *s, const char *line)
{
    char *longer = text_of("%s%s\n", s->text ? s->text : "", line);
    free(s->text);
    s->text = longer;
}

void script_define(struct script *s, const char *name, const char *value)
{
    if (s->n_defines == (int)(sizeof s->defines / sizeof *s->defines))
        die("a script has too many variables");
    s->defines[s->n_defines++] = text_of("%s=%s", name, value);
}

// pgbench takes :name for a variable wherever it stands, in a literal too.
static void check_colons(const struct statement *statement)
{
    for (const char *at = statement->sql; (at = strchr(at, ':')); at += 2)
        if (at[1] != ':')
            die("%s: pgbench would misread a colon", statement->name);
}

// The statement's text with $1, $2 … replaced.
static char *with_values(const struct statement *statement, const char *const *values)
{
    check_colons(statement);
    char *text = text_of("%s", "");
    for (const char *at = statement->sql; *at;) {
        size_t plain = strcspn(at, "$");
        const char *dollar = at + plain;
        char *end = (char *)(uintptr_t)dollar;
        long n = *dollar ? strtol(dollar + 1, &end, 10) : 0;
        if (*dollar && (n < 1 || n > (long)strlen(statement->params)))
            die("%s: a dollar sign without a parameter", statement->name);
        char *longer = text_of("%s%.*s%s", text, (int)plain, at, n ? values[n - 1] : "");
        free(text);
        text = longer;
        at = end;
    }
    return text;
}

static void add_statement(struct script *s, const struct statement *statement,
                          const char *const *values, const char *end)
{
    char *sql = with_values(statement, values);
    char *line = text_of("%s%s", sql, end);
    script_line(s, line);
    free(line);
    free(sql);
}

static const struct statement *find_statement(const char *name)
{
    size_t n;
    const struct statement *const *table = statement_table(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    die("okrd has no statement %s any more", name);
}

void script_statement(struct script *s, const char *name, const char *const *values,
                      const char *end)
{
    add_statement(s, find_statement(name), values, end);
}

// ---- what a handler bound ---------------------------------------------------------------------

static int64_t integer_of(const char *data, int length)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    if (length == 8) {
        memcpy(&wide, data, 8);
        return (int64_t)be64toh(wide);
    }
    memcpy(&narrow, data, 4);
    return (int32_t)be32toh(narrow);
}

// The bound value as text; the caller frees it.
static char *value_text(const struct query *q, int i)
{
    char letter = q->statement->params[i];
    const char *data = q->values[i];
    char date[DATE_SIZE];
    switch (letter) {
    case 'l':
    case 'i':
        return text_of("%lld", (long long)integer_of(data, q->lengths[i]));
    case 'b':
        return text_of("%s", *data ? "true" : "false");
    case 't':
        return text_of("%.*s", q->lengths[i], data);
    case 'a': // from 2000-01-01
        date_format((int32_t)integer_of(data, q->lengths[i]) + 10957, date);
        return text_of("%s", date);
    default:
        die("%s: the bench cannot write a parameter of type %c", q->statement->name, letter);
    }
}

// The pgbench expression for parameter i; the caller frees it.
static char *parameter(struct script *s, const struct query *q, int i, const struct stand_in *in)
{
    if (!q->values[i])
        return text_of("NULL");
    int64_t value = q->statement->params[i] == 'l' ? integer_of(q->values[i], q->lengths[i]) : 0;
    for (; value && in->value; in++)
        if (in->value == value)
            return text_of(":%s", in->variable);
    char *text = value_text(q, i);
    char *name = text_of("p%d", s->n_defines);
    char *expression = text_of(":%s", name);
    script_define(s, name, text);
    free(name);
    free(text);
    return expression;
}

static void add_query(struct script *s, const struct query *q, const struct stand_in *stand_ins)
{
    char *values[QUERY_MAX_PARAMS] = {NULL};
    for (int i = 0; i < q->n; i++)
        values[i] = parameter(s, q, i, stand_ins);
    add_statement(s, q->statement, (const char *const *)values, ";");
    for (int i = 0; i < q->n; i++)
        free(values[i]);
}

void script_method(struct script *s, enum rpc_id method, const ProtobufCMessage *request,
                   int64_t member_id, const struct stand_in *stand_ins)
{
    const struct handler *handler = rpc_handlers[method];
    struct call call = {.arena = arena_new(1 << 20), .id = method, .request = request};
    call.actor.member_id = member_id;
    call.actor.own_only = true;
    call.status = (Okr__Status)OKR__STATUS__INIT;
    Okr__Settings settings = OKR__SETTINGS__INIT; // as migration 0001 has them
    SET(&settings, fiscal_first_month, 1);
    SET(&settings, side_target_percent, 70);
    call.settings = &settings;
    handler->start(&call);
    if (call.done || call.n_queries == 0)
        die("%s: the handler refuses the bench's request", rpc_methods[method].name);
    bool framed = call.n_queries > 1;
    if (framed)
        script_line(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;");
    for (int i = 0; i < call.n_queries; i++)
        add_query(s, call.queries[i], stand_ins);
    if (framed)
        script_line(s, "COMMIT;");
    arena_free(call.arena);
}
