// Logging in with a code from an admin, and becoming the first admin. A wrong code, a used one and
// an unknown handle look alike from outside, and take the same way. Codes and sums of secrets are
// in no message that is recorded.
#include <sodium.h>
#include <string.h>
#include "server/people/first_admin.h"
#include "server/people/login_limit.h"
#include "server/clock.h"
#include "server/call/handler.h"
#include "server/people/member.h"
#include "server/people/session.h"
#include "server/people/member_rows.h"
#include "server/people/role_rows.h"
#include "server/people/token_rows.h"

#define DAY_US INT64_C(86400000000)

static int64_t token_expiry(const struct call *call)
{
    return call->now + call->settings->token_days * DAY_US;
}

static void fail_code(struct call *call)
{
    call_fail(call, OKR__CODE__CODE_UNAUTHENTICATED, OKR__REASON__REASON_CODE_INVALID, NULL);
}

// What a new login asks, and what it writes.
struct new_login {
    struct asked code, member, taken, admin_remains; // of these what it needs
    struct asked used, token;
    Okr__Token *issued;
};

static bool token_is_new(struct call *call, struct asked taken)
{
    if (!asked_bool(call, taken))
        return true;
    call_violation(call, "token_hash", OKR__REASON__REASON_DUPLICATE, NULL);
    return false;
}

// ---- Login ------------------------------------------------------------------------------------

static void login_done(struct call *call)
{
    const Okr__LoginRequest *request = login_request(call);
    const struct new_login *login = call->state;
    const struct directory_member *member =
        directory_by_handle(server_directory(), request->handle);
    if (!member || rows_affected(call_rows(call, login->used)) != 1) {
        fail_code(call);
        return;
    }
    login_limit_forget(request->handle);
    Okr__Token *token = token_read(call, login->token);
    Okr__Session *session = session_of(call, member);
    session_set_token(call, session, token->id, token_expiry(call));
    call_record(call, call_printf(call, "token/%lld", (long long)token->id), NULL, &token->base);
    call_reply(call, &session->base);
}

static bool may_try(struct call *call, const char *handle)
{
    if (!login_limit_reached(handle, clock_monotonic_ms()))
        return true;
    call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS,
              call_printf(call, "%d", LOGIN_LIMIT_WRONG));
    return false;
}

// Asked here and not when the call comes in: many can come in before the first one is judged.
static void login_decide(struct call *call)
{
    const Okr__LoginRequest *request = login_request(call);
    struct new_login *login = call->state;
    struct login_code code;
    if (!may_try(call, request->handle))
        return;
    if (!login_code_row(call, login->code, &code)) {
        login_limit_note_wrong(request->handle, clock_monotonic_ms());
        fail_code(call);
        return;
    }
    if (!token_is_new(call, login->taken))
        return;
    login->used = login_code_ask_use(call, code.id);
    login->token = token_ask_insert(call, code.member_id, request->token_hash, request->label,
                                    token_expiry(call));
    call->then = login_done;
}

static void login_start(struct call *call, const Okr__LoginRequest *request)
{
    uint8_t *hash = NEW_ARRAY(call, uint8_t, SECRET_HASH_BYTES);
    crypto_hash_sha256(hash, (const uint8_t *)request->code, strlen(request->code));
    struct new_login *login = call->state = NEW_ARRAY(call, struct new_login, 1);
    login->code = login_code_ask_usable(call, request->handle, hash);
    login->taken = token_ask_taken(call, request->token_hash);
    call->then = login_decide;
}

HANDLER(server_login, login_start, .directory = true);

// ---- ClaimFirstAdmin --------------------------------------------------------------------------

static void claim_done(struct call *call)
{
    const Okr__ClaimFirstAdminRequest *request = claim_first_admin_request(call);
    Okr__Member *member = member_read(call, asked_only(call), NULL);
    Okr__Token *token = ((const struct new_login *)call->state)->issued;
    const struct directory_role role = {"admin", OKR__ROLE__ROLE_ADMIN};
    const struct directory_role *const roles[] = {&role};
    const struct directory_member now = {
        .handle = request->handle,
        .name = request->name,
        .rights = ROLE_BIT(OKR__ROLE__ROLE_ADMIN),
        .roles = roles,
        .n_roles = 1,
    };
    Okr__Session *session = session_of(call, &now);
    session_set_token(call, session, token->id, token_expiry(call));
    call_record(call, call_printf(call, "member/%s", member->handle), NULL, &member->base);
    call_reply(call, &session->base);
}

static void claim_reread(struct call *call)
{
    const Okr__ClaimFirstAdminRequest *request = claim_first_admin_request(call);
    struct new_login *login = call->state;
    login->issued = token_read(call, login->token);
    member_ask(call, request->handle);
    call->then = claim_done;
}

static void claim_grant(struct call *call)
{
    const Okr__ClaimFirstAdminRequest *request = claim_first_admin_request(call);
    struct new_login *login = call->state;
    int64_t id;
    member_read(call, login->member, &id);
    role_ask_grant(call, id, "admin", 0);
    login->token = token_ask_insert(call, id, request->token_hash, NULL, token_expiry(call));
    call->then = claim_reread;
}

// Not when the call comes in: a retry of the call that succeeded gets its stored answer before
// this.
static void claim_decide(struct call *call)
{
    const Okr__ClaimFirstAdminRequest *request = claim_first_admin_request(call);
    struct new_login *login = call->state;
    if (asked_bool(call, login->admin_remains)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_ADMIN_EXISTS,
                  NULL);
        return;
    }
    if (!first_admin_check(request->code)) {
        fail_code(call);
        return;
    }
    if (member_read(call, login->member, NULL)) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, "member");
        return;
    }
    if (!token_is_new(call, login->taken))
        return;
    login->member = member_ask_insert(call, request->handle, request->name, NULL);
    call->then = claim_grant;
}

static void claim_start(struct call *call, const Okr__ClaimFirstAdminRequest *request)
{
    struct new_login *login = call->state = NEW_ARRAY(call, struct new_login, 1);
    login->admin_remains = member_ask_admin_remains(call, "", NULL);
    login->member = member_ask(call, request->handle);
    login->taken = token_ask_taken(call, request->token_hash);
    call->then = claim_decide;
}

HANDLER(server_claim_first_admin, claim_start, .directory = true);
