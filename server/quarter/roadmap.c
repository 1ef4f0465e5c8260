// RoadmapService: the items of a fiscal year (R2), written by the PdM and planning, in an explicit
// order (R1). Dropped ones stay visible and keep no place. Links and comments are roadmap_link.c's.
#include "server/quarter/roadmap.h"

#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"

enum { LAST_YEAR = 9998 }; // a fiscal year may end in the calendar year after it

const char *roadmap_resource(struct call *call, int64_t id)
{
    return call_printf(call, "roadmap/%lld", (long long)id);
}

const char *roadmap_name(struct call *call, int64_t id)
{
    return call_printf(call, "R-%lld", (long long)id);
}

// --- A change over its rounds

static void roadmap_changed(struct call *call)
{
    const struct roadmap_change *change = call->state;
    const Okr__RoadmapItem *after = roadmap_read(call, change->asked);
    call_record(call, roadmap_resource(call, after->id),
                change->before ? &change->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

void roadmap_read_back(struct call *call, int64_t id)
{
    struct roadmap_change *change = call->state;
    change->asked = roadmap_ask(call, id);
    call->then = roadmap_changed;
}

void roadmap_load(struct call *call, int64_t id, void (*then)(struct call *))
{
    struct roadmap_change *change = NEW_ARRAY(call, struct roadmap_change, 1);
    change->id = id;
    call->state = change;
    change->asked = roadmap_change_ask(call, id);
    call->then = then;
}

bool roadmap_changeable(struct call *call, int64_t version)
{
    struct roadmap_change *change = call->state;
    struct roadmap_context context;
    if (!roadmap_context_row(call, change->asked, &context)) {
        guard_not_found(call, roadmap_name(call, change->id));
        return false;
    }
    change->before = context.item;
    change->order = context.order;
    change->n_order = context.n_order;
    if (!guard_version(call, roadmap_resource(call, change->id), version, change->before->version,
                       &change->before->base))
        return false;
    if (!change->before->dropped)
        return true;
    guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
    return false;
}

// --- Fields

static void year_range(const struct call *call, int32_t year, int32_t *ret_first, int32_t *ret_last)
{
    int32_t between, first_month = call->settings->fiscal_first_month;
    quarter_range(year, 1, first_month, ret_first, &between);
    quarter_range(year, 4, first_month, &between, ret_last);
}

// A day of the schedule lies in the item's year; absent, it stays what *ret_day was.
static void read_day(struct call *call, const char *field, const char *value, int32_t year,
                     int32_t *ret_day)
{
    int32_t first, last;
    if (value == NULL)
        return;
    int32_t day = field_day(call, value);
    year_range(call, year, &first, &last);
    if (day >= first && day <= last) {
        *ret_day = day;
        return;
    }
    char from[DATE_SIZE], to[DATE_SIZE];
    date_format(first, from);
    date_format(last, to);
    call_violation(call, field, OKR__REASON__REASON_BAD_VALUE,
                   call_printf(call, "%s..%s", from, to));
}

// *ret_starts and *ret_ends come with what counts where the request says nothing.
static bool read_schedule(struct call *call, const Okr__RoadmapItem *item, int32_t year,
                          int32_t *ret_starts, int32_t *ret_ends)
{
    read_day(call, "item.starts", item->starts, year, ret_starts);
    read_day(call, "item.ends", item->ends, year, ret_ends);
    if (call_invalid(call))
        return false;
    if (*ret_starts <= *ret_ends)
        return true;
    char starts[DATE_SIZE];
    date_format(*ret_starts, starts);
    call_violation(call, item->ends ? "item.ends" : "item.starts", OKR__REASON__REASON_BAD_VALUE,
                   call_printf(call, ">= %s", starts));
    return false;
}

// --- Add

static void roadmap_added(struct call *call)
{
    const struct roadmap_change *change = call->state;
    roadmap_read_back(call, asked_i64(call, change->asked));
}

static void roadmap_add_to_year(struct call *call)
{
    const Okr__AddRoadmapItemRequest *request = add_roadmap_item_request(call);
    struct roadmap_change *change = call->state;
    change->n_order = asked_i64s(call, change->asked, &change->order);
    int64_t *order;
    size_t n = order_with(call, change->order, change->n_order, 0, request->item->rank, &order);
    Okr__RoadmapItem item = *request->item;
    item.rank = order_place(order, n, 0);
    change->asked = roadmap_insert(call, &item, change->starts, change->ends);
    roadmap_order_write(call, order, n);
    call->then = roadmap_added;
}

static void roadmap_add_start(struct call *call, const Okr__AddRoadmapItemRequest *request)
{
    const Okr__RoadmapItem *item = request->item;
    struct roadmap_change *change = NEW_ARRAY(call, struct roadmap_change, 1);
    year_range(call, item->year, &change->starts, &change->ends);
    if (!read_schedule(call, item, item->year, &change->starts, &change->ends))
        return;
    call->state = change;
    change->asked = roadmap_order_ask(call, item->year);
    call->then = roadmap_add_to_year;
}

HANDLER(roadmap_add_item, roadmap_add_start);

// --- Update, drop

// An item belongs to the year that it was written for; another year's is another item.
static bool same_year(struct call *call, const Okr__RoadmapItem *wanted, int32_t year)
{
    if (!wanted->has_year || wanted->year == year)
        return true;
    call_violation(call, "item.year", OKR__REASON__REASON_BAD_VALUE, call_printf(call, "%d", year));
    return false;
}

static void roadmap_apply_update(struct call *call)
{
    const Okr__RoadmapItem *wanted = update_roadmap_item_request(call)->item;
    const struct roadmap_change *change = call->state;
    int32_t starts = 0, ends = 0;
    if (!roadmap_changeable(call, wanted->version))
        return;
    Okr__RoadmapItem item = *change->before;
    date_parse(item.starts, &starts);
    date_parse(item.ends, &ends);
    if (!same_year(call, wanted, item.year) ||
        !read_schedule(call, wanted, item.year, &starts, &ends))
        return;
    item.product = wanted->product ? wanted->product : item.product;
    item.text = wanted->text ? wanted->text : item.text;
    roadmap_update(call, &item, starts, ends);
    if (wanted->has_rank) {
        int64_t *order;
        size_t n =
            order_with(call, change->order, change->n_order, change->id, wanted->rank, &order);
        roadmap_order_write(call, order, n);
    }
    roadmap_read_back(call, change->id);
}

static void roadmap_update_start(struct call *call, const Okr__UpdateRoadmapItemRequest *request)
{
    const Okr__RoadmapItem *item = request->item;
    if (guard_changes(call, &item->base))
        roadmap_load(call, item->id, roadmap_apply_update);
}

static void roadmap_apply_drop(struct call *call)
{
    const Okr__DropRoadmapItemRequest *request = drop_roadmap_item_request(call);
    const struct roadmap_change *change = call->state;
    if (!roadmap_changeable(call, request->version))
        return;
    int64_t *order;
    size_t n = order_without(call, change->order, change->n_order, change->id, &order);
    roadmap_drop(call, change->id, request->reason);
    roadmap_order_write(call, order, n);
    roadmap_read_back(call, change->id);
}

static void roadmap_drop_start(struct call *call, const Okr__DropRoadmapItemRequest *request)
{
    roadmap_load(call, request->id, roadmap_apply_drop);
}

HANDLER(roadmap_update_item, roadmap_update_start);
HANDLER(roadmap_drop_item, roadmap_drop_start);

// --- Get, list

struct roadmap_get {
    struct asked item, comments;
};

static void roadmap_get_answer(struct call *call)
{
    const struct roadmap_get *asked = call->state;
    Okr__RoadmapItem *item = roadmap_read(call, asked->item);
    if (!item) {
        guard_not_found(call, roadmap_name(call, get_roadmap_item_request(call)->id));
        return;
    }
    Okr__RoadmapItemDetail *detail =
        NEW(call, Okr__RoadmapItemDetail, OKR__ROADMAP_ITEM_DETAIL__INIT);
    detail->item = item;
    detail->n_comments = roadmap_comments(call, asked->comments, &detail->comments);
    call_reply(call, &detail->base);
}

static void roadmap_get_start(struct call *call, const Okr__GetRoadmapItemRequest *request)
{
    struct roadmap_get *asked = call->state = NEW_ARRAY(call, struct roadmap_get, 1);
    asked->item = roadmap_ask(call, request->id);
    asked->comments = roadmap_comments_ask(call, request->id);
    call->then = roadmap_get_answer;
}

HANDLER(roadmap_get_item, roadmap_get_start, .shared = true);

static void roadmap_list_answer(struct call *call)
{
    const int32_t *year = call->state;
    Okr__Roadmap *roadmap = NEW(call, Okr__Roadmap, OKR__ROADMAP__INIT);
    SET(roadmap, year, *year);
    SET(roadmap, unserved, 0);
    roadmap->n_items = roadmap_list(call, asked_only(call), &roadmap->items);
    for (size_t i = 0; i < roadmap->n_items; i++)
        roadmap->unserved += roadmap->items[i]->unserved ? 1 : 0;
    call_reply(call, &roadmap->base);
}

static void roadmap_list_start(struct call *call, const Okr__ListRoadmapRequest *request)
{
    int32_t *asked = NEW_ARRAY(call, int32_t, 1);
    int year, quarter;
    quarter_of(call_today(call), call->settings->fiscal_first_month, &year, &quarter);
    *asked = request->has_year ? request->year : year;
    call->state = asked;
    roadmap_list_ask(call, *asked, request->unserved, request->with_dropped);
    call->then = roadmap_list_answer;
}

HANDLER(roadmap_list_roadmap, roadmap_list_start, .shared = true);
