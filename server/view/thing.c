// InsightService: what any thing is and at which version, and what is unfinished about it: what
// somebody has to see before they change or end it (R53). A thing goes by the name that the audit
// log gives it. It must not know statements.
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/guard.h"
#include "server/call/handler.h"
#include "server/view/thing_rows.h"

// How the second word of a resource is read, and whether there is something before it has a row.
static const struct thing_kind {
    const char *name;
    enum { BY_ID, BY_NAME, BY_WEEK, BY_MONTH } by;
    bool undecided;
} kinds[] = {
    {"quarter", BY_NAME, false},    {"objective", BY_ID, false},     {"kr", BY_ID, false},
    {"project", BY_ID, false},      {"roadmap", BY_ID, false},       {"goal", BY_ID, false},
    {"entry", BY_ID, false},        {"action", BY_ID, false},        {"member", BY_NAME, false},
    {"settings", BY_NAME, false},   {"binding", BY_NAME, true},      {"docket", BY_WEEK, true},
    {"evaluation", BY_MONTH, true}, {"side-review", BY_MONTH, true},
};

static const struct thing_kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

// The number at the end of "project/12" or "binding/program/5"; 0: there is none.
static int64_t number_of(const char *text)
{
    const char *slash = strrchr(text, '/');
    const char *digits = slash ? slash + 1 : text;
    size_t length = strspn(digits, "0123456789");
    return length > 0 && length <= 18 && !digits[length] ? strtoll(digits, NULL, 10) : 0;
}

// Takes "kind/name/key" apart. False: it is none, and the call has failed.
static bool take_resource(struct call *call, const char *resource, struct thing_name *ret)
{
    char *text = call_printf(call, "%s", resource);
    ret->kind = strsep(&text, "/");
    ret->name = text ? strsep(&text, "/") : NULL;
    ret->key = text ? text : "";
    const struct thing_kind *kind = kind_of(ret->kind);
    bool good = kind && ret->name && ret->name[0];
    if (good && kind->by == BY_WEEK)
        good = ret->has_day = week_parse(ret->name, &ret->day);
    if (good && kind->by == BY_MONTH)
        good = ret->has_day = month_parse(ret->name, &ret->day);
    ret->id = number_of(resource);
    if (good && kind->by == BY_ID)
        good = ret->id > 0 && !ret->key[0];
    if (!good)
        call_violation(call, "resource", OKR__REASON__REASON_BAD_VALUE, "project/12");
    return good;
}

// What was asked, kept until it is answered.
struct thing_asked {
    const struct thing_kind *kind;
    struct asked thing, unfinished;
};

static void get_thing_answer(struct call *call)
{
    const Okr__GetThingRequest *request = get_thing_request(call);
    const struct thing_asked *asked = call->state;
    Okr__Thing *thing = thing_row(call, asked->thing);
    if (!thing && !asked->kind->undecided) {
        guard_not_found(call, request->resource);
        return;
    }
    if (!thing) {
        thing = NEW(call, Okr__Thing, OKR__THING__INIT);
        SET(thing, version, 0);
    }
    thing->resource = request->resource;
    thing->n_unfinished = thing_unfinished_rows(call, asked->unfinished, &thing->unfinished);
    call_reply(call, &thing->base);
}

static void get_thing(struct call *call, const Okr__GetThingRequest *request)
{
    struct thing_name name = {.today = call_today(call)};
    if (!take_resource(call, request->resource, &name))
        return;
    struct thing_asked *asked = NEW(call, struct thing_asked, {0});
    asked->kind = kind_of(name.kind);
    asked->thing = thing_ask(call, &name);
    asked->unfinished = thing_unfinished_ask(call, &name);
    call->state = asked;
    call->then = get_thing_answer;
}

HANDLER(insight_get_thing, get_thing);
