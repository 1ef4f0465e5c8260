// Signing in as the member with an address, which a company's auth proxy has proved: for okr-web
// behind it. By the service's own user or root alone, on the machine; never as an admin.
#include "server/call/handler.h"
#include "server/clock.h"
#include "server/people/member_rows.h"
#include "server/people/session.h"
#include "server/people/token_rows.h"

#define DAY_US INT64_C(86400000000)

static int64_t token_expiry(const struct call *call)
{
    return call->now + call->settings->token_days * DAY_US;
}

static void signed_in(struct call *call)
{
    const struct directory_member *member = call->state;
    Okr__Token *token = token_row(call, &call->rows[0], 0);
    Okr__Session *session = session_of(call, member);
    session_set_token(call, session, token->id, token_expiry(call));
    call_record(call, call_printf(call, "token/%lld", (long long)token->id), NULL, &token->base);
    call_reply(call, &session->base);
}

static void decide(struct call *call)
{
    const Okr__LoginByAddressRequest *request = login_by_address_request(call);
    const struct rows *found = &call->rows[0];
    const struct directory_member *member =
        rows_count(found) == 1 ? directory_by_handle(server_directory(), row_text(found, 0, 0))
                               : NULL; // nobody's address, or that of several
    if (!member) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "member");
        return;
    }
    if (member->rights & ROLE_BIT(OKR__ROLE__ROLE_ADMIN)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_KIND,
                  "admin");
        return;
    }
    if (row_bool(&call->rows[1], 0, 0)) {
        call_violation(call, "token_hash", OKR__REASON__REASON_DUPLICATE, NULL);
        return;
    }
    call->state = (void *)(uintptr_t)member;
    token_ask_insert(call, member->id, request->token_hash, request->label, token_expiry(call));
    call->then = signed_in;
}

static void start(struct call *call, const Okr__LoginByAddressRequest *request)
{
    member_ask_by_address(call, request->email);
    token_ask_taken(call, request->token_hash);
    call->then = decide;
}

HANDLER(server_login_by_address, start, .directory = true);
