// The write side of projects. Every statement here is part of a change that has been decided on:
// the rules were looked at before, in the same transaction.
#include "server/project/project_rows.h"

// A row of project_kr takes the project's kind, so that a side project cannot get one (R20).
STATEMENT(project_add, ONE, "tittiitlbLzl", "l",
          "WITH added AS (INSERT INTO project (quarter, kind, name, description, rank, category,"
          " requester, proposed_by, changed_after_open, proposed_at, carried_from)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $12) RETURNING id, kind),"
          " links AS (INSERT INTO project_kr (project_id, kr_id, kind)"
          " SELECT added.id, k, added.kind FROM added, unnest($10::bigint[]) k)"
          " SELECT id FROM added");

STATEMENT(
    project_set, NONE, "lttiittb", "",
    "UPDATE project SET name = $2, description = $3, state = $4, category = $5, requester = $6,"
    " lead_id = (SELECT m.id FROM member m WHERE m.handle = $7), changed_after_open = $8,"
    " version = version + 1 WHERE id = $1");

STATEMENT(project_set_order, NONE, "L", "",
          "UPDATE project p SET rank = x.place::integer"
          " FROM unnest($1::bigint[]) WITH ORDINALITY AS x(id, place)"
          " WHERE p.id = x.id AND p.rank <> x.place");

// What stays is left alone: a row that goes and comes in one statement would collide with itself.
STATEMENT(
    project_set_krs, NONE, "lL", "",
    "WITH gone AS (DELETE FROM project_kr WHERE project_id = $1 AND kr_id <> ALL($2::bigint[]))"
    " INSERT INTO project_kr (project_id, kr_id) SELECT $1, k FROM unnest($2) k"
    " ON CONFLICT DO NOTHING");

STATEMENT(project_set_members, NONE, "lT", "",
          "WITH wanted AS (SELECT m.id FROM member m WHERE m.handle = ANY($2::text[])),"
          " gone AS (DELETE FROM project_member x WHERE x.project_id = $1"
          "          AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = x.member_id))"
          " INSERT INTO project_member (project_id, member_id) SELECT $1, w.id FROM wanted w"
          " ON CONFLICT DO NOTHING");

struct asked project_insert(struct call *call, const Okr__Project *project)
{
    struct query *q = call_ask(call, &project_add);
    bind_text(q, project->quarter);
    bind_i32(q, (int32_t)project->kind);
    bind_text(q, project->name);
    bind_text(q, project->description);
    bind_i32(q, project->rank);
    bind_opt_i32(q, project->has_category, (int32_t)project->category);
    bind_text(q, project->requester);
    bind_i64(q, call->actor.member_id);
    bind_bool(q, project->changed_after_open);
    bind_i64_array(q, project->kr_ids, project->n_kr_ids);
    bind_time(q, call->now);
    bind_opt_i64(q, project->has_carried_from, project->carried_from);
    return q->asked;
}

void project_update(struct call *call, const Okr__Project *project)
{
    struct query *q = call_ask(call, &project_set);
    bind_i64(q, project->id);
    bind_text(q, project->name);
    bind_text(q, project->description);
    bind_i32(q, (int32_t)project->state);
    bind_opt_i32(q, project->has_category, (int32_t)project->category);
    bind_text(q, project->requester);
    bind_text(q, project->lead);
    bind_bool(q, project->changed_after_open);
}

void project_order_write(struct call *call, const int64_t *ids, size_t n)
{
    bind_i64_array(call_ask(call, &project_set_order), ids, n);
}

void project_krs_write(struct call *call, int64_t id, const int64_t *kr_ids, size_t n)
{
    struct query *q = call_ask(call, &project_set_krs);
    bind_i64(q, id);
    bind_i64_array(q, kr_ids, n);
}

void project_members_write(struct call *call, int64_t id, char *const *handles, size_t n)
{
    struct query *q = call_ask(call, &project_set_members);
    bind_i64(q, id);
    bind_text_array(q, handles, n);
}
