// For admins: the members, what they hold, and an invitation, whose link is shown once.
#include <string.h>
#include <sodium.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"
#include "client/web/site/site.h"

enum { CODE_SIZE = 20, HASH = 32 };

static void ask(struct visit *v)
{
    Okr__ListMembersRequest members = OKR__LIST_MEMBERS_REQUEST__INIT;
    Okr__ListTokensRequest tokens = OKR__LIST_TOKENS_REQUEST__INIT;
    visit_ask(v, RPC_MEMBER_LIST_MEMBERS, &members);
    visit_ask(v, RPC_MEMBER_LIST_TOKENS, &tokens);
}

static void put_button(struct visit *v, const char *form, const char *field, const char *value,
                       const char *label)
{
    put_form_begin(v, form, "/people");
    put(v, "<input type=\"hidden\" name=\"%s\" value=\"%s\"/><button class=\"quiet\">%s</button>",
        field, value, label);
    put_form_end(v);
}

static void put_members(struct visit *v, const Okr__MemberList *list)
{
    put(v,
        "<div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th></th></tr>"
        "</thead><tbody>",
        _("User name"), _("Name"), _("Roles"));
    for (size_t i = 0; i < list->n_members; i++) {
        const Okr__Member *member = list->members[i];
        put(v, "<tr class=\"%s\"><td>%s</td><td>%s</td><td>", member->active ? "" : "gone",
            show_text(member->handle), show_text(member->name));
        for (size_t r = 0; r < member->n_roles; r++)
            put(v, "%s%s", r ? ", " : "", label_of_word(member->roles[r]));
        put(v, "</td><td>");
        if (member->active)
            put_button(v, cli_text(&v->cli, "invite-%s", member->handle), "handle", member->handle,
                       _("Invite"));
        put(v, "</td></tr>");
    }
    put(v, "</tbody></table></div>");
}

static void put_logins(struct visit *v, const Okr__TokenList *list)
{
    put(v,
        "<h2>%s</h2><div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th>"
        "<th>%s</th><th></th></tr></thead><tbody>",
        _("Logins"), _("User name"), _("Where"), _("Since"), _("Until"));
    for (size_t i = 0; i < list->n_tokens; i++) {
        const Okr__Token *token = list->tokens[i];
        const char *id = cli_text(&v->cli, "%lld", (long long)token->id);
        if (token->revoked_at)
            continue;
        put(v, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>", show_text(token->handle),
            show_text(token->label), show_time(&v->cli, token->created_at),
            show_time(&v->cli, token->expires_at));
        put_button(v, cli_text(&v->cli, "revoke-%s", id), "id", id, _("End it"));
        put(v, "</td></tr>");
    }
    put(v, "</tbody></table></div>");
}

static void show(struct visit *v)
{
    v->title = _("People");
    put(v, "<h1>%s</h1>", v->title);
    if (v->note)
        put(v, "<p class=\"past\">%s<br/><code>%s</code></p>",
            _("This link logs them in, once. It is shown only now:"), v->note);
    put_members(v, visit_reply(v, 2));
    put(v,
        "<p><a href=\"/more/member/add\">%s</a> · <a href=\"/more/role/grant\">%s</a> · "
        "<a href=\"/more/role/revoke\">%s</a></p>",
        _("Add a member"), _("Give a role"), _("Take a role away"));
    put_logins(v, visit_reply(v, 3));
}

// 80 random bits in Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U.
static void make_code(char ret[CODE_SIZE])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    size_t length = 0;
    for (size_t i = 0; i < 16; i++) {
        if (i > 0 && i % 4 == 0)
            ret[length++] = '-';
        ret[length++] = letters[randombytes_uniform(32)];
    }
    ret[length] = '\0';
}

static void invite(struct visit *v)
{
    char code[CODE_SIZE];
    uint8_t hash[HASH];
    const char *host = exchange_header(v->x, "Origin"); // it is ours: the form was let in by it
    Okr__IssueLoginCodeRequest request = OKR__ISSUE_LOGIN_CODE_REQUEST__INIT;
    make_code(code);
    crypto_hash_sha256(hash, (const uint8_t *)code, strlen(code));
    request.handle = text_field(v, "handle");
    request.has_code_hash = 1;
    request.code_hash = (ProtobufCBinaryData){.len = HASH, .data = hash};
    v->note = cli_text(&v->cli, "%s/join#%s/%s", show_text(host), show_text(request.handle), code);
    visit_change(v, RPC_MEMBER_ISSUE_LOGIN_CODE, &request, NULL);
}

static void act(struct visit *v)
{
    Okr__RevokeTokenRequest revoke = OKR__REVOKE_TOKEN_REQUEST__INIT;
    if (strncmp(show_text(visit_field(v, "form")), "revoke-", 7) != 0) {
        invite(v);
        return;
    }
    revoke.has_id = 1;
    revoke.id = visit_field_id(v, "id");
    visit_change(v, RPC_MEMBER_REVOKE_TOKEN, &revoke, "/people");
}

const struct page page_people = {.path = "/people",
                                 .name = N_("People"),
                                 .needs = RPC_MEMBER_LIST_MEMBERS,
                                 .ask = ask,
                                 .show = show,
                                 .act = act};
