// Members: adding, changing, listing. Deactivating ends everything a member could act with, and the
// last admin stays (R50, R51).
#include "server/call/guard.h"
#include "server/people/member.h"

#include <string.h>
#include "server/call/handler.h"
#include "server/people/member_rows.h"
#include "server/people/token_rows.h"

Okr__Member *member_found(struct call *call, struct asked asked, int64_t *ret_id)
{
    Okr__Member *member = member_read(call, asked, ret_id);
    if (!member)
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "member");
    return member;
}

static const char *resource(struct call *call, const char *handle)
{
    return call_printf(call, "member/%s", handle);
}

// ---- AddMember --------------------------------------------------------------------------------

static void add_done(struct call *call)
{
    Okr__Member *member = member_read(call, asked_only(call), NULL);
    call_record(call, resource(call, member->handle), NULL, &member->base);
    call_reply(call, &member->base);
}

static void add_if_new(struct call *call)
{
    const Okr__AddMemberRequest *request = add_member_request(call);
    if (member_read(call, asked_only(call), NULL)) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, "member");
        return;
    }
    member_ask_insert(call, request->handle, request->name, request->email);
    call->then = add_done;
}

static void add_start(struct call *call, const Okr__AddMemberRequest *request)
{
    member_ask(call, request->handle);
    call->then = add_if_new;
}

HANDLER(member_add_member, add_start, .directory = true);

// ---- UpdateMember -----------------------------------------------------------------------------

struct update {
    struct asked member, admin_remains; // `member`: afterwards as it is then
    Okr__Member *before;
};

static void update_done(struct call *call)
{
    const struct update *update = call->state;
    const Okr__Member *before = update->before;
    Okr__Member *after = member_read(call, update->member, NULL);
    call_record(call, resource(call, after->handle), &before->base, &after->base);
    call_reply(call, &after->base);
}

static bool deactivates(const Okr__UpdateMemberRequest *request, const Okr__Member *current)
{
    return current->active && request->has_active && !request->active;
}

static void update_decide(struct call *call)
{
    const Okr__UpdateMemberRequest *request = update_member_request(call);
    struct update *update = call->state;
    int64_t id;
    Okr__Member *current = member_found(call, update->member, &id);
    if (!current)
        return;
    if (request->version != current->version) {
        call_conflict(call, resource(call, current->handle), request->version, current->version,
                      &current->base);
        return;
    }
    bool ends = deactivates(request, current);
    if (ends && !asked_bool(call, update->admin_remains)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_LAST_ADMIN, NULL);
        return;
    }
    update->before = current;
    update->member = member_ask_update(call, request);
    if (ends)
        token_ask_end_all(call, id);
    call->then = update_done;
}

static void update_start(struct call *call, const Okr__UpdateMemberRequest *request)
{
    if (!guard_changes(call, &request->base))
        return;
    struct update *update = call->state = NEW_ARRAY(call, struct update, 1);
    update->member = member_ask(call, request->handle);
    update->admin_remains = member_ask_admin_remains(call, request->handle, NULL);
    call->then = update_decide;
}

HANDLER(member_update_member, update_start, .directory = true);

// ---- ListMembers ------------------------------------------------------------------------------

static void list_done(struct call *call)
{
    Okr__MemberList *list = NEW(call, Okr__MemberList, OKR__MEMBER_LIST__INIT);
    list->n_members = member_list(call, asked_only(call), &list->members);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListMembersRequest *request)
{
    (void)request;
    member_ask_list(call);
    call->then = list_done;
}

HANDLER(member_list_members, list_start, .shared = true);

// ---- ListHandles ------------------------------------------------------------------------------

static void handles_done(struct call *call)
{
    Okr__Member **members;
    size_t n = member_list(call, asked_only(call), &members);
    Okr__HandleList *list = NEW(call, Okr__HandleList, OKR__HANDLE_LIST__INIT);
    list->members = NEW_ARRAY(call, Okr__MemberHandle *, n);
    for (size_t i = 0; i < n; i++) {
        if (!members[i]->active)
            continue;
        Okr__MemberHandle *handle = NEW(call, Okr__MemberHandle, OKR__MEMBER_HANDLE__INIT);
        handle->handle = members[i]->handle;
        handle->name = members[i]->name;
        list->members[list->n_members++] = handle;
    }
    call_reply(call, &list->base);
}

static void handles_start(struct call *call, const Okr__ListHandlesRequest *request)
{
    (void)request;
    member_ask_list(call);
    call->then = handles_done;
}

HANDLER(member_list_handles, handles_start, .shared = true);
