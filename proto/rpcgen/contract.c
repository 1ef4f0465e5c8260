// Reading and naming. Options are extensions that the descriptor's own messages do not know, so
// they are read from what these left over.
#include "proto/rpcgen/contract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { POLICY_EXTENSION = 50001, CHECK_EXTENSION = 50002, DEEPEST = 16 };

void die(const char *what, const char *name)
{
    fprintf(stderr, "rpcgen: %s: %s\n", name, what);
    exit(1);
}

file_set *contract_read(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        die("cannot be opened", path);
    size_t cap = 1 << 22, len = 0;
    uint8_t *data = malloc(cap);
    if (!data)
        die("out of memory", path);
    len = fread(data, 1, cap, in);
    fclose(in);
    file_set *set =
        len < cap ? google__protobuf__file_descriptor_set__unpack(NULL, len, data) : NULL;
    if (!set)
        die("is no descriptor set", path);
    free(data);
    return set;
}

FILE *contract_open_out(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    if (!out)
        die("cannot be written", path);
    return out;
}

bool contract_is_ours(const file_desc *file)
{
    return file->package && strncmp(file->package, "okr.", 4) == 0;
}

const message_desc *contract_message(const file_set *set, const char *type)
{
    const char *last = strrchr(type, '.');
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t m = 0; contract_is_ours(set->file[f]) && m < set->file[f]->n_message_type; m++)
            if (last && strcmp(set->file[f]->message_type[m]->name, last + 1) == 0)
                return set->file[f]->message_type[m];
    return NULL;
}

const field_desc *contract_field(const message_desc *message, const char *name)
{
    for (size_t i = 0; i < message->n_field; i++)
        if (strcmp(message->field[i]->name, name) == 0)
            return message->field[i];
    return NULL;
}

void contract_check_message(const file_set *set, const message_desc *message, unsigned depth)
{
    if (depth > DEEPEST)
        die("the message contains itself, or is nested deeper than 16", message->name);
    for (size_t i = 0; i < message->n_field; i++) {
        const field_desc *field = message->field[i];
        if (field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED ||
            field->default_value)
            die("fields are optional or repeated, without defaults", field->name);
        if (field->has_oneof_index)
            die("a field stands for itself: no oneof", field->name);
        if (field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE) {
            const message_desc *inner = contract_message(set, field->type_name);
            if (!inner)
                die("its type is unknown", field->name);
            contract_check_message(set, inner, depth + 1);
        }
    }
}

// ---- options ----------------------------------------------------------------------------------

static uint64_t varint(const uint8_t **p, const uint8_t *end)
{
    uint64_t v = 0;
    for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
        uint8_t b = *(*p)++;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return v;
    }
    return v;
}

// The bytes of the option, protoc's pieces of it joined; NULL: it is not set. Freed by the caller.
static uint8_t *option_of(const ProtobufCMessage *options, uint32_t tag, size_t *ret_len)
{
    uint8_t *joined = NULL;
    *ret_len = 0;
    for (unsigned i = 0; i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        const uint8_t *p = field->data, *end = field->data + field->len;
        if (field->tag != tag || varint(&p, end) != (uint64_t)(end - p))
            continue;
        uint8_t *more = realloc(joined, *ret_len + (size_t)(end - p) + 1);
        if (!more)
            die("out of memory", "an option");
        joined = more;
        memcpy(joined + *ret_len, p, (size_t)(end - p));
        *ret_len += (size_t)(end - p);
    }
    return joined;
}

Okr__Policy *contract_policy(const method_desc *method)
{
    size_t len;
    uint8_t *data =
        method->options ? option_of(&method->options->base, POLICY_EXTENSION, &len) : NULL;
    Okr__Policy *policy = data ? okr__policy__unpack(NULL, len, data) : NULL;
    free(data);
    return policy;
}

Okr__Check *contract_check(const field_desc *field)
{
    size_t len;
    uint8_t *data = field->options ? option_of(&field->options->base, CHECK_EXTENSION, &len) : NULL;
    Okr__Check *check = data ? okr__check__unpack(NULL, len, data) : NULL;
    if (data && (!check || check->base.n_unknown_fields))
        die("its check cannot be read", field->name);
    free(data);
    return check;
}

// ---- names ------------------------------------------------------------------------------------

void name_snake(const char *camel, bool upper, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; camel[i] && n + 2 < size; i++) {
        bool starts_word =
            i > 0 && isupper((unsigned char)camel[i]) &&
            (islower((unsigned char)camel[i - 1]) || islower((unsigned char)camel[i + 1]));
        if (starts_word)
            out[n++] = '_';
        out[n++] =
            (char)(upper ? toupper((unsigned char)camel[i]) : tolower((unsigned char)camel[i]));
    }
    out[n] = '\0';
}

void name_method(const file_desc *file, const char *service, const char *method,
                 struct method_names *n)
{
    char stem[80], part[80];
    size_t len = strlen(service);
    if (len < 8 || len >= sizeof stem || strcmp(service + len - 7, "Service") != 0)
        die("a service's name ends in Service", service);
    memcpy(stem, service, len - 7);
    stem[len - 7] = '\0';
    char noun[80];
    name_snake(stem, true, noun, sizeof noun);
    name_snake(method, true, part, sizeof part);
    snprintf(n->constant, sizeof n->constant, "RPC_%.60s_%.60s", noun, part);
    name_snake(stem, false, noun, sizeof noun);
    name_snake(method, false, part, sizeof part);
    snprintf(n->handler, sizeof n->handler, "%.60s_%.60s", noun, part);
    snprintf(n->full, sizeof n->full, "%.40s.%.50s/%.60s", file->package, service, method);
}

void name_type(const char *type, struct type_names *n)
{
    const char *last = strrchr(type, '.');
    n->camel = last ? last + 1 : type;
    name_snake(n->camel, false, n->snake, sizeof n->snake);
    snprintf(n->descriptor, sizeof n->descriptor, "okr__%s__descriptor", n->snake);
}
