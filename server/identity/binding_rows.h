// What okrd adds to a plan, by source and UID: the project of a task, the member behind a resource.
#ifndef OKR_SERVER_IDENTITY_BINDING_ROWS_H
#define OKR_SERVER_IDENTITY_BINDING_ROWS_H

#include "server/call/call.h"

// All that binding a task has to look at.
struct plan_binding_view {
    int64_t source_id;  // 0: no such source
    int64_t version_id; // the published one; 0: none
    bool has_task;      // in the published version, and no blank row
    int64_t task_key;   // 0 and has_task false: no version ever had such a task
    char *task_name;
    Okr__Binding *current; // NULL: the task is not bound
    bool has_project;      // the one that was asked for
    Okr__ProjectState project_state;
    char *project_name;
};
// One row. project_id 0: none is asked for.
struct asked plan_binding_ask(struct call *call, const char *source, int64_t task_uid,
                              int64_t project_id);
struct plan_binding_view plan_binding_row(struct call *call, struct asked asked);

// Binds or binds anew, by the actor now; the version goes up by one. No rows.
void plan_binding_ask_set(struct call *call, const struct plan_binding_view *view,
                          int64_t project_id);
void plan_binding_ask_remove(struct call *call, const struct plan_binding_view *view);

// By source and UID; source NULL: of all.
struct asked plan_bindings_ask(struct call *call, const char *source);
size_t plan_bindings_rows(struct call *call, struct asked asked, Okr__Binding ***ret);
// Those of one project, source by source: each row is taken with plan_bound_take().
struct asked plan_bindings_ask_of(struct call *call, int64_t project_id);
struct plan_bound {
    Okr__Binding *binding;
    int64_t source_id, version_id; // the published one; 0: none
};
void plan_bound_take(struct call *call, struct row *row, struct plan_bound *ret);
// Binds all of a project's tasks to another one, by the actor now; versions go up by one. No rows.
void plan_bindings_ask_move(struct call *call, int64_t from_project, int64_t to_project);

struct plan_person_view {
    int64_t source_id; // 0: no such source
    bool has_resource; // in the published version
    char *resource_name;
    char *mapped;      // handle of the member that it is mapped to; NULL: none
    int64_t member_id; // of the handle that was asked for, if active; 0: there is none
};
// One row. `handle` may be NULL.
struct asked plan_person_ask(struct call *call, const char *source, int64_t resource_uid,
                             const char *handle);
struct plan_person_view plan_person_row(struct call *call, struct asked asked);
void plan_person_ask_set(struct call *call, int64_t source_id, int64_t resource_uid,
                         int64_t member_id);
void plan_person_ask_remove(struct call *call, int64_t source_id, int64_t resource_uid);

// Maps each resource that is mapped to nobody and whose e-mail is that of exactly one active member
// (upper and lower case being the same). No rows.
void plan_person_ask_match(struct call *call, int64_t source_id, int64_t version_id);

// The people of the published version (no material, no cost), and whoever is mapped besides, by
// UID.
struct plan_people_asked {
    struct asked source; // its id; no row: there is no such source
    struct asked people;
};
struct plan_people_asked plan_people_ask(struct call *call, const char *source);
size_t plan_people_rows(struct call *call, struct asked people, Okr__PersonMapping ***ret);

#endif
