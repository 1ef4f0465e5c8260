// Calls and members of a test's server; its process is okrd_process.c.
#include "tests/support/okrd_private.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- tokens and clients -----------------------------------------------------------------------

ProtobufCBinaryData okrd_hash(const char *text, uint8_t out[32])
{
    crypto_hash_sha256(out, (const uint8_t *)text, strlen(text));
    return (ProtobufCBinaryData){.len = 32, .data = out};
}

void okrd_make_token(char out[44])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, 44, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static struct login *find_login(struct okrd *okrd, const char *handle)
{
    for (size_t i = 0; i < okrd->n_logins; i++)
        if (strcmp(okrd->logins[i].name, handle ? handle : "") == 0)
            return &okrd->logins[i];
    return NULL;
}

static struct login *add_login(struct okrd *okrd, const char *name, const char *token)
{
    if (okrd->n_logins == OKRD_MOST_LOGINS)
        fail_msg("too many members for the harness");
    struct login *login = &okrd->logins[okrd->n_logins++];
    login->name = strdup(name);
    login->token = token ? strdup(token) : NULL;
    return login;
}

void okrd_remember(struct okrd *okrd, const char *name, const char *token)
{
    struct login *login = find_login(okrd, name);
    if (!login) {
        add_login(okrd, name, token);
        return;
    }
    login->client = rpc_client_free(login->client);
    free(login->token);
    login->token = strdup(token);
}

struct rpc_client *okrd_client(struct okrd *okrd, const char *handle)
{
    struct login *login = find_login(okrd, handle);
    if (!login && !handle)
        login = add_login(okrd, "", NULL);
    if (!login) {
        fail_msg("%s was not added with okrd_member()", handle);
        return NULL;
    }
    if (!login->client) {
        const struct rpc_options options = {.address = okrd->address, .token = login->token};
        const char *error = NULL;
        login->client = rpc_client_new(&options, &error);
        if (!login->client)
            fail_msg("no client: %s", error);
    }
    return login->client;
}

const char *okrd_token(struct okrd *okrd, const char *handle)
{
    struct login *login = find_login(okrd, handle);
    return login ? login->token : NULL;
}

void okrd_forget_clients(struct okrd *okrd)
{
    for (size_t i = 0; i < okrd->n_logins; i++) {
        rpc_client_free(okrd->logins[i].client);
        free(okrd->logins[i].name);
        free(okrd->logins[i].token);
    }
    okrd->n_logins = 0;
}

// ---- calls ------------------------------------------------------------------------------------

Okr__Code okrd_call(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request,
                    struct rpc_result *ret)
{
    rpc_call(okrd_client(okrd, handle), method, request, ret);
    return ret->status->code;
}

static const char *word(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    return found ? found->name : "?";
}

static void print_status(const char *handle, enum rpc_id method, const Okr__Status *status)
{
    print_error("%s as %s: %s %s (%s)\n", rpc_methods[method].name, handle ? handle : "anonymous",
                word(&okr__code__descriptor, (int)status->code),
                word(&okr__reason__descriptor, (int)status->reason),
                status->message ? status->message : "");
    for (size_t i = 0; i < status->n_violations; i++) {
        const Okr__FieldViolation *v = status->violations[i];
        print_error("  %s: %s %s\n", v->field, word(&okr__reason__descriptor, (int)v->reason),
                    v->arg ? v->arg : "");
    }
}

void *okrd_must(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request)
{
    struct rpc_result result;
    bool good = okrd_call(okrd, handle, method, request, &result) == OKR__CODE__CODE_OK;
    if (!good)
        print_status(handle, method, result.status);
    ProtobufCMessage *reply = result.reply;
    result.reply = NULL;
    rpc_result_clear(&result);
    if (!good)
        fail_msg("%s was refused", rpc_methods[method].name);
    return reply;
}

void okrd_refused(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request,
                  Okr__Code code, Okr__Reason reason)
{
    struct rpc_result result;
    okrd_call(okrd, handle, method, request, &result);
    bool right = result.status->code == code && result.status->reason == reason;
    if (!right)
        print_status(handle, method, result.status);
    rpc_result_clear(&result);
    if (!right)
        fail_msg("%s should have been refused with %s %s", rpc_methods[method].name,
                 word(&okr__code__descriptor, (int)code),
                 word(&okr__reason__descriptor, (int)reason));
}

static void must_and_drop(struct okrd *okrd, const char *handle, enum rpc_id method,
                          const void *request)
{
    protobuf_c_message_free_unpacked(okrd_must(okrd, handle, method, request), NULL);
}

// ---- members ----------------------------------------------------------------------------------

void okrd_claim(struct okrd *okrd, const char *code)
{
    char token[44];
    uint8_t hash[32];
    okrd_make_token(token);
    Okr__ClaimFirstAdminRequest request = OKR__CLAIM_FIRST_ADMIN_REQUEST__INIT;
    request.code = (char *)(uintptr_t)code;
    request.handle = (char *)(uintptr_t) "admin";
    request.name = (char *)(uintptr_t) "First Admin";
    request.has_token_hash = 1;
    request.token_hash = okrd_hash(token, hash);
    must_and_drop(okrd, NULL, RPC_SERVER_CLAIM_FIRST_ADMIN, &request);
    okrd_remember(okrd, "admin", token);
}

char *okrd_login(struct okrd *okrd, const char *handle)
{
    char code[44], token[44];
    uint8_t code_hash[32], token_hash[32];
    okrd_make_token(code);
    okrd_make_token(token);
    Okr__IssueLoginCodeRequest issue = OKR__ISSUE_LOGIN_CODE_REQUEST__INIT;
    issue.handle = (char *)(uintptr_t)handle;
    issue.has_code_hash = 1;
    issue.code_hash = okrd_hash(code, code_hash);
    must_and_drop(okrd, "admin", RPC_MEMBER_ISSUE_LOGIN_CODE, &issue);
    Okr__LoginRequest login = OKR__LOGIN_REQUEST__INIT;
    login.handle = (char *)(uintptr_t)handle;
    login.code = code;
    login.has_token_hash = 1;
    login.token_hash = okrd_hash(token, token_hash);
    must_and_drop(okrd, NULL, RPC_SERVER_LOGIN, &login);
    return strdup(token);
}

static void grant(struct okrd *okrd, const char *handle, const char *role)
{
    Okr__GrantRoleRequest request = OKR__GRANT_ROLE_REQUEST__INIT;
    request.handle = (char *)(uintptr_t)handle;
    request.role = (char *)(uintptr_t)role;
    must_and_drop(okrd, "admin", RPC_MEMBER_GRANT_ROLE, &request);
}

void okrd_member(struct okrd *okrd, const char *handle, ...)
{
    Okr__AddMemberRequest add = OKR__ADD_MEMBER_REQUEST__INIT;
    add.handle = (char *)(uintptr_t)handle;
    add.name = (char *)(uintptr_t)handle;
    must_and_drop(okrd, "admin", RPC_MEMBER_ADD_MEMBER, &add);
    va_list roles;
    va_start(roles, handle);
    for (const char *role; (role = va_arg(roles, const char *));)
        grant(okrd, handle, role);
    va_end(roles);
    char *token = okrd_login(okrd, handle);
    okrd_remember(okrd, handle, token);
    free(token);
}
