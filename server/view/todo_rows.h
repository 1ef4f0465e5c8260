// What waits for a member: rows of several tables as one list. It knows tables; what each kind is
// due by is server/view/todo.c's to say where a setting or a holiday moves it.
#ifndef OKR_SERVER_VIEW_TODO_ROWS_H
#define OKR_SERVER_VIEW_TODO_ROWS_H

#include "server/call/call.h"

enum { TODO_MONTHS = 2 }; // the last one and this one

struct todo_question {
    bool dev_lead, program_manager, pl, pdm, bi; // rights of the actor
    int32_t today, monday;
    int32_t monday_due;        // when this week's Monday review is due
    int due_day;               // of a week: 1 Monday … 7 Sunday
    char *months[TODO_MONTHS]; // first days: "2021-01-01"
    int64_t ends_at[TODO_MONTHS];
};
struct asked todo_ask(struct call *call, const struct todo_question *question);
// Whether one is overdue is left to the caller.
size_t todo_list(struct call *call, struct asked asked, Okr__TodoItem ***ret);

#endif
