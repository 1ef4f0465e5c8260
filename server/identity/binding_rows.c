// Bindings and people in SQL. Must not know rules (server/identity/bind.c).
#include "server/identity/binding_rows.h"

// ---- task to project --------------------------------------------------------------------------

#define VIEW_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(i64, version_id, "s.published_version")                                                   \
    NEXT(bool, has_task, "t.position IS NOT NULL")                                                 \
    NEXT(i64, task_key, "k.key")                                                                   \
    NEXT(text, task_name, "coalesce(t.name, b.task_name)")                                         \
    NEXT(bool, has_project, "p.id IS NOT NULL")                                                    \
    NEXT(i32, project_state, "p.state")                                                            \
    NEXT(text, project_name, "p.name")
static STRUCT_READER(view_take, struct plan_binding_view, VIEW_ROW);

// The task's binding: all NULL where it has none.
#define CURRENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, version, "b.version")                                                               \
    NEXT(i64, project_id, "b.project_id")                                                          \
    NEXT(text, project_name, "bp.name")
static MESSAGE_READER(current_take, Okr__Binding, CURRENT_ROW);

STATEMENT(plan_binding_get, ONE, "tll", ROW_LETTERS(VIEW_ROW) ROW_LETTERS(CURRENT_ROW),
          "SELECT " ROW_COLUMNS(VIEW_ROW) ", " ROW_COLUMNS(
              CURRENT_ROW) " FROM (VALUES (1)) one "
                           "LEFT JOIN plan_source s ON s.name = $1 "
                           "LEFT JOIN LATERAL (SELECT x.key FROM plan_known_task x WHERE "
                           "x.source_id = s.id "
                           " AND x.uid = $2 ORDER BY x.gone, x.key DESC LIMIT 1) k ON true "
                           "LEFT JOIN plan_task t ON t.version_id = s.published_version AND t.key "
                           "= k.key "
                           "LEFT JOIN plan_binding b ON b.source_id = s.id AND b.task_key = k.key "
                           "LEFT JOIN project bp ON bp.id = b.project_id "
                           "LEFT JOIN project p ON p.id = $3");

struct asked plan_binding_ask(struct call *call, const char *source, int64_t task_uid,
                              int64_t project_id)
{
    struct query *q = call_ask(call, &plan_binding_get);
    bind_text(q, source);
    bind_i64(q, task_uid);
    bind_i64(q, project_id);
    return q->asked;
}

struct plan_binding_view plan_binding_row(struct call *call, struct asked asked)
{
    struct plan_binding_view view = {0};
    struct row row = asked_at(call, asked, 0);
    view_take(&row, &view);
    if (next_is_null(&row))
        return view;
    view.current = NEW(call, Okr__Binding, OKR__BINDING__INIT);
    current_take(&row, view.current);
    view.current->task_name = view.task_name;
    SET(view.current, task_gone, !view.has_task);
    return view;
}

STATEMENT(
    plan_binding_set, NONE, "llltzl", "",
    "INSERT INTO plan_binding (source_id, task_key, project_id, task_name, bound_at, bound_by) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source_id, task_key) DO UPDATE "
    "SET project_id = $3, task_name = $4, bound_at = $5, bound_by = $6, "
    " version = plan_binding.version + 1");

void plan_binding_ask_set(struct call *call, const struct plan_binding_view *view,
                          int64_t project_id)
{
    struct query *q = call_ask(call, &plan_binding_set);
    bind_i64(q, view->source_id);
    bind_i64(q, view->task_key);
    bind_i64(q, project_id);
    bind_text(q, view->task_name);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

STATEMENT(plan_binding_remove, NONE, "ll", "",
          "DELETE FROM plan_binding WHERE source_id = $1 AND task_key = $2");

void plan_binding_ask_remove(struct call *call, const struct plan_binding_view *view)
{
    struct query *q = call_ask(call, &plan_binding_remove);
    bind_i64(q, view->source_id);
    bind_i64(q, view->task_key);
}

// The row of a binding's task in the published version, and the UID by which people know it.
#define BINDING_TASK                                                                               \
    "LEFT JOIN plan_task t ON t.version_id = s.published_version AND t.key = b.task_key "          \
    "LEFT JOIN LATERAL (SELECT x.uid FROM plan_known_task x WHERE x.source_id = s.id "             \
    " AND x.key = b.task_key ORDER BY x.gone LIMIT 1) k ON true "

#define BINDING_ROW(FIRST, NEXT)                                                                   \
    FIRST(text, source, "s.name")                                                                  \
    NEXT(i64, task_uid, "coalesce(k.uid, b.task_key)")                                             \
    NEXT(i64, project_id, "b.project_id")                                                          \
    NEXT(text, task_name, "coalesce(t.name, b.task_name)")                                         \
    NEXT(text, project_name, "p.name")                                                             \
    NEXT(bool, task_gone, "t.position IS NULL")                                                    \
    NEXT(i64, version, "b.version")
static MESSAGE_READER(binding_take, Okr__Binding, BINDING_ROW);
MESSAGE_LIST(plan_bindings_rows, Okr__Binding, OKR__BINDING__INIT, binding_take);

STATEMENT(plan_binding_list, MANY, "t", ROW_LETTERS(BINDING_ROW),
          "SELECT " ROW_COLUMNS(
              BINDING_ROW) " "
                           "FROM plan_binding b JOIN plan_source s ON s.id = b.source_id "
                           "JOIN project p ON p.id = b.project_id " BINDING_TASK
                           "WHERE $1::text IS NULL OR s.name = $1 ORDER BY s.name, k.uid, "
                           "b.task_key LIMIT 20000");

struct asked plan_bindings_ask(struct call *call, const char *source)
{
    struct query *q = call_ask(call, &plan_binding_list);
    bind_text(q, source);
    return q->asked;
}

#define BOUND_SOURCE_ROW(FIRST, NEXT)                                                              \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(i64, version_id, "s.published_version")
static STRUCT_READER(bound_source_take, struct plan_bound, BOUND_SOURCE_ROW);

STATEMENT(plan_binding_list_of, MANY, "l", ROW_LETTERS(BINDING_ROW) ROW_LETTERS(BOUND_SOURCE_ROW),
          "SELECT " ROW_COLUMNS(BINDING_ROW) ", " ROW_COLUMNS(
              BOUND_SOURCE_ROW) " "
                                "FROM plan_binding b JOIN plan_source s ON s.id = b.source_id "
                                "JOIN project p ON p.id = b.project_id " BINDING_TASK
                                "WHERE b.project_id = $1 ORDER BY s.id, k.uid, b.task_key");

struct asked plan_bindings_ask_of(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &plan_binding_list_of);
    bind_i64(q, project_id);
    return q->asked;
}

void plan_bound_take(struct call *call, struct row *row, struct plan_bound *ret)
{
    ret->binding = NEW(call, Okr__Binding, OKR__BINDING__INIT);
    binding_take(row, ret->binding);
    bound_source_take(row, ret);
}

STATEMENT(plan_binding_move, NONE, "llzl", "",
          "UPDATE plan_binding SET project_id = $2, bound_at = $3, bound_by = $4, "
          " version = version + 1 WHERE project_id = $1");

void plan_bindings_ask_move(struct call *call, int64_t from_project, int64_t to_project)
{
    struct query *q = call_ask(call, &plan_binding_move);
    bind_i64(q, from_project);
    bind_i64(q, to_project);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

// ---- resource to member -----------------------------------------------------------------------

#define PERSON_VIEW_ROW(FIRST, NEXT)                                                               \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(bool, has_resource, "r.position IS NOT NULL")                                             \
    NEXT(text, resource_name, "r.name")                                                            \
    NEXT(text, mapped, "mm.handle")                                                                \
    NEXT(i64, member_id, "m.id")
static STRUCT_READER(person_view_take, struct plan_person_view, PERSON_VIEW_ROW);

STATEMENT(
    plan_person_get, ONE, "tlt", ROW_LETTERS(PERSON_VIEW_ROW),
    "SELECT " ROW_COLUMNS(
        PERSON_VIEW_ROW) " FROM (VALUES (1)) one "
                         "LEFT JOIN plan_source s ON s.name = $1 "
                         "LEFT JOIN LATERAL (SELECT position, name FROM plan_resource "
                         " WHERE version_id = s.published_version AND uid = $2 "
                         " ORDER BY position LIMIT 1) r ON true "
                         "LEFT JOIN plan_person p ON p.source_id = s.id AND p.resource_uid = $2 "
                         "LEFT JOIN member mm ON mm.id = p.member_id "
                         "LEFT JOIN member m ON m.handle = $3 AND m.active");

struct asked plan_person_ask(struct call *call, const char *source, int64_t resource_uid,
                             const char *handle)
{
    struct query *q = call_ask(call, &plan_person_get);
    bind_text(q, source);
    bind_i64(q, resource_uid);
    bind_text(q, handle);
    return q->asked;
}

struct plan_person_view plan_person_row(struct call *call, struct asked asked)
{
    struct plan_person_view view = {0};
    struct row row = asked_at(call, asked, 0);
    person_view_take(&row, &view);
    return view;
}

STATEMENT(plan_person_set, NONE, "lll", "",
          "INSERT INTO plan_person (source_id, resource_uid, member_id) VALUES ($1, $2, $3) "
          "ON CONFLICT (source_id, resource_uid) DO UPDATE SET member_id = $3");

void plan_person_ask_set(struct call *call, int64_t source_id, int64_t resource_uid,
                         int64_t member_id)
{
    struct query *q = call_ask(call, &plan_person_set);
    bind_i64(q, source_id);
    bind_i64(q, resource_uid);
    bind_i64(q, member_id);
}

STATEMENT(plan_person_remove, NONE, "ll", "",
          "DELETE FROM plan_person WHERE source_id = $1 AND resource_uid = $2");

void plan_person_ask_remove(struct call *call, int64_t source_id, int64_t resource_uid)
{
    struct query *q = call_ask(call, &plan_person_remove);
    bind_i64(q, source_id);
    bind_i64(q, resource_uid);
}

STATEMENT(plan_person_match, NONE, "ll", "",
          "INSERT INTO plan_person (source_id, resource_uid, member_id) "
          "SELECT $1, r.uid, m.id "
          "FROM (SELECT DISTINCT ON (uid) uid, lower(btrim(email)) AS email FROM plan_resource "
          " WHERE version_id = $2 AND uid IS NOT NULL AND btrim(email) <> '' "
          " ORDER BY uid, position) r "
          "JOIN (SELECT lower(btrim(email)) AS email, min(id) AS id FROM member WHERE active "
          " GROUP BY 1 HAVING count(*) = 1) m ON m.email = r.email "
          "ON CONFLICT (source_id, resource_uid) DO NOTHING");

void plan_person_ask_match(struct call *call, int64_t source_id, int64_t version_id)
{
    struct query *q = call_ask(call, &plan_person_match);
    bind_i64(q, source_id);
    bind_i64(q, version_id);
}

STATEMENT(plan_source_get, MAYBE, "t", "l", "SELECT id FROM plan_source WHERE name = $1");

#define PERSON_ROW(FIRST, NEXT)                                                                    \
    FIRST(text, source, "$1::text")                                                                \
    NEXT(i64, resource_uid, "coalesce(r.uid, p.resource_uid)")                                     \
    NEXT(text, resource_name, "r.name")                                                            \
    NEXT(text, member, "p.handle")
static MESSAGE_READER(person_take, Okr__PersonMapping, PERSON_ROW);
MESSAGE_LIST(plan_people_rows, Okr__PersonMapping, OKR__PERSON_MAPPING__INIT, person_take);

STATEMENT(plan_person_list, MANY, "t", ROW_LETTERS(PERSON_ROW),
          "WITH source AS (SELECT id, name, published_version FROM plan_source WHERE name = $1), "
          "resource AS (SELECT DISTINCT ON (r.uid) r.uid, r.name, "
          "  coalesce(r.body->>'kind', 'work') IN ('material', 'cost') OR "
          "  coalesce((r.body->>'null')::boolean, false) OR "
          "  (r.uid = 0 AND r.name IS NULL) AS no_person "
          " FROM plan_resource r JOIN source s ON s.published_version = r.version_id "
          " WHERE r.uid IS NOT NULL ORDER BY r.uid, r.position), "
          "person AS (SELECT p.resource_uid, m.handle FROM plan_person p "
          " JOIN source s ON s.id = p.source_id JOIN member m ON m.id = p.member_id) "
          "SELECT " ROW_COLUMNS(
              PERSON_ROW) " FROM resource r FULL JOIN person p ON p.resource_uid = r.uid "
                          "WHERE p.handle IS NOT NULL OR NOT r.no_person ORDER BY resource_uid "
                          "LIMIT 20000");

struct plan_people_asked plan_people_ask(struct call *call, const char *source)
{
    struct query *get = call_ask(call, &plan_source_get);
    bind_text(get, source);
    struct query *list = call_ask(call, &plan_person_list);
    bind_text(list, source);
    return (struct plan_people_asked){get->asked, list->asked};
}
