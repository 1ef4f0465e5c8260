// The enums' numbers by name for the text of statements (sql.h), and every message in one header
// (all.h).
#include "proto/rpcgen/rpcgen.h"

#include <string.h>

// PROJECT_STATE_ACCEPTED → SQL_PROJECT_STATE_ACCEPTED "2", to be written into the text of a
// statement.
static void emit_enum(FILE *out, const enum_desc *e)
{
    for (size_t i = 0; i < e->n_value; i++)
        fprintf(out, "#define SQL_%s \"%d\"\n", e->value[i]->name, (int)e->value[i]->number);
    fprintf(out, "\n");
}

int rpcgen_names(const file_set *set, const char *dir)
{
    FILE *sql = contract_open_out(dir, "sql.h"), *all = contract_open_out(dir, "all.h");
    fprintf(sql, "// Generated from proto/okr/v1 by rpcgen: the enums' numbers, as SQL writes "
                 "them.\n#ifndef OKR_SQL_H\n#define OKR_SQL_H\n\n");
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
    }
    fprintf(sql, "#endif\n");
    return fclose(sql) + fclose(all);
}
