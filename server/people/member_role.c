// Roles: who holds which, and which there are. Nobody grants one to themselves, neither by granting
// nor by bringing a retired one back, and the last admin stays one (R25, R51).
#include <string.h>
#include "server/call/handler.h"
#include "server/people/member.h"
#include "server/people/member_rows.h"
#include "server/people/role_rows.h"

static void fail_self_grant(struct call *call)
{
    call_fail(call, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_SELF_GRANT, NULL);
}

static void fail_last_admin(struct call *call)
{
    call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_LAST_ADMIN, NULL);
}

static bool holds(const Okr__Member *member, const char *role)
{
    for (size_t i = 0; i < member->n_roles; i++)
        if (strcmp(member->roles[i], role) == 0)
            return true;
    return false;
}

// What a change of who holds what asks. Granting and revoking end in the member as it is then.
struct role_change {
    struct asked member, role, admin_remains;
    Okr__Member *before;
};

static void member_changed(struct call *call)
{
    const Okr__Member *before = ((const struct role_change *)call->state)->before;
    Okr__Member *after = member_read(call, asked_only(call), NULL);
    call_record(call, call_printf(call, "member/%s", after->handle), &before->base, &after->base);
    call_reply(call, &after->base);
}

static void member_reread(struct call *call)
{
    const struct role_change *change = call->state;
    member_ask(call, change->before->handle);
    call->then = member_changed;
}

// ---- GrantRole --------------------------------------------------------------------------------

static void grant_decide(struct call *call)
{
    const Okr__GrantRoleRequest *request = grant_role_request(call);
    struct role_change *change = call->state;
    int64_t id;
    Okr__Member *member = member_found(call, change->member, &id);
    if (!member)
        return;
    const Okr__RoleInfo *role = role_read(call, change->role);
    if (!role || role->retired) {
        call_violation(call, "role", OKR__REASON__REASON_NOT_EXISTING, "role");
        return;
    }
    if (holds(member, request->role)) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, "role");
        return;
    }
    change->before = member;
    role_ask_grant(call, id, request->role, call->actor.member_id);
    call->then = member_reread;
}

static void grant_start(struct call *call, const Okr__GrantRoleRequest *request)
{
    if (strcmp(request->handle, call->actor.handle) == 0) {
        fail_self_grant(call);
        return;
    }
    struct role_change *change = call->state = NEW_ARRAY(call, struct role_change, 1);
    change->member = member_ask(call, request->handle);
    change->role = role_ask(call, request->role);
    call->then = grant_decide;
}

HANDLER(member_grant_role, grant_start, .directory = true);

// ---- RevokeRole -------------------------------------------------------------------------------

static void revoke_decide(struct call *call)
{
    const Okr__RevokeRoleRequest *request = revoke_role_request(call);
    struct role_change *change = call->state;
    int64_t id;
    Okr__Member *member = member_found(call, change->member, &id);
    if (!member)
        return;
    if (!holds(member, request->role)) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "role");
        return;
    }
    if (!asked_bool(call, change->admin_remains)) {
        fail_last_admin(call);
        return;
    }
    change->before = member;
    role_ask_revoke(call, id, request->role);
    call->then = member_reread;
}

static void revoke_start(struct call *call, const Okr__RevokeRoleRequest *request)
{
    struct role_change *change = call->state = NEW_ARRAY(call, struct role_change, 1);
    change->member = member_ask(call, request->handle);
    change->admin_remains = member_ask_admin_remains(call, request->handle, request->role);
    call->then = revoke_decide;
}

HANDLER(member_revoke_role, revoke_start, .directory = true);

// ---- AddRole ----------------------------------------------------------------------------------

static void add_done(struct call *call)
{
    Okr__RoleInfo *role = role_read(call, asked_only(call));
    call_record(call, call_printf(call, "role/%s", role->name), NULL, &role->base);
    call_reply(call, &role->base);
}

static void add_if_new(struct call *call)
{
    const Okr__AddRoleRequest *request = add_role_request(call);
    if (role_read(call, asked_only(call))) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, "role");
        return;
    }
    role_ask_insert(call, request);
    call->then = add_done;
}

// The agent's rights come by delegation only (R29), so no role gives them or takes its name.
static void check_rights(struct call *call, const Okr__AddRoleRequest *request)
{
    if (request->rights_of == OKR__ROLE__ROLE_AGENT)
        call_violation(call, "rights_of", OKR__REASON__REASON_BAD_VALUE, "ROLE_PDM to ROLE_ADMIN");
    if (strcmp(request->name, "agent") == 0)
        call_violation(call, "name", OKR__REASON__REASON_BAD_VALUE, "another name");
}

static void add_start(struct call *call, const Okr__AddRoleRequest *request)
{
    check_rights(call, request);
    if (call_invalid(call))
        return;
    role_ask(call, request->name);
    call->then = add_if_new;
}

HANDLER(member_add_role, add_start, .directory = true);

// ---- RetireRole -------------------------------------------------------------------------------

static bool to_retire(const Okr__RetireRoleRequest *request)
{
    return !request->has_retired || request->retired;
}

static void retire_done(struct call *call)
{
    const Okr__RoleInfo *before = call->state;
    Okr__RoleInfo *after = role_read(call, asked_only(call));
    call_record(call, call_printf(call, "role/%s", after->name), &before->base, &after->base);
    call_reply(call, &after->base);
}

static void retire_decide(struct call *call)
{
    const Okr__RetireRoleRequest *request = retire_role_request(call);
    const struct role_change *change = call->state;
    Okr__RoleInfo *role = role_read(call, change->role);
    if (!role) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "role");
        return;
    }
    const Okr__Member *actor = member_read(call, change->member, NULL);
    bool retires = to_retire(request);
    if (retires == role->retired) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_STATE,
                  role->retired ? "retired" : "in use");
        return;
    }
    if (retires && !asked_bool(call, change->admin_remains)) {
        fail_last_admin(call);
        return;
    }
    if (!retires && holds(actor, role->name)) {
        fail_self_grant(call);
        return;
    }
    call->state = role;
    role_ask_retire(call, role->name, retires);
    call->then = retire_done;
}

static void retire_start(struct call *call, const Okr__RetireRoleRequest *request)
{
    struct role_change *change = call->state = NEW_ARRAY(call, struct role_change, 1);
    change->role = role_ask(call, request->name);
    change->admin_remains = member_ask_admin_remains(call, NULL, request->name);
    change->member = member_ask(call, call->actor.handle);
    call->then = retire_decide;
}

HANDLER(member_retire_role, retire_start, .directory = true);

// ---- ListRoles --------------------------------------------------------------------------------

static void list_done(struct call *call)
{
    Okr__RoleList *list = NEW(call, Okr__RoleList, OKR__ROLE_LIST__INIT);
    list->n_roles = role_list(call, asked_only(call), &list->roles);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListRolesRequest *request)
{
    (void)request;
    role_ask_list(call);
    call->then = list_done;
}

HANDLER(member_list_roles, list_start, .shared = true);
