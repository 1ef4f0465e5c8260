// From messages to rows. The columns follow from the type, never from the values, so that the same
// command always prints the same header.
#include "client/cli/core/csv.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/show.h"

// Messages within messages become columns so deep; below that, and in lists, they become text.
#define DEEPEST_COLUMN 2
#define DEEPEST_TEXT 4

static bool is_list(const ProtobufCFieldDescriptor *field)
{
    return field && field->type == PROTOBUF_C_TYPE_MESSAGE &&
           field->label == PROTOBUF_C_LABEL_REPEATED;
}

static const ProtobufCFieldDescriptor *only_list(const ProtobufCMessageDescriptor *type)
{
    const ProtobufCFieldDescriptor *found = NULL;
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (!is_list(&type->fields[i]))
            continue;
        if (found)
            return NULL;
        found = &type->fields[i];
    }
    return found;
}

static const ProtobufCFieldDescriptor *list_named(const ProtobufCMessageDescriptor *type,
                                                  const char *name, size_t length)
{
    for (unsigned i = 0; i < type->n_fields; i++)
        if (is_list(&type->fields[i]) && strlen(type->fields[i].name) == length &&
            strncmp(type->fields[i].name, name, length) == 0)
            return &type->fields[i];
    return NULL;
}

bool csv_rows(const ProtobufCMessageDescriptor *reply, const char *names, struct csv_rows *ret)
{
    struct csv_rows rows = {.lists = {only_list(reply)}, .n = 1};
    for (size_t i = 0; names && i < CSV_LISTS_MOST; i++) {
        size_t length = strcspn(names, ",/");
        rows.n = i + 1;
        rows.lists[i] = list_named(reply, names, length);
        if (!rows.lists[i] || rows.lists[i]->descriptor != rows.lists[0]->descriptor)
            return false;
        char end = names[length];
        names += length + 1;
        if (end == '/' &&
            !(rows.inner = list_named(rows.lists[0]->descriptor, names, strlen(names))))
            return false;
        if (end != ',')
            break;
    }
    if (!rows.lists[0])
        return false;
    *ret = rows;
    return true;
}

// ---- cells ------------------------------------------------------------------------------------

const char *csv_cell(struct cli *cli, const char *value, bool is_text)
{
    // What spreadsheets take for a formula, full-width forms included (Excel in Japanese folds
    // them); blanks in front do not keep them from it.
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    const char *first = value + strspn(value, " ");
    const char *guard = "";
    for (size_t i = 0; is_text && i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (strncmp(first, starts[i], strlen(starts[i])) == 0)
            guard = "'";
    }
    if (!strpbrk(value, "\",\r\n"))
        return cli_text(cli, "%s%s", guard, value);
    char *quoted = cli_keep(cli, 2 * strlen(value) + 4);
    char *to = quoted;
    *to++ = '"';
    if (guard[0])
        *to++ = guard[0];
    for (; *value; value++) {
        if (*value == '"')
            *to++ = '"';
        *to++ = *value;
    }
    *to = '"';
    return quoted;
}

// "ACCEPTED" for PROJECT_STATE_ACCEPTED. The value 0 of every enum is named PREFIX_UNSPECIFIED.
static const char *enum_word(struct cli *cli, const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);
    const ProtobufCEnumValue *none = protobuf_c_enum_descriptor_get_value(type, 0);
    if (!known)
        return cli_text(cli, "%d", value);
    const char *end = none ? strstr(none->name, "UNSPECIFIED") : NULL;
    size_t prefix = end ? (size_t)(end - none->name) : 0;
    return value == 0 ? "" : known->name + prefix;
}

static const char *hex(struct cli *cli, const ProtobufCBinaryData *bytes)
{
    char *text = cli_keep(cli, 2 * bytes->len + 1);
    for (size_t i = 0; i < bytes->len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes->data[i]);
    return text;
}

static const char *message_text(struct cli *cli, const ProtobufCMessage *message, int depth);

static const char *value_text(struct cli *cli, const ProtobufCFieldDescriptor *field,
                              const void *at, int depth)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return show_text(*(char *const *)at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return message_text(cli, *(ProtobufCMessage *const *)at, depth + 1);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_word(cli, field->descriptor, *(const int *)at);
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)at ? "true" : "false";
    case PROTOBUF_C_TYPE_DOUBLE:
        return show_number(cli, *(const double *)at);
    case PROTOBUF_C_TYPE_BYTES:
        return hex(cli, at);
    case PROTOBUF_C_TYPE_INT32:
        return cli_text(cli, "%d", *(const int32_t *)at);
    case PROTOBUF_C_TYPE_UINT32:
        return cli_text(cli, "%u", *(const uint32_t *)at);
    case PROTOBUF_C_TYPE_INT64:
        return cli_text(cli, "%lld", (long long)*(const int64_t *)at);
    case PROTOBUF_C_TYPE_UINT64:
        return cli_text(cli, "%llu", (unsigned long long)*(const uint64_t *)at);
    default:
        return "";
    }
}

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return 8;
    default:
        return 4;
    }
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->quantifier_offset)
        return *(const protobuf_c_boolean *)(base + field->quantifier_offset) != 0;
    return *(void *const *)(const void *)(base + field->offset) != NULL;
}

// Items are collected in a stream: a text that is copied at each item would take the square of
// their number.
static const char *list_text(struct cli *cli, const ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field, int depth)
{
    const char *base = (const char *)message;
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const char *items = *(const char *const *)(const void *)(base + field->offset);
    char *text = NULL;
    size_t size;
    FILE *stream = count ? open_memstream(&text, &size) : NULL;
    if (!stream)
        return "";
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%s%s", i ? ";" : "",
                value_text(cli, field, items + i * size_of(field->type), depth));
    fclose(stream);
    const char *kept = cli_copy(cli, text, size);
    free(text);
    return kept;
}

static const char *field_text(struct cli *cli, const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field, int depth)
{
    if (!message)
        return "";
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return list_text(cli, message, field, depth);
    return is_set(message, field)
               ? value_text(cli, field, (const char *)message + field->offset, depth)
               : "";
}

static const char *message_text(struct cli *cli, const ProtobufCMessage *message, int depth)
{
    const char *text = "";
    for (unsigned i = 0; depth <= DEEPEST_TEXT && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *value = field_text(cli, message, field, depth);
        if (value[0])
            text = cli_text(cli, "%s%s%s=%s", text, text[0] ? "," : "", field->name, value);
    }
    return text;
}

// ---- rows -------------------------------------------------------------------------------------

static bool becomes_columns(const ProtobufCFieldDescriptor *field, int depth)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED &&
           depth < DEEPEST_COLUMN;
}

// `without`: a list that becomes rows, so no column.
static void print_names(struct cli *cli, const ProtobufCMessageDescriptor *type, const char *before,
                        int depth, const ProtobufCFieldDescriptor *without, bool *later)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        const char *name = cli_text(cli, "%s%s", before, field->name);
        if (field == without)
            continue;
        if (becomes_columns(field, depth)) {
            print_names(cli, field->descriptor, cli_text(cli, "%s.", name), depth + 1, NULL, later);
            continue;
        }
        fprintf(cli->out, "%s%s", *later ? "," : "", name);
        *later = true;
    }
}

static bool is_text(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE ||
           field->label == PROTOBUF_C_LABEL_REPEATED;
}

// `message` NULL: its columns stay empty.
static void print_values(struct cli *cli, const ProtobufCMessageDescriptor *type,
                         const ProtobufCMessage *message, int depth,
                         const ProtobufCFieldDescriptor *without, bool *later)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field == without)
            continue;
        if (becomes_columns(field, depth)) {
            const void *at = message ? (const char *)message + field->offset : NULL;
            print_values(cli, field->descriptor, at ? *(ProtobufCMessage *const *)at : NULL,
                         depth + 1, NULL, later);
            continue;
        }
        const char *value = field_text(cli, message, field, depth);
        fprintf(cli->out, "%s%s", *later ? "," : "", csv_cell(cli, value, is_text(field)));
        *later = true;
    }
}

static ProtobufCMessage *const *items_of(const ProtobufCMessage *message,
                                         const ProtobufCFieldDescriptor *list, size_t *ret_count)
{
    const char *base = (const char *)message;
    *ret_count = *(const size_t *)(const void *)(base + list->quantifier_offset);
    return *(ProtobufCMessage *const *const *)(const void *)(base + list->offset);
}

static void print_row(struct cli *cli, const ProtobufCMessage *item,
                      const ProtobufCFieldDescriptor *inner, const ProtobufCMessage *inner_item)
{
    bool later = false;
    print_values(cli, item->descriptor, item, 0, inner, &later);
    if (inner)
        print_values(cli, inner->descriptor, inner_item, DEEPEST_COLUMN, NULL, &later);
    fputs("\r\n", cli->out);
}

static void print_item(struct cli *cli, const ProtobufCMessage *item,
                       const ProtobufCFieldDescriptor *inner)
{
    size_t count = 0;
    ProtobufCMessage *const *within = inner ? items_of(item, inner, &count) : NULL;
    if (!inner)
        print_row(cli, item, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        print_row(cli, item, inner, within[i]);
}

void csv_print(struct cli *cli, const ProtobufCMessage *reply, const struct csv_rows *rows)
{
    bool later = false;
    print_names(cli, rows->lists[0]->descriptor, "", 0, rows->inner, &later);
    if (rows->inner)
        print_names(cli, rows->inner->descriptor, cli_text(cli, "%s.", rows->inner->name),
                    DEEPEST_COLUMN, NULL, &later);
    fputs("\r\n", cli->out);
    for (size_t k = 0; k < rows->n; k++) {
        size_t count;
        ProtobufCMessage *const *items = items_of(reply, rows->lists[k], &count);
        for (size_t i = 0; i < count; i++)
            print_item(cli, items[i], rows->inner);
    }
}
