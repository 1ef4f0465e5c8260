// Build tool: turns the contract's descriptor set into the method table (methods.c, methods.h), the
// server's handler table and its typed requests (handlers.c, handlers.h), the enums' numbers for
// SQL (sql.h) and a readable policy (policy.txt, compared with a golden file). Also `rpcgen compat
// OLD NEW`: says what in NEW would break a peer that was built from OLD. A method without a policy,
// a recursive message or a required field fails the build.
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/rpc_method.h"
#include "google/protobuf/descriptor.pb-c.h"

typedef Google__Protobuf__FileDescriptorSet file_set;
typedef Google__Protobuf__FileDescriptorProto file_desc;
typedef Google__Protobuf__DescriptorProto message_desc;
typedef Google__Protobuf__EnumDescriptorProto enum_desc;
typedef Google__Protobuf__MethodDescriptorProto method_desc;
typedef Google__Protobuf__FieldDescriptorProto field_desc;

enum { POLICY_EXTENSION = 50001 };

static void die(const char *what, const char *name)
{
    fprintf(stderr, "rpcgen: %s: %s\n", name, what);
    exit(1);
}

static file_set *read_set(const char *path)
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

static bool is_ours(const file_desc *file)
{
    return file->package && strncmp(file->package, "okr.", 4) == 0;
}

// "GetServerInfo" → "get_server_info", or in capitals.
static void snake(const char *camel, bool upper, char *out, size_t size)
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

struct names {
    char constant[128]; // RPC_BOARD_GET_BOARD
    char handler[128];  // board_get_board
    char full[160];     // okr.v1.BoardService/GetBoard
};

static void name_method(const file_desc *file, const char *service, const char *method,
                        struct names *n)
{
    char stem[80], part[80];
    size_t len = strlen(service);
    if (len < 8 || len >= sizeof stem || strcmp(service + len - 7, "Service") != 0)
        die("a service's name ends in Service", service);
    memcpy(stem, service, len - 7);
    stem[len - 7] = '\0';
    char noun[80];
    snake(stem, true, noun, sizeof noun);
    snake(method, true, part, sizeof part);
    snprintf(n->constant, sizeof n->constant, "RPC_%.60s_%.60s", noun, part);
    snake(stem, false, noun, sizeof noun);
    snake(method, false, part, sizeof part);
    snprintf(n->handler, sizeof n->handler, "%.60s_%.60s", noun, part);
    snprintf(n->full, sizeof n->full, "%.40s.%.50s/%.60s", file->package, service, method);
}

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

static Okr__Policy *policy_of(const method_desc *method)
{
    if (!method->options)
        return NULL;
    const ProtobufCMessage *options = &method->options->base;
    for (unsigned i = 0; i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        if (field->tag != POLICY_EXTENSION)
            continue;
        const uint8_t *p = field->data, *end = field->data + field->len;
        uint64_t len = varint(&p, end);
        if (len == (uint64_t)(end - p))
            return okr__policy__unpack(NULL, (size_t)len, p);
    }
    return NULL;
}

// ".okr.v1.GetBoardRequest" → "GetBoardRequest", "get_board_request" and
// "okr__get_board_request__descriptor" (the files set c_package = "okr").
struct type_names {
    const char *camel;
    char snake[100];
    char descriptor[130];
};

static void name_type(const char *type, struct type_names *n)
{
    const char *last = strrchr(type, '.');
    n->camel = last ? last + 1 : type;
    snake(n->camel, false, n->snake, sizeof n->snake);
    snprintf(n->descriptor, sizeof n->descriptor, "okr__%s__descriptor", n->snake);
}

static uint32_t role_bits(const Okr__Role *roles, size_t n)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits |= ROLE_BIT(roles[i]);
    return bits;
}

static const char *role_name(int role)
{
    const ProtobufCEnumValue *v =
        protobuf_c_enum_descriptor_get_value(&okr__role__descriptor, role);
    return v ? v->name + strlen("ROLE_") : "?";
}

static void print_roles(FILE *out, const char *label, uint32_t bits)
{
    if (!bits)
        return;
    fprintf(out, " %s:", label);
    const char *sep = "";
    for (int role = 1; role < 32; role++)
        if (bits & ROLE_BIT(role)) {
            fprintf(out, "%s%s", sep, role_name(role));
            sep = ",";
        }
}

static void check_policy(const Okr__Policy *p, const char *method)
{
    if (!p || p->effect == OKR__EFFECT__EFFECT_UNSPECIFIED)
        die("the method has no policy with an effect", method);
    bool granted = p->n_allow || p->n_own || p->members || p->anonymous;
    if (!granted)
        die("the policy grants the method to nobody", method);
    if (p->local && !p->anonymous)
        die("local is for anonymous methods", method);
}

struct outputs {
    FILE *c, *h, *handlers, *handlers_h, *sql, *policy;
};

// Whether an earlier method of the contract takes the same type.
static bool is_taken_before(const file_set *set, const method_desc *method)
{
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t s = 0; s < set->file[f]->n_service; s++)
            for (size_t m = 0; m < set->file[f]->service[s]->n_method; m++) {
                const method_desc *other = set->file[f]->service[s]->method[m];
                if (other == method)
                    return false;
                if (strcmp(other->input_type, method->input_type) == 0)
                    return true;
            }
    return false;
}

// The one place where a request gets its type; HANDLER finds the type of its method's by name.
static void emit_request(FILE *out, const char *handler, const struct type_names *request,
                         bool again)
{
    if (!again)
        fprintf(out,
                "static inline const Okr__%s *%s(const struct call *call)\n{\n"
                "    assert(call->request->descriptor == &%s);\n"
                "    return (const Okr__%s *)call->request;\n}\n",
                request->camel, request->snake, request->descriptor, request->camel);
    fprintf(out, "#define REQUEST_OF_%s %s\nextern const struct handler handle_%s;\n\n", handler,
            request->snake, handler);
}

static void emit_method(struct outputs *o, const file_set *set, const file_desc *file,
                        const char *service, const method_desc *method, FILE *handler_rows)
{
    struct names n;
    struct type_names request, reply;
    name_method(file, service, method->name, &n);
    name_type(method->input_type, &request);
    name_type(method->output_type, &reply);
    Okr__Policy *p = policy_of(method);
    check_policy(p, n.full);
    uint32_t allow = role_bits(p->allow, p->n_allow), own = role_bits(p->own, p->n_own);
    fprintf(o->h, "    %s,\n", n.constant);
    fprintf(o->c, "    {\"%s\", &%s, &%s, (Okr__Effect)%d, %uu, %uu, %d, %d, %d},\n", n.full,
            request.descriptor, reply.descriptor, (int)p->effect, allow, own, (int)p->members,
            (int)p->anonymous, (int)p->local);
    emit_request(o->handlers_h, n.handler, &request, is_taken_before(set, method));
    fprintf(handler_rows, "    &handle_%s,\n", n.handler);
    const ProtobufCEnumValue *effect =
        protobuf_c_enum_descriptor_get_value(&okr__effect__descriptor, (int)p->effect);
    fprintf(o->policy, "%s %s", n.full, effect->name + strlen("EFFECT_"));
    print_roles(o->policy, "allow", allow);
    print_roles(o->policy, "own", own);
    fprintf(o->policy, "%s%s%s\n", p->members ? " members" : "", p->anonymous ? " anonymous" : "",
            p->local ? " local" : "");
    okr__policy__free_unpacked(p, NULL);
}

static const message_desc *find_message(const file_set *set, const char *type)
{
    const char *last = strrchr(type, '.');
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t m = 0; is_ours(set->file[f]) && m < set->file[f]->n_message_type; m++)
            if (last && strcmp(set->file[f]->message_type[m]->name, last + 1) == 0)
                return set->file[f]->message_type[m];
    return NULL;
}

static void check_message(const file_set *set, const message_desc *message, unsigned depth)
{
    if (depth > 16)
        die("the message contains itself, or is nested deeper than 16", message->name);
    for (size_t i = 0; i < message->n_field; i++) {
        const field_desc *field = message->field[i];
        if (field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED ||
            field->default_value)
            die("fields are optional or repeated, without defaults", field->name);
        if (field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE) {
            const message_desc *inner = find_message(set, field->type_name);
            if (!inner)
                die("its type is unknown", field->name);
            check_message(set, inner, depth + 1);
        }
    }
}

// PROJECT_STATE_ACCEPTED → SQL_PROJECT_STATE_ACCEPTED "2", to be written into the text of a
// statement.
static void emit_enum(FILE *out, const enum_desc *e)
{
    for (size_t i = 0; i < e->n_value; i++)
        fprintf(out, "#define SQL_%s \"%d\"\n", e->value[i]->name, (int)e->value[i]->number);
    fprintf(out, "\n");
}

static FILE *open_out(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    if (!out)
        die("cannot be written", path);
    return out;
}

static void emit_heads(struct outputs *o)
{
    fprintf(
        o->h,
        "// Generated from proto/okr/v1 by rpcgen.\n#ifndef OKR_METHODS_H\n#define OKR_METHODS_H\n"
        "#include \"common/rpc_method.h\"\n\nenum rpc_id {\n");
    fprintf(o->c, "// Generated from proto/okr/v1 by rpcgen.\n#include \"okr/methods.h\"\n"
                  "#include \"okr/all.h\"\n\nconst struct rpc_method rpc_methods[RPC_COUNT] = {\n");
    fprintf(o->handlers,
            "// Generated from proto/okr/v1 by rpcgen: a method without a handler does not link.\n"
            "#include \"okr/handlers.h\"\n\n");
    fprintf(o->handlers_h,
            "// Generated from proto/okr/v1 by rpcgen: each request with its type, and "
            "each method's handler.\n#ifndef OKR_HANDLERS_H\n#define OKR_HANDLERS_H\n"
            "#include <assert.h>\n#include \"server/call/handler.h\"\n\n");
    fprintf(o->sql, "// Generated from proto/okr/v1 by rpcgen: the enums' numbers, as SQL writes "
                    "them.\n#ifndef OKR_SQL_H\n#define OKR_SQL_H\n\n");
}

static void emit_tails(struct outputs *o, FILE *rows)
{
    fprintf(
        o->h,
        "    RPC_COUNT\n};\n\nextern const struct rpc_method rpc_methods[RPC_COUNT];\n\n#endif\n");
    fprintf(o->c, "};\n");
    fprintf(o->handlers_h, "#endif\n");
    fprintf(o->sql, "#endif\n");
    fprintf(o->handlers, "const struct handler *const rpc_handlers[RPC_COUNT] = {\n");
    rewind(rows);
    for (int c; (c = fgetc(rows)) != EOF;)
        fputc(c, o->handlers);
    fprintf(o->handlers, "};\n");
}

static int generate(const char *set_path, const char *dir)
{
    file_set *set = read_set(set_path);
    struct outputs o = {open_out(dir, "methods.c"),  open_out(dir, "methods.h"),
                        open_out(dir, "handlers.c"), open_out(dir, "handlers.h"),
                        open_out(dir, "sql.h"),      open_out(dir, "policy.txt")};
    FILE *rows = tmpfile(), *all = open_out(dir, "all.h");
    if (!rows)
        die("cannot be made", "a temporary file");
    emit_heads(&o);
    fprintf(all, "// Generated from proto/okr/v1 by rpcgen: every message.\n");
    for (size_t f = 0; f < set->n_file; f++) {
        const file_desc *file = set->file[f];
        if (!is_ours(file))
            continue;
        for (size_t m = 0; m < file->n_message_type; m++)
            check_message(set, file->message_type[m], 0);
        size_t stem = strlen(file->name) - strlen(".proto");
        if (!strstr(file->name, "options.proto"))
            fprintf(all, "#include \"%.*s.pb-c.h\"\n", (int)stem, file->name);
        for (size_t e = 0; e < file->n_enum_type; e++)
            emit_enum(o.sql, file->enum_type[e]);
        for (size_t s = 0; s < file->n_service; s++)
            for (size_t m = 0; m < file->service[s]->n_method; m++)
                emit_method(&o, set, file, file->service[s]->name, file->service[s]->method[m],
                            rows);
    }
    emit_tails(&o, rows);
    fclose(rows);
    fclose(all);
    int failed = fclose(o.c) + fclose(o.h) + fclose(o.handlers) + fclose(o.handlers_h) +
                 fclose(o.sql) + fclose(o.policy);
    google__protobuf__file_descriptor_set__free_unpacked(set, NULL);
    return failed ? 1 : 0;
}

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
        for (size_t e = 0; is_ours(now->file[f]) && e < now->file[f]->n_enum_type; e++) {
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

static int compare_service(const Google__Protobuf__ServiceDescriptorProto *was, const file_set *now)
{
    int bad = 0;
    for (size_t m = 0; m < was->n_method; m++) {
        bool found = false;
        for (size_t f = 0; f < now->n_file; f++)
            for (size_t s = 0; is_ours(now->file[f]) && s < now->file[f]->n_service; s++)
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

static int compat(const char *old_path, const char *new_path)
{
    file_set *was = read_set(old_path), *now = read_set(new_path);
    int bad = 0;
    for (size_t f = 0; f < was->n_file; f++) {
        const file_desc *file = was->file[f];
        if (!is_ours(file))
            continue;
        for (size_t m = 0; m < file->n_message_type; m++) {
            char dotted[200];
            snprintf(dotted, sizeof dotted, ".%s", file->message_type[m]->name);
            const message_desc *is = find_message(now, dotted);
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

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "generate") == 0)
        return generate(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "compat") == 0)
        return compat(argv[2], argv[3]);
    fprintf(stderr, "usage: rpcgen generate SET DIR | rpcgen compat OLD NEW\n");
    return 2;
}
