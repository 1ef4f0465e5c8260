// ProjectService: the discussion of a project. Discussing is a right apart from deciding (R25), and
// differs between linked and side projects; who may only speak of their own is stopped at others'.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/project/project.h"

static void comment_written(struct call *call)
{
    const struct project_change *change = call->state;
    Okr__ProjectComment **written;
    project_comments(call, asked_only(call), &written);
    const Okr__ProjectComment *comment = written[0];
    call_record(call, project_resource(call, change->id), NULL, &comment->base);
    call_reply(call, &comment->base);
}

static void comment_on(struct call *call, Okr__ProjectKind kind)
{
    const Okr__CommentRequest *request = comment_request(call);
    const struct project_change *change = call->state;
    if (!project_loaded(call))
        return;
    if (change->context.project->kind != kind) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_KIND,
                     kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED ? "side" : "linked");
        return;
    }
    if (call->actor.own_only && !change->context.own) {
        guard_not_own(call, "project");
        return;
    }
    project_comment_insert(call, change->id, request->text);
    call->then = comment_written;
}

static void comment_on_linked(struct call *call)
{
    comment_on(call, OKR__PROJECT_KIND__PROJECT_KIND_LINKED);
}

static void comment_on_side(struct call *call)
{
    comment_on(call, OKR__PROJECT_KIND__PROJECT_KIND_SIDE);
}

static void comment_start(struct call *call, const Okr__CommentRequest *request,
                          void (*then)(struct call *))
{
    project_load(call, request->project_id, then);
}

static void comment_on_linked_start(struct call *call, const Okr__CommentRequest *request)
{
    comment_start(call, request, comment_on_linked);
}

static void comment_on_side_start(struct call *call, const Okr__CommentRequest *request)
{
    comment_start(call, request, comment_on_side);
}

HANDLER(project_comment_on_linked, comment_on_linked_start);
HANDLER(project_comment_on_side, comment_on_side_start);
