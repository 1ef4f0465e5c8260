// PlanService, reading the rows that no binding belongs to, page by page: resources, assignments,
// calendars. One way for all: what differs is the reply's fields. Must not know SQL.
#include "okr/limits.h"
#include "server/call/handler.h"
#include "server/plan/plan_rows.h"
#include "server/plan/plan_table_rows.h"

enum {
    REPLY_BYTES = 6 * 1024 * 1024, // of the rows as text: a page ends early where they are long
};

// What a request for a page says, whatever its type.
struct page {
    int table;
    bool has_number;
    int64_t number;
    int64_t after;
    int32_t limit;
    const char *source;
    Okr__PlanVersion *version;
    ProtobufCMessage **rows;
    size_t n;
    int64_t last;
    bool more;
    void (*answer)(struct call *call, const struct page *page);
};

#define PAGE(request, table_, most_, answer_)                                                      \
    {                                                                                              \
        .table = (table_), .source = (request)->source, .has_number = (request)->has_number,       \
        .number = (request)->number,                                                               \
        .after = (request)->has_after_position ? (request)->after_position : -1,                   \
        .limit = (request)->has_limit ? (request)->limit : (most_), .answer = (answer_)            \
    }

// Fills what all replies have; `field` is the list's.
#define FILL(reply, page, field, type)                                                             \
    do {                                                                                           \
        (reply)->plan_version = (page)->version;                                                   \
        (reply)->field = (type **)(void *)(page)->rows;                                            \
        (reply)->n_##field = (page)->n;                                                            \
        SET(reply, more, (page)->more);                                                            \
        if ((page)->n > 0)                                                                         \
            SET(reply, last_position, (page)->last);                                               \
    } while (0)

static void page_answer(struct call *call)
{
    struct page *page = call->state;
    struct row row = asked_begin(call, asked_only(call));
    size_t count = (size_t)rows_count(row.rows);
    size_t size = 0;
    page->rows = NEW_ARRAY(call, ProtobufCMessage *, count);
    while (page->n < count && page->n < (size_t)page->limit && size < REPLY_BYTES &&
           row_next(&row)) {
        ProtobufCMessage *message = plan_page_take(call, page->table, &row, &page->last, &size);
        if (!message)
            break;
        page->rows[page->n++] = message;
    }
    page->more = page->n < count;
    page->answer(call, page);
}

static void page_ask(struct call *call)
{
    struct page *page = call->state;
    struct plan_version_key key;
    struct row row;
    if (!asked_first(call, asked_only(call), &row)) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan version");
        return;
    }
    page->version = plan_version_take(call, &row, &key);
    // One more tells whether there is more.
    plan_page_ask(call, page->table, &key, page->after, page->limit + 1);
    call->then = page_answer;
}

static void page_start(struct call *call, const struct page *asked)
{
    struct page *page = NEW_ARRAY(call, struct page, 1);
    *page = *asked;
    call->state = page;
    plan_version_ask(call, page->source, page->has_number, page->number);
    call->then = page_ask;
}

static void resources_answer(struct call *call, const struct page *page)
{
    Okr__PlanResourceList *list = NEW(call, Okr__PlanResourceList, OKR__PLAN_RESOURCE_LIST__INIT);
    FILL(list, page, resources, Okr__PlanResource);
    call_reply(call, &list->base);
}

static void resources_start(struct call *call, const Okr__ListPlanResourcesRequest *request)
{
    const struct page page =
        PAGE(request, PLAN_RESOURCES, LIST_PLAN_RESOURCES_REQUEST_LIMIT_MOST, resources_answer);
    page_start(call, &page);
}

HANDLER(plan_list_plan_resources, resources_start, .bulk = true);

static void assignments_answer(struct call *call, const struct page *page)
{
    Okr__PlanAssignmentList *list =
        NEW(call, Okr__PlanAssignmentList, OKR__PLAN_ASSIGNMENT_LIST__INIT);
    FILL(list, page, assignments, Okr__PlanAssignment);
    call_reply(call, &list->base);
}

static void assignments_start(struct call *call, const Okr__ListPlanAssignmentsRequest *request)
{
    const struct page page = PAGE(request, PLAN_ASSIGNMENTS,
                                  LIST_PLAN_ASSIGNMENTS_REQUEST_LIMIT_MOST, assignments_answer);
    page_start(call, &page);
}

HANDLER(plan_list_plan_assignments, assignments_start, .bulk = true);

static void calendars_answer(struct call *call, const struct page *page)
{
    Okr__PlanCalendarList *list = NEW(call, Okr__PlanCalendarList, OKR__PLAN_CALENDAR_LIST__INIT);
    FILL(list, page, calendars, Okr__PlanCalendar);
    call_reply(call, &list->base);
}

static void calendars_start(struct call *call, const Okr__ListPlanCalendarsRequest *request)
{
    const struct page page =
        PAGE(request, PLAN_CALENDARS, LIST_PLAN_CALENDARS_REQUEST_LIMIT_MOST, calendars_answer);
    page_start(call, &page);
}

HANDLER(plan_list_plan_calendars, calendars_start, .bulk = true);
