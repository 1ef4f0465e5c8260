// Roadmap items made through the contract: see roadmap_fixture.h.
#include "tests/support/roadmap_fixture.h"

const Okr__RoadmapItem *roadmap_add(struct okrd *okrd, int32_t year, const char *text, int32_t rank)
{
    Okr__RoadmapItem item = OKR__ROADMAP_ITEM__INIT;
    item.has_year = true;
    item.year = year;
    item.product = (char *)(uintptr_t) "Product";
    item.text = (char *)(uintptr_t)text;
    item.has_rank = rank != 0;
    item.rank = rank;
    Okr__AddRoadmapItemRequest request = OKR__ADD_ROADMAP_ITEM_REQUEST__INIT;
    request.item = &item;
    return must(okrd, "pdm", RPC_ROADMAP_ADD_ITEM, &request);
}

const Okr__RoadmapItemDetail *roadmap_get(struct okrd *okrd, int64_t id)
{
    Okr__GetRoadmapItemRequest request = OKR__GET_ROADMAP_ITEM_REQUEST__INIT;
    request.has_id = true;
    request.id = id;
    return must(okrd, "kim", RPC_ROADMAP_GET_ITEM, &request);
}

const Okr__Roadmap *roadmap_list(struct okrd *okrd, int32_t year, bool unserved, bool with_dropped)
{
    Okr__ListRoadmapRequest request = OKR__LIST_ROADMAP_REQUEST__INIT;
    request.has_year = year != 0;
    request.year = year;
    request.has_unserved = request.has_with_dropped = true;
    request.unserved = unserved;
    request.with_dropped = with_dropped;
    return must(okrd, "kim", RPC_ROADMAP_LIST_ROADMAP, &request);
}

bool roadmap_unserved(struct okrd *okrd, int64_t id)
{
    return roadmap_get(okrd, id)->item->unserved;
}

Okr__LinkRoadmapItemRequest *roadmap_link_request(struct okrd *okrd, int64_t item,
                                                  enum roadmap_target target, int64_t id, bool add)
{
    static Okr__LinkRoadmapItemRequest request;
    static int64_t ids[1];
    okr__link_roadmap_item_request__init(&request);
    request.has_id = request.has_version = true;
    request.id = item;
    request.version = roadmap_get(okrd, item)->item->version;
    ids[0] = id;
    size_t *counts[][2] = {{&request.n_remove_objectives, &request.n_add_objectives},
                           {&request.n_remove_krs, &request.n_add_krs},
                           {&request.n_remove_projects, &request.n_add_projects}};
    int64_t **lists[][2] = {{&request.remove_objectives, &request.add_objectives},
                            {&request.remove_krs, &request.add_krs},
                            {&request.remove_projects, &request.add_projects}};
    *counts[target][add] = 1;
    *lists[target][add] = ids;
    return &request;
}

void roadmap_link(struct okrd *okrd, int64_t item, enum roadmap_target target, int64_t id)
{
    must(okrd, "pdm", RPC_ROADMAP_LINK_ITEM, roadmap_link_request(okrd, item, target, id, true));
}

void roadmap_unlink(struct okrd *okrd, int64_t item, enum roadmap_target target, int64_t id)
{
    must(okrd, "pdm", RPC_ROADMAP_LINK_ITEM, roadmap_link_request(okrd, item, target, id, false));
}

void roadmap_drop(struct okrd *okrd, int64_t item)
{
    Okr__DropRoadmapItemRequest request = OKR__DROP_ROADMAP_ITEM_REQUEST__INIT;
    request.has_id = request.has_version = true;
    request.id = item;
    request.version = roadmap_get(okrd, item)->item->version;
    request.reason = (char *)(uintptr_t) "for the test";
    must(okrd, "pdm", RPC_ROADMAP_DROP_ITEM, &request);
}

void fixture_drop_kr(struct okrd *okrd, int64_t kr)
{
    Okr__GetKeyResultRequest get = OKR__GET_KEY_RESULT_REQUEST__INIT;
    get.has_id = true;
    get.id = kr;
    const Okr__KeyResult *now = must(okrd, "pdm", RPC_QUARTER_GET_KEY_RESULT, &get);
    Okr__DropKeyResultRequest request = OKR__DROP_KEY_RESULT_REQUEST__INIT;
    request.has_id = request.has_version = true;
    request.id = kr;
    request.version = now->version;
    request.reason = (char *)(uintptr_t) "for the test";
    must(okrd, "pdm", RPC_QUARTER_DROP_KEY_RESULT, &request);
}

void fixture_drop_objective(struct okrd *okrd, int64_t objective, int64_t version)
{
    Okr__DropObjectiveRequest request = OKR__DROP_OBJECTIVE_REQUEST__INIT;
    request.has_id = request.has_version = true;
    request.id = objective;
    request.version = version;
    request.reason = (char *)(uintptr_t) "for the test";
    must(okrd, "pdm", RPC_QUARTER_DROP_OBJECTIVE, &request);
}
