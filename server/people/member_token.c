// Login codes and tokens, the admin's side: inviting a member, seeing and ending logins (R51).
#include "common/calendar.h"
#include "server/people/directory.h"
#include "server/call/handler.h"
#include "server/people/member.h"
#include "server/people/member_rows.h"
#include "server/people/token_rows.h"

enum { MINUTES_DEFAULT = 1440, RECOVERY_MINUTES = 60 };
#define MINUTE_US INT64_C(60000000)

// ---- IssueLoginCode, IssueRecoveryCode
// ---------------------------------------------------------------------------

static int64_t code_expiry(const struct call *call)
{
    const Okr__IssueLoginCodeRequest *request = issue_login_code_request(call);
    int32_t otherwise =
        call->id == RPC_MEMBER_ISSUE_RECOVERY_CODE ? RECOVERY_MINUTES : MINUTES_DEFAULT;
    int32_t minutes = request->has_valid_minutes ? request->valid_minutes : otherwise;
    return call->now + minutes * MINUTE_US;
}

static void issue_done(struct call *call)
{
    const Okr__IssueLoginCodeRequest *request = issue_login_code_request(call);
    Okr__LoginCode *code = NEW(call, Okr__LoginCode, OKR__LOGIN_CODE__INIT);
    code->handle = request->handle;
    code->expires_at = NEW_ARRAY(call, char, TIMESTAMP_SIZE);
    timestamp_format(code_expiry(call), code->expires_at);
    int64_t id = asked_i64(call, asked_only(call));
    call_record(call, call_printf(call, "login-code/%lld", (long long)id), NULL, &code->base);
    call_reply(call, &code->base);
}

static bool is_admin(const char *handle)
{
    const struct directory_member *member = directory_by_handle(server_directory(), handle);
    return member && (member->rights & ROLE_BIT(OKR__ROLE__ROLE_ADMIN));
}

struct issue {
    struct asked member, taken;
};

static void issue_decide(struct call *call)
{
    const Okr__IssueLoginCodeRequest *request = issue_login_code_request(call);
    const struct issue *issue = call->state;
    int64_t id;
    const Okr__Member *member = member_found(call, issue->member, &id);
    if (!member)
        return;
    if (!member->active) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_MEMBER_INACTIVE,
                  NULL);
        return;
    }
    if (call->id == RPC_MEMBER_ISSUE_RECOVERY_CODE && !is_admin(request->handle)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_NOT_AN_ADMIN,
                  NULL);
        return;
    }
    if (asked_bool(call, issue->taken)) {
        call_violation(call, "code_hash", OKR__REASON__REASON_DUPLICATE, NULL);
        return;
    }
    login_code_ask_insert(call, id, request->code_hash, code_expiry(call));
    call->then = issue_done;
}

static void issue_start(struct call *call, const Okr__IssueLoginCodeRequest *request)
{
    struct issue *issue = call->state = NEW_ARRAY(call, struct issue, 1);
    issue->member = member_ask(call, request->handle);
    issue->taken = login_code_ask_taken(call, request->code_hash);
    call->then = issue_decide;
}

// A code that takes no login to get is a short one.
static void recovery_start(struct call *call, const Okr__IssueLoginCodeRequest *request)
{
    if (request->valid_minutes > RECOVERY_MINUTES)
        call_violation(call, "valid_minutes", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "1 .. %d", RECOVERY_MINUTES));
    else
        issue_start(call, request);
}

HANDLER(member_issue_login_code, issue_start);
HANDLER(member_issue_recovery_code, recovery_start);

// ---- ListTokens -------------------------------------------------------------------------------

static void list_done(struct call *call)
{
    Okr__TokenList *list = NEW(call, Okr__TokenList, OKR__TOKEN_LIST__INIT);
    list->n_tokens = token_list(call, asked_only(call), &list->tokens);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListTokensRequest *request)
{
    if (request->handle && !directory_by_handle(server_directory(), request->handle)) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "member");
        return;
    }
    token_ask_list(call, request->handle);
    call->then = list_done;
}

HANDLER(member_list_tokens, list_start, .present = true);

// ---- RevokeToken ------------------------------------------------------------------------------

static void revoke_done(struct call *call)
{
    const Okr__Token *before = call->state;
    Okr__Token *after = token_read(call, asked_only(call));
    call_record(call, call_printf(call, "token/%lld", (long long)after->id), &before->base,
                &after->base);
    call_reply(call, &after->base);
}

static void revoke_decide(struct call *call)
{
    Okr__Token *token = token_read(call, asked_only(call));
    if (!token) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "token");
        return;
    }
    if (token->revoked_at) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_STATE,
                  "revoked");
        return;
    }
    call->state = token;
    token_ask_revoke(call, token->id);
    call->then = revoke_done;
}

static void revoke_start(struct call *call, const Okr__RevokeTokenRequest *request)
{
    token_ask(call, request->id);
    call->then = revoke_decide;
}

HANDLER(member_revoke_token, revoke_start, .directory = true);
