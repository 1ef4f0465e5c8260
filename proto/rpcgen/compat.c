// `rpcgen compat OLD NEW`: what in the new contract would break a peer that was built from the old.
#include "proto/rpcgen/rpcgen.h"

#include <string.h>

static int broken(const char *what, const char *where, const char *name)
{
    printf("%s.%s: %s\n", where, name, what);
    return 1;
}

static bool is_reserved(const message_desc *m, int number)
{
    for (size_t i = 0; i < m->n_reserved_range; i++)
        if (number >= m->reserved_range[i]->start && number < m->reserved_range[i]->end)
            return true;
    return false;
}

static int compare_field(const message_desc *m, const field_desc *was)
{
    for (size_t i = 0; i < m->n_field; i++) {
        const field_desc *is = m->field[i];
        if (is->number != was->number) {
            if (strcmp(is->name, was->name) == 0)
                return broken("was renumbered", m->name, was->name);
            continue;
        }
        bool same_type =
            is->type == was->type && is->label == was->label &&
            (!was->type_name || (is->type_name && !strcmp(is->type_name, was->type_name)));
        if (!same_type)
            return broken("changed its type", m->name, was->name);
        if (strcmp(is->name, was->name) != 0)
            return broken("was renamed (its JSON name is part of the contract)", m->name,
                          was->name);
        return 0;
    }
    return is_reserved(m, was->number) ? 0
                                       : broken("was removed and not reserved", m->name, was->name);
}

static int compare_enum(const enum_desc *was, const file_set *now)
{
    for (size_t f = 0; f < now->n_file; f++)
        for (size_t e = 0; contract_is_ours(now->file[f]) && e < now->file[f]->n_enum_type; e++) {
            const enum_desc *is = now->file[f]->enum_type[e];
            if (strcmp(is->name, was->name) != 0)
                continue;
            int bad = 0;
            for (size_t v = 0; v < was->n_value; v++) {
                bool found = false;
                for (size_t w = 0; w < is->n_value; w++)
                    found |= is->value[w]->number == was->value[v]->number &&
                             !strcmp(is->value[w]->name, was->value[v]->name);
                bad +=
                    found ? 0 : broken("was removed or renumbered", was->name, was->value[v]->name);
            }
            return bad;
        }
    return broken("was removed", "enum", was->name);
}

static int compare_service(const service_desc *was, const file_set *now)
{
    int bad = 0;
    for (size_t m = 0; m < was->n_method; m++) {
        bool found = false;
        for (size_t f = 0; f < now->n_file; f++)
            for (size_t s = 0; contract_is_ours(now->file[f]) && s < now->file[f]->n_service; s++)
                for (size_t k = 0; k < now->file[f]->service[s]->n_method; k++) {
                    const method_desc *is = now->file[f]->service[s]->method[k];
                    found |= !strcmp(now->file[f]->service[s]->name, was->name) &&
                             !strcmp(is->name, was->method[m]->name) &&
                             !strcmp(is->input_type, was->method[m]->input_type) &&
                             !strcmp(is->output_type, was->method[m]->output_type);
                }
        bad +=
            found ? 0 : broken("was removed or takes other types", was->name, was->method[m]->name);
    }
    return bad;
}

int rpcgen_compat(const char *old_path, const char *new_path)
{
    file_set *was = contract_read(old_path), *now = contract_read(new_path);
    int bad = 0;
    for (size_t f = 0; f < was->n_file; f++) {
        const file_desc *file = was->file[f];
        if (!contract_is_ours(file))
            continue;
        for (size_t m = 0; m < file->n_message_type; m++) {
            char dotted[200];
            snprintf(dotted, sizeof dotted, ".%s", file->message_type[m]->name);
            const message_desc *is = contract_message(now, dotted);
            if (!is) {
                bad += broken("was removed", "message", file->message_type[m]->name);
                continue;
            }
            for (size_t i = 0; i < file->message_type[m]->n_field; i++)
                bad += compare_field(is, file->message_type[m]->field[i]);
        }
        for (size_t e = 0; e < file->n_enum_type; e++)
            bad += compare_enum(file->enum_type[e], now);
        for (size_t s = 0; s < file->n_service; s++)
            bad += compare_service(file->service[s], now);
    }
    google__protobuf__file_descriptor_set__free_unpacked(was, NULL);
    google__protobuf__file_descriptor_set__free_unpacked(now, NULL);
    return bad ? 1 : 0;
}
