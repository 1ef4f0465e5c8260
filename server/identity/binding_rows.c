// Bindings and people in SQL. Must not know rules (server/identity/bind.c).
#include "server/identity/binding_rows.h"

// ---- task to project --------------------------------------------------------------------------

STATEMENT(
    plan_binding_get, MANY, "tll", "llbtlltbitl",
    "SELECT s.id, s.published_version, t.position IS NOT NULL, coalesce(t.name, b.task_name), "
    " b.project_id, b.version, bp.name, p.id IS NOT NULL, p.state, p.name, k.key "
    "FROM (VALUES (1)) one "
    "LEFT JOIN plan_source s ON s.name = $1 "
    "LEFT JOIN LATERAL (SELECT x.key FROM plan_known_task x WHERE x.source_id = s.id "
    " AND x.uid = $2 ORDER BY x.gone, x.key DESC LIMIT 1) k ON true "
    "LEFT JOIN plan_task t ON t.version_id = s.published_version AND t.key = k.key "
    "LEFT JOIN plan_binding b ON b.source_id = s.id AND b.task_key = k.key "
    "LEFT JOIN project bp ON bp.id = b.project_id "
    "LEFT JOIN project p ON p.id = $3");

void plan_binding_ask(struct call *call, const char *source, int64_t task_uid, int64_t project_id)
{
    struct query *q = call_ask(call, &plan_binding_get);
    bind_text(q, source);
    bind_i64(q, task_uid);
    bind_i64(q, project_id);
}

struct plan_binding_view plan_binding_row(struct call *call, const struct rows *rows)
{
    struct plan_binding_view view = {
        .source_id = row_i64(rows, 0, 0),
        .version_id = row_i64(rows, 0, 1),
        .has_task = row_bool(rows, 0, 2),
        .task_name = row_text(rows, 0, 3),
        .has_project = row_bool(rows, 0, 7),
        .project_state = (Okr__ProjectState)row_i32(rows, 0, 8),
        .project_name = row_text(rows, 0, 9),
        .task_key = row_i64(rows, 0, 10),
    };
    if (row_null(rows, 0, 5))
        return view;
    view.current = NEW(call, Okr__Binding, OKR__BINDING__INIT);
    SET(view.current, project_id, row_i64(rows, 0, 4));
    SET(view.current, version, row_i64(rows, 0, 5));
    view.current->project_name = row_text(rows, 0, 6);
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

STATEMENT(plan_binding_list, MANY, "t", "tllttbl",
          "SELECT s.name, coalesce(k.uid, b.task_key), b.project_id, coalesce(t.name, "
          "b.task_name), p.name, "
          " t.position IS NULL, b.version "
          "FROM plan_binding b JOIN plan_source s ON s.id = b.source_id "
          "JOIN project p ON p.id = b.project_id " BINDING_TASK
          "WHERE $1::text IS NULL OR s.name = $1 ORDER BY s.name, k.uid, b.task_key LIMIT 20000");

void plan_bindings_ask(struct call *call, const char *source)
{
    bind_text(call_ask(call, &plan_binding_list), source);
}

Okr__Binding *plan_bindings_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Binding *binding = NEW(call, Okr__Binding, OKR__BINDING__INIT);
    binding->source = row_text(rows, row, 0);
    SET(binding, task_uid, row_i64(rows, row, 1));
    SET(binding, project_id, row_i64(rows, row, 2));
    binding->task_name = row_text(rows, row, 3);
    binding->project_name = row_text(rows, row, 4);
    SET(binding, task_gone, row_bool(rows, row, 5));
    SET(binding, version, row_i64(rows, row, 6));
    return binding;
}

STATEMENT(plan_binding_list_of, MANY, "l", "tllttblll",
          "SELECT s.name, coalesce(k.uid, b.task_key), b.project_id, coalesce(t.name, "
          "b.task_name), p.name, "
          " t.position IS NULL, b.version, s.id, s.published_version "
          "FROM plan_binding b JOIN plan_source s ON s.id = b.source_id "
          "JOIN project p ON p.id = b.project_id " BINDING_TASK
          "WHERE b.project_id = $1 ORDER BY s.id, k.uid, b.task_key");

struct asked plan_bindings_ask_of(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &plan_binding_list_of);
    bind_i64(q, project_id);
    return q->asked;
}

int64_t plan_bindings_source(const struct rows *rows, int row)
{
    return row_i64(rows, row, 7);
}

int64_t plan_bindings_version(const struct rows *rows, int row)
{
    return row_i64(rows, row, 8);
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

STATEMENT(plan_person_get, MANY, "tlt", "lbttl",
          "SELECT s.id, r.position IS NOT NULL, r.name, mm.handle, m.id "
          "FROM (VALUES (1)) one "
          "LEFT JOIN plan_source s ON s.name = $1 "
          "LEFT JOIN LATERAL (SELECT position, name FROM plan_resource "
          " WHERE version_id = s.published_version AND uid = $2 "
          " ORDER BY position LIMIT 1) r ON true "
          "LEFT JOIN plan_person p ON p.source_id = s.id AND p.resource_uid = $2 "
          "LEFT JOIN member mm ON mm.id = p.member_id "
          "LEFT JOIN member m ON m.handle = $3 AND m.active");

void plan_person_ask(struct call *call, const char *source, int64_t resource_uid,
                     const char *handle)
{
    struct query *q = call_ask(call, &plan_person_get);
    bind_text(q, source);
    bind_i64(q, resource_uid);
    bind_text(q, handle);
}

struct plan_person_view plan_person_row(const struct rows *rows)
{
    return (struct plan_person_view){
        .source_id = row_i64(rows, 0, 0),
        .has_resource = row_bool(rows, 0, 1),
        .resource_name = row_text(rows, 0, 2),
        .mapped = row_text(rows, 0, 3),
        .member_id = row_i64(rows, 0, 4),
    };
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

STATEMENT(plan_source_get, MANY, "t", "l", "SELECT id FROM plan_source WHERE name = $1");

STATEMENT(plan_person_list, MANY, "t", "tltt",
          "WITH source AS (SELECT id, name, published_version FROM plan_source WHERE name = $1), "
          "resource AS (SELECT DISTINCT ON (r.uid) r.uid, r.name, "
          "  coalesce(r.body->>'kind', 'work') IN ('material', 'cost') OR "
          "  coalesce((r.body->>'null')::boolean, false) OR "
          "  (r.uid = 0 AND r.name IS NULL) AS no_person "
          " FROM plan_resource r JOIN source s ON s.published_version = r.version_id "
          " WHERE r.uid IS NOT NULL ORDER BY r.uid, r.position), "
          "person AS (SELECT p.resource_uid, m.handle FROM plan_person p "
          " JOIN source s ON s.id = p.source_id JOIN member m ON m.id = p.member_id) "
          "SELECT $1::text, coalesce(r.uid, p.resource_uid), r.name, p.handle "
          "FROM resource r FULL JOIN person p ON p.resource_uid = r.uid "
          "WHERE p.handle IS NOT NULL OR NOT r.no_person ORDER BY 2 LIMIT 20000");

void plan_people_ask(struct call *call, const char *source)
{
    bind_text(call_ask(call, &plan_source_get), source);
    bind_text(call_ask(call, &plan_person_list), source);
}

Okr__PersonMapping *plan_people_row(struct call *call, const struct rows *rows, int row)
{
    Okr__PersonMapping *person = NEW(call, Okr__PersonMapping, OKR__PERSON_MAPPING__INIT);
    person->source = row_text(rows, row, 0);
    SET(person, resource_uid, row_i64(rows, row, 1));
    person->resource_name = row_text(rows, row, 2);
    person->member = row_text(rows, row, 3);
    return person;
}
