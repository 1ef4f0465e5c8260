// The method table (methods.c, methods.h), the server's handlers and typed requests (handlers.c,
// handlers.h) and a readable policy (policy.txt, compared with a golden file).
#include "proto/rpcgen/rpcgen.h"

#include <string.h>
#include "common/rpc_method.h"

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
    FILE *c, *h, *handlers, *handlers_h, *policy;
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
    struct method_names n;
    struct type_names request, reply;
    char check[160];
    name_method(file, service, method->name, &n);
    name_type(method->input_type, &request);
    name_type(method->output_type, &reply);
    rpcgen_check_name(set, method->input_type, check, sizeof check);
    Okr__Policy *p = contract_policy(method);
    check_policy(p, n.full);
    uint32_t allow = role_bits(p->allow, p->n_allow), own = role_bits(p->own, p->n_own);
    fprintf(o->h, "    %s,\n", n.constant);
    fprintf(o->c, "    {\"%s\", &%s, &%s, (Okr__Effect)%d, %uu, %uu, %d, %d, %d, %s},\n", n.full,
            request.descriptor, reply.descriptor, (int)p->effect, allow, own, (int)p->members,
            (int)p->anonymous, (int)p->local, check);
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

static void emit_heads(struct outputs *o, const file_set *set)
{
    fprintf(
        o->h,
        "// Generated from proto/okr/v1 by rpcgen.\n#ifndef OKR_METHODS_H\n#define OKR_METHODS_H\n"
        "#include \"common/rpc_method.h\"\n\nenum rpc_id {\n");
    fprintf(o->c, "// Generated from proto/okr/v1 by rpcgen.\n#include \"okr/methods.h\"\n"
                  "#include \"common/field_check.h\"\n#include \"okr/all.h\"\n\n");
    rpcgen_checks(set, o->c);
    fprintf(o->c, "const struct rpc_method rpc_methods[RPC_COUNT + 1] = {\n");
    fprintf(o->handlers,
            "// Generated from proto/okr/v1 by rpcgen: a method without a handler does not link.\n"
            "#include \"okr/handlers.h\"\n\n");
    fprintf(o->handlers_h,
            "// Generated from proto/okr/v1 by rpcgen: each request with its type, and "
            "each method's handler.\n#ifndef OKR_HANDLERS_H\n#define OKR_HANDLERS_H\n"
            "#include <assert.h>\n#include \"server/call/handler.h\"\n\n");
}

static void emit_tails(struct outputs *o, FILE *rows)
{
    fprintf(o->h, "    RPC_COUNT\n};\n\n"
                  "// By rpc_id; behind the last, what okrd asks of itself, which is no method.\n"
                  "extern const struct rpc_method rpc_methods[RPC_COUNT + 1];\n\n#endif\n");
    fprintf(o->c, "    [RPC_COUNT] = {.name = \"okrd\"},\n};\n");
    fprintf(o->handlers_h, "#endif\n");
    fprintf(o->handlers, "const struct handler *const rpc_handlers[RPC_COUNT] = {\n");
    rewind(rows);
    for (int c; (c = fgetc(rows)) != EOF;)
        fputc(c, o->handlers);
    fprintf(o->handlers, "};\n");
}

int rpcgen_methods(const file_set *set, const char *dir)
{
    struct outputs o = {contract_open_out(dir, "methods.c"), contract_open_out(dir, "methods.h"),
                        contract_open_out(dir, "handlers.c"), contract_open_out(dir, "handlers.h"),
                        contract_open_out(dir, "policy.txt")};
    FILE *rows = tmpfile();
    if (!rows)
        die("cannot be made", "a temporary file");
    emit_heads(&o, set);
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t s = 0; s < set->file[f]->n_service; s++) {
            const service_desc *service = set->file[f]->service[s];
            for (size_t m = 0; m < service->n_method; m++)
                emit_method(&o, set, set->file[f], service->name, service->method[m], rows);
        }
    emit_tails(&o, rows);
    fclose(rows);
    return fclose(o.c) + fclose(o.h) + fclose(o.handlers) + fclose(o.handlers_h) + fclose(o.policy);
}
