// What one member has to do, as rows with the rank that each inherits. No rule but that order (R5).
#ifndef OKR_SERVER_VIEW_MY_WORK_ROWS_H
#define OKR_SERVER_VIEW_MY_WORK_ROWS_H

#include "server/call/call.h"

// What a thing inherits from its project. Smaller comes first; has_project_id false: bound to none,
// last.
struct inherited_rank {
    bool has_project_id;
    int64_t project_id;
    int32_t kind;        // okr.v1.ProjectKind
    int32_t quarter_day; // the quarter's first day
    bool has_objective_rank, has_kr_rank;
    int32_t objective_rank, kr_rank; // of the project's best KR; a side project has none
    int32_t project_rank;
    int64_t kr_id; // 0: none
    char *kr_text;
};

// The actor's unfinished leaf tasks in the published plan versions, of accepted projects or of
// none; `before` ("2021-02-15"): only those that begin before that day; NULL: all.
struct asked my_work_tasks_ask(struct call *call, const char *before);
Okr__WorkItem *my_work_task_row(struct call *call, struct row *row,
                                struct inherited_rank *ret_rank);

// The accepted projects that the actor leads or belongs to, in inherited order; and the week's
// goals of these, for goal_rows().
struct asked my_work_projects_ask(struct call *call);
Okr__Project *my_work_project_row(struct call *call, struct row *row,
                                  struct inherited_rank *ret_rank);
struct asked my_work_goals_ask(struct call *call, int32_t monday);

#endif
