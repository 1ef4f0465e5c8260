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

struct by_address {
    struct asked handle, taken, token;
    const struct directory_member *member;
};

static void signed_in(struct call *call)
{
    const struct by_address *login = call->state;
    Okr__Token *token = token_read(call, login->token);
    Okr__Session *session = session_of(call, login->member);
    session_set_token(call, session, token->id, token_expiry(call));
    call_record(call, call_printf(call, "token/%lld", (long long)token->id), NULL, &token->base);
    call_reply(call, &session->base);
}

static bool may_sign_in(struct call *call, const struct by_address *login)
{
    if (!login->member)
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "member");
    else if (login->member->rights & ROLE_BIT(OKR__ROLE__ROLE_ADMIN))
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_KIND,
                  "admin");
    else if (asked_bool(call, login->taken))
        call_violation(call, "token_hash", OKR__REASON__REASON_DUPLICATE, NULL);
    else
        return true;
    return false;
}

static void decide(struct call *call)
{
    const Okr__LoginByAddressRequest *request = login_by_address_request(call);
    struct by_address *login = call->state;
    struct row row;
    if (asked_first(call, login->handle, &row))
        login->member = directory_by_handle(server_directory(), take_text(&row));
    if (!may_sign_in(call, login))
        return;
    login->token = token_ask_insert(call, login->member->id, request->token_hash, request->label,
                                    token_expiry(call));
    call->then = signed_in;
}

static void start(struct call *call, const Okr__LoginByAddressRequest *request)
{
    struct by_address *login = call->state = NEW_ARRAY(call, struct by_address, 1);
    login->member = NULL;
    login->handle = member_ask_by_address(call, request->email);
    login->taken = token_ask_taken(call, request->token_hash);
    call->then = decide;
}

HANDLER(server_login_by_address, start, .directory = true);
