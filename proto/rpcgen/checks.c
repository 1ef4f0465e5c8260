// The checks of requests: the options on fields become tables of struct field_check. Inner messages
// come before the messages that hold them; one whose place asks for more of it (`needs`) gets a
// table of its own for that place.
#include "proto/rpcgen/rpcgen.h"

#include <inttypes.h>
#include <string.h>

enum { TABLES_MOST = 1024, NAME_SIZE = 200 };

struct tables {
    const file_set *set;
    FILE *out;
    size_t n;
    char names[TABLES_MOST][NAME_SIZE]; // of those that were written or found empty
    bool empty[TABLES_MOST];
    const message_desc *reached[TABLES_MOST];
};

#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name

static bool is_integer(const field_desc *field)
{
    switch (field->type) {
    case TYPE(INT32):
    case TYPE(INT64):
    case TYPE(UINT32):
    case TYPE(UINT64):
    case TYPE(SINT32):
    case TYPE(SINT64):
    case TYPE(FIXED32):
    case TYPE(FIXED64):
    case TYPE(SFIXED32):
    case TYPE(SFIXED64):
        return true;
    default:
        return false;
    }
}

static bool is_list(const field_desc *field)
{
    return field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

static bool is_number_format(Okr__Format format)
{
    return format == OKR__FORMAT__FORMAT_FINITE || format == OKR__FORMAT__FORMAT_AMOUNT;
}

// ---- does the option fit the field ------------------------------------------------------------

// What of the check has no meaning for the field's type; NULL: all of it has.
static const char *misfit(const field_desc *field, const Okr__Check *c)
{
    bool text = field->type == TYPE(STRING), number = field->type == TYPE(DOUBLE);
    bool ranged = c->has_least || c->has_most;
    if (!text && c->characters)
        return "characters is for texts";
    if (!text && field->type != TYPE(ENUM) && c->filled)
        return "filled is for texts and enums";
    if (c->format && !(is_number_format(c->format) ? number : text))
        return "the format is for another type";
    if (!is_integer(field) && c->id)
        return "id is for integers";
    if (!is_integer(field) && !number && ranged)
        return "least and most are for numbers";
    if (c->has_least && c->has_most && c->least > c->most)
        return "least is above most";
    if (field->type != TYPE(BYTES) && c->bytes)
        return "bytes is for bytes";
    if (!is_list(field) && (c->items || c->unique))
        return "items and unique are for repeated fields";
    if (c->unique && !((text || is_integer(field)) && c->items))
        return "unique is for texts and integers, and takes a number of items";
    if (field->type != TYPE(MESSAGE) && c->n_needs)
        return "needs is for messages";
    if (c->required && c->filled)
        return "required says filled already";
    return NULL;
}

static void check_fits(const struct tables *t, const message_desc *message, const field_desc *field,
                       const Okr__Check *c)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%.90s.%.90s", message->name, field->name);
    const char *what = misfit(field, c);
    if (what)
        die(what, name);
    for (size_t i = 0; i < c->n_needs; i++)
        if (!contract_field(contract_message(t->set, field->type_name), c->needs[i]))
            die("needs names a field that the message does not have", name);
}

// ---- tables -----------------------------------------------------------------------------------

static int find(const struct tables *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->names[i], name) == 0)
            return (int)i;
    return -1;
}

static bool is_named(const Okr__Check *outer, const char *name)
{
    for (size_t i = 0; outer && i < outer->n_needs; i++)
        if (strcmp(outer->needs[i], name) == 0)
            return true;
    return false;
}

static void name_inner(const char *outer, const field_desc *field, const Okr__Check *check,
                       char *out)
{
    struct type_names type;
    name_type(field->type_name, &type);
    if (check && check->n_needs)
        snprintf(out, NAME_SIZE, "%.90s_%.90s", outer, field->name);
    else
        snprintf(out, NAME_SIZE, "%s", type.snake);
}

static void write_row(FILE *out, const field_desc *field, const Okr__Check *c, bool needed,
                      const char *inner)
{
    fprintf(out, "    {.number = %d, .required = %d, .id = %d", (int)field->number,
            c->required || needed, c->id);
    fprintf(out, ", .filled = %d, .unique = %d", c->filled, c->unique);
    fprintf(out, ", .characters = %" PRIu32 ", .items = %" PRIu32 ", .bytes = %" PRIu32,
            c->characters, c->items, c->bytes);
    if (c->has_least)
        fprintf(out, ", .has_least = true, .least = INT64_C(%" PRId64 ")", c->least);
    if (c->has_most)
        fprintf(out, ", .has_most = true, .most = INT64_C(%" PRId64 ")", c->most);
    fprintf(out, ", .format = (Okr__Format)%d", (int)c->format);
    if (inner)
        fprintf(out, ", .inner = &%s_check", inner);
    fprintf(out, "}, // %s\n", field->name);
}

static bool write_table(struct tables *t, const message_desc *message, const char *name,
                        const Okr__Check *outer);

// Writes the tables of the messages within, and tells which of the fields are asked for anything.
static size_t write_inner(struct tables *t, const message_desc *message, const char *name,
                          const Okr__Check *outer, bool *asked)
{
    size_t n = 0;
    for (size_t i = 0; i < message->n_field; i++) {
        const field_desc *field = message->field[i];
        Okr__Check *check = contract_check(field);
        char inner[NAME_SIZE];
        asked[i] = check || is_named(outer, field->name);
        if (check)
            check_fits(t, message, field, check);
        if (field->type == TYPE(MESSAGE)) {
            name_inner(name, field, check, inner);
            asked[i] |= write_table(t, contract_message(t->set, field->type_name), inner, check);
        }
        n += asked[i];
        if (check)
            okr__check__free_unpacked(check, NULL);
    }
    return n;
}

static void write_rows(struct tables *t, const message_desc *message, const char *name,
                       const Okr__Check *outer, const bool *asked)
{
    static const Okr__Check nothing = OKR__CHECK__INIT;
    fprintf(t->out, "static const struct field_check %s_fields[] = {\n", name);
    for (size_t i = 0; i < message->n_field; i++) {
        const field_desc *field = message->field[i];
        char inner[NAME_SIZE];
        if (!asked[i])
            continue;
        Okr__Check *check = contract_check(field);
        bool nested = field->type == TYPE(MESSAGE);
        if (nested)
            name_inner(name, field, check, inner);
        write_row(t->out, field, check ? check : &nothing, is_named(outer, field->name),
                  nested && !t->empty[find(t, inner)] ? inner : NULL);
        if (check)
            okr__check__free_unpacked(check, NULL);
    }
    fprintf(t->out, "};\n");
}

// False when nothing is asked of the message. `outer`: the check of the field that holds it.
static bool write_table(struct tables *t, const message_desc *message, const char *name,
                        const Okr__Check *outer)
{
    bool asked[512] = {false};
    int known = find(t, name);
    if (known >= 0)
        return !t->empty[known];
    if (message->n_field > sizeof asked / sizeof *asked || t->n == TABLES_MOST)
        die("too much for the table of checks", name);
    size_t n = write_inner(t, message, name, outer, asked);
    if (n > 0) {
        write_rows(t, message, name, outer, asked);
        fprintf(t->out, "static const struct message_check %s_check = {%s_fields, %zu};\n\n", name,
                name, n);
    }
    snprintf(t->names[t->n], NAME_SIZE, "%s", name);
    t->empty[t->n] = n == 0;
    t->reached[t->n++] = message;
    return n > 0;
}

// A check that no request reaches would be a promise that nobody keeps.
static void check_reached(const struct tables *t, const message_desc *message)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->reached[i] == message)
            return;
    for (size_t i = 0; i < message->n_field; i++) {
        Okr__Check *check = contract_check(message->field[i]);
        if (check)
            die("its fields have checks, and no request holds it", message->name);
    }
}

static struct tables tables; // of the one set that the program reads

void rpcgen_checks(const file_set *set, FILE *out)
{
    tables = (struct tables){.set = set, .out = out};
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t s = 0; s < set->file[f]->n_service; s++)
            for (size_t m = 0; m < set->file[f]->service[s]->n_method; m++) {
                const char *type = set->file[f]->service[s]->method[m]->input_type;
                struct type_names names;
                name_type(type, &names);
                write_table(&tables, contract_message(set, type), names.snake, NULL);
            }
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t m = 0; contract_is_ours(set->file[f]) && m < set->file[f]->n_message_type; m++)
            check_reached(&tables, set->file[f]->message_type[m]);
}

void rpcgen_check_name(const file_set *set, const char *type, char *out, size_t size)
{
    struct type_names names;
    name_type(type, &names);
    int at = set == tables.set ? find(&tables, names.snake) : -1;
    if (at < 0 || tables.empty[at])
        snprintf(out, size, "NULL");
    else
        snprintf(out, size, "&%s_check", names.snake);
}
