// The server itself, and the session that a token stands for: who am I, log out.
#include "common/calendar.h"
#include "common/rpc_method.h"
#include "server/clock.h"
#include "server/call/handler.h"
#include "server/people/session.h"
#include "server/people/token_rows.h"
#include "server/pg/writer.h"

// ---- GetServerInfo ----------------------------------------------------------------------------

static char *now_text(struct call *call)
{
    char *text = NEW_ARRAY(call, char, TIMESTAMP_SIZE);
    timestamp_format(call->now, text);
    return text;
}

static void set_dates(struct call *call, Okr__ServerInfo *info, int32_t today)
{
    int year, quarter;
    info->today = NEW_ARRAY(call, char, DATE_SIZE);
    date_format(today, info->today);
    info->week = NEW_ARRAY(call, char, WEEK_SIZE);
    week_format(week_of(today), info->week);
    quarter_of(today, call->settings->fiscal_first_month, &year, &quarter);
    info->quarter = NEW_ARRAY(call, char, QUARTER_SIZE);
    quarter_format(year, quarter, info->quarter);
}

static void info_start(struct call *call, const Okr__GetServerInfoRequest *request)
{
    (void)request;
    const struct directory *dir = server_directory();
    Okr__ServerInfo *info = NEW(call, Okr__ServerInfo, OKR__SERVER_INFO__INIT);
    info->version = call_printf(call, "%s", OKR_VERSION);
    SET(info, revision, call->revision);
    info->now = now_text(call);
    SET(info, simulated_clock, clock_is_simulated());
    info->time_zone = call_printf(call, "%s", directory_settings(dir)->time_zone);
    set_dates(call, info, call_today(call));
    SET(info, has_admin, directory_has_admin(dir));
    call_reply(call, &info->base);
}

HANDLER(server_get_server_info, info_start);

// ---- WhoAmI -----------------------------------------------------------------------------------

Okr__Session *session_of(struct call *call, const struct directory_member *member)
{
    Okr__Session *session = NEW(call, Okr__Session, OKR__SESSION__INIT);
    session->handle = call_printf(call, "%s", member->handle);
    session->name = call_printf(call, "%s", member->name);
    session->roles = NEW_ARRAY(call, char *, member->n_roles);
    for (size_t i = 0; i < member->n_roles; i++)
        session->roles[session->n_roles++] = call_printf(call, "%s", member->roles[i]->name);
    session->rights = NEW_ARRAY(call, Okr__Role, 32);
    for (unsigned role = 1; role < 32; role++)
        if (member->rights & ROLE_BIT(role))
            session->rights[session->n_rights++] = (Okr__Role)role;
    return session;
}

void session_set_token(struct call *call, Okr__Session *session, int64_t token_id,
                       int64_t expires_at)
{
    session->expires_at = NEW_ARRAY(call, char, TIMESTAMP_SIZE);
    timestamp_format(expires_at, session->expires_at);
    SET(session, token_id, token_id);
}

static void who_start(struct call *call, const Okr__GetSessionRequest *request)
{
    (void)request;
    const struct directory *dir = server_directory();
    const struct directory_member *member = directory_by_id(dir, call->actor.member_id);
    if (!member) {
        call_fail(call, OKR__CODE__CODE_UNAUTHENTICATED, OKR__REASON__REASON_TOKEN_UNKNOWN, NULL);
        return;
    }
    Okr__Session *session = session_of(call, member);
    if (call->actor.token_id > 0)
        session_set_token(call, session, call->actor.token_id,
                          directory_token_expiry(dir, call->actor.token_id));
    call_reply(call, &session->base);
}

HANDLER(server_who_am_i, who_start, .present = true);

// ---- Logout -----------------------------------------------------------------------------------

static void logout_done(struct call *call)
{
    Okr__Token *after = token_read(call, asked_only(call));
    Okr__Token *before = token_read(call, asked_only(call));
    if (!after) {
        call_fail(call, OKR__CODE__CODE_UNAUTHENTICATED, OKR__REASON__REASON_TOKEN_UNKNOWN, NULL);
        return;
    }
    before->revoked_at = NULL;
    call_record(call, call_printf(call, "token/%lld", (long long)after->id), &before->base,
                &after->base);
    call_reply(call, &NEW(call, Okr__LogoutReply, OKR__LOGOUT_REPLY__INIT)->base);
}

static void logout_start(struct call *call, const Okr__LogoutRequest *request)
{
    (void)request;
    token_ask_revoke(call, call->actor.token_id);
    call->then = logout_done;
}

HANDLER(server_logout, logout_start, .directory = true);
