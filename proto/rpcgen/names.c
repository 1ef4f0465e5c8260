// The enums' numbers by name for the text of statements (sql.h), the limits of requests (limits.h),
// and every message in one header (all.h).
#include "proto/rpcgen/rpcgen.h"

#include <inttypes.h>
#include <string.h>

// PROJECT_STATE_ACCEPTED → SQL_PROJECT_STATE_ACCEPTED "2", to be written into the text of a
// statement.
static void emit_enum(FILE *out, const enum_desc *e)
{
    for (size_t i = 0; i < e->n_value; i++)
        fprintf(out, "#define SQL_%s \"%d\"\n", e->value[i]->name, (int)e->value[i]->number);
    fprintf(out, "\n");
}

// GetLoadRequest.weeks, at most 26 → GET_LOAD_REQUEST_WEEKS_MOST 26: for what is sized by a limit.
static void emit_limits(FILE *out, const message_desc *message)
{
    char holder[100];
    name_snake(message->name, true, holder, sizeof holder);
    for (size_t i = 0; i < message->n_field; i++) {
        Okr__Check *check = contract_check(message->field[i]);
        char field[100];
        if (!check)
            continue;
        name_snake(message->field[i]->name, true, field, sizeof field);
        if (check->has_most)
            fprintf(out, "#define %s_%s_MOST %" PRId64 "\n", holder, field, check->most);
        if (check->characters)
            fprintf(out, "#define %s_%s_CHARACTERS %" PRIu32 "\n", holder, field,
                    check->characters);
        if (check->items)
            fprintf(out, "#define %s_%s_ITEMS %" PRIu32 "\n", holder, field, check->items);
        okr__check__free_unpacked(check, NULL);
    }
}

int rpcgen_names(const file_set *set, const char *dir)
{
    FILE *sql = contract_open_out(dir, "sql.h"), *all = contract_open_out(dir, "all.h");
    FILE *limits = contract_open_out(dir, "limits.h");
    fprintf(sql, "// Generated from proto/okr/v1 by rpcgen: the enums' numbers, as SQL writes "
                 "them.\n#ifndef OKR_SQL_H\n#define OKR_SQL_H\n\n");
    fprintf(limits,
            "// Generated from proto/okr/v1 by rpcgen: the limits of requests, for what is sized "
            "by one.\n#ifndef OKR_LIMITS_H\n#define OKR_LIMITS_H\n\n");
    fprintf(all, "// Generated from proto/okr/v1 by rpcgen: every message.\n");
    for (size_t f = 0; f < set->n_file; f++) {
        const file_desc *file = set->file[f];
        if (!contract_is_ours(file))
            continue;
        if (!strstr(file->name, "options.proto"))
            fprintf(all, "#include \"%.*s.pb-c.h\"\n", (int)(strlen(file->name) - strlen(".proto")),
                    file->name);
        for (size_t e = 0; e < file->n_enum_type; e++)
            emit_enum(sql, file->enum_type[e]);
        for (size_t m = 0; m < file->n_message_type; m++)
            emit_limits(limits, file->message_type[m]);
    }
    fprintf(sql, "#endif\n");
    fprintf(limits, "\n#endif\n");
    return fclose(sql) + fclose(limits) + fclose(all);
}
