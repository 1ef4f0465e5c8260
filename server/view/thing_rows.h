// One row of any table that has versions, by the name that the audit log gives it, and what is
// unfinished about it. It knows tables; how a resource is spelled is server/view/thing.c's.
#ifndef OKR_SERVER_VIEW_THING_ROWS_H
#define OKR_SERVER_VIEW_THING_ROWS_H

#include "server/call/call.h"

struct thing_name {
    const char *kind; // "binding" of "binding/program/5"
    const char *name; // "program"
    const char *key;  // "5"; "": there is none
    int64_t id;       // the number that it ends with; 0: none
    bool has_day;
    int32_t day; // the name as a day: a week's Monday, a month's first
    int32_t today;
};

struct asked thing_ask(struct call *call, const struct thing_name *name);
// Without resource and unfinished; NULL: there is no row.
Okr__Thing *thing_row(struct call *call, struct asked asked);

struct asked thing_unfinished_ask(struct call *call, const struct thing_name *name);
size_t thing_unfinished_rows(struct call *call, struct asked asked, Okr__Unfinished ***ret);

#endif
