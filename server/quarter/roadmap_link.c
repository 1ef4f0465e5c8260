// RoadmapService: what serves an item, and the discussion of it. Who writes the roadmap links; the
// dev lead and the program manager comment.
#include "server/quarter/roadmap.h"

#include "server/call/handler.h"
#include "server/call/guard.h"

// --- Links

// One kind of links in a request and in the item as it is.
struct link_change {
    const char *add_field, *remove_field;
    const char *prefix; // as people write the ids: "KR"
    const int64_t *add, *remove;
    size_t n_add, n_remove;
};

static void read_request(const Okr__LinkRoadmapItemRequest *r,
                         struct link_change links[ROADMAP_LINKS])
{
    links[ROADMAP_OBJECTIVE] = (struct link_change){
        "add_objectives",    "remove_objectives",   "O", r->add_objectives, r->remove_objectives,
        r->n_add_objectives, r->n_remove_objectives};
    links[ROADMAP_KR] = (struct link_change){
        "add_krs", "remove_krs", "KR", r->add_krs, r->remove_krs, r->n_add_krs, r->n_remove_krs};
    links[ROADMAP_PROJECT] = (struct link_change){
        "add_projects",    "remove_projects",   "P", r->add_projects, r->remove_projects,
        r->n_add_projects, r->n_remove_projects};
}

static size_t linked_now(const Okr__RoadmapItem *item, enum roadmap_link link, int64_t **ret)
{
    switch (link) {
    case ROADMAP_OBJECTIVE:
        *ret = item->objective_ids;
        return item->n_objective_ids;
    case ROADMAP_KR:
        *ret = item->kr_ids;
        return item->n_kr_ids;
    default:
        *ret = item->project_ids;
        return item->n_project_ids;
    }
}

// What is to be added can serve something, and what is to be taken away is there.
static bool links_exist(struct call *call, const struct link_change *change, enum roadmap_link link)
{
    const struct roadmap_change *state = call->state;
    int64_t *live, *now;
    size_t n_live = asked_i64s(call, state->live[link], &live);
    size_t n_now = linked_now(state->before, link, &now);
    bool added = guard_found(call, change->add_field, change->prefix, change->add, change->n_add,
                             live, n_live);
    bool removed = guard_found(call, change->remove_field, change->prefix, change->remove,
                               change->n_remove, now, n_now);
    return added && removed;
}

static void roadmap_apply_links(struct call *call)
{
    const Okr__LinkRoadmapItemRequest *request = link_roadmap_item_request(call);
    struct link_change links[ROADMAP_LINKS];
    bool sound = roadmap_changeable(call, request->version);
    read_request(request, links);
    for (int i = 0; sound && i < ROADMAP_LINKS; i++)
        sound = links_exist(call, &links[i], (enum roadmap_link)i);
    if (!sound)
        return;
    for (int i = 0; i < ROADMAP_LINKS; i++)
        if (links[i].n_add + links[i].n_remove > 0)
            roadmap_link_write(call, (enum roadmap_link)i, request->id, links[i].add,
                               links[i].n_add, links[i].remove, links[i].n_remove);
    roadmap_touch(call, request->id);
    roadmap_read_back(call, request->id);
}

// Nothing twice, and nothing both added and taken away.
static void check_link(struct call *call, const struct link_change *change)
{
    for (size_t i = 0; i < change->n_remove; i++)
        if (guard_has_id(change->add, change->n_add, change->remove[i]))
            call_violation(call, call_printf(call, "%s[%zu]", change->remove_field, i),
                           OKR__REASON__REASON_DUPLICATE, NULL);
}

static void roadmap_link_start(struct call *call, const Okr__LinkRoadmapItemRequest *request)
{
    struct link_change links[ROADMAP_LINKS];
    size_t n = 0;
    read_request(request, links);
    for (int i = 0; i < ROADMAP_LINKS; i++) {
        check_link(call, &links[i]);
        n += links[i].n_add + links[i].n_remove;
    }
    if (n == 0)
        call_violation(call, "add_krs", OKR__REASON__REASON_REQUIRED, NULL);
    if (call_invalid(call))
        return;
    roadmap_load(call, request->id, roadmap_apply_links);
    struct roadmap_change *change = call->state;
    for (int i = 0; i < ROADMAP_LINKS; i++)
        change->live[i] =
            roadmap_link_live_ask(call, (enum roadmap_link)i, links[i].add, links[i].n_add);
}

HANDLER(roadmap_link_item, roadmap_link_start);

// --- Comments

static void comment_written(struct call *call)
{
    Okr__RoadmapComment **written;
    roadmap_comments(call, asked_only(call), &written);
    const Okr__RoadmapComment *comment = written[0];
    call_record(call, roadmap_resource(call, comment->item_id), NULL, &comment->base);
    call_reply(call, &comment->base);
}

static void comment_on_item(struct call *call)
{
    const Okr__CommentRoadmapItemRequest *request = comment_roadmap_item_request(call);
    if (!roadmap_read(call, asked_only(call))) {
        guard_not_found(call, roadmap_name(call, request->id));
        return;
    }
    roadmap_comment_insert(call, request->id, request->text);
    call->then = comment_written;
}

static void roadmap_comment_start(struct call *call, const Okr__CommentRoadmapItemRequest *request)
{
    roadmap_ask(call, request->id);
    call->then = comment_on_item;
}

HANDLER(roadmap_comment_item, roadmap_comment_start);
