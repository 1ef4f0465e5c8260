// The two statements that follow a thing down to goals and people, and up to the roadmap. Each goes
// level by level: a level is the edges that lead to it from those before.
#include "server/view/trace_rows.h"

// What follows the edges of each level (item_e, objective_e, kr_e, project_e, task_e, assignment_e,
// goal_e) in both statements: columns as trace_row() reads them, and three to sort by. Every level
// has from_kind, from_source, from_id and id; tasks and assignments source_id, assignments
// resource.
#define EDGE_ROW(FIRST, NEXT)                                                                      \
    FIRST(i32, from_kind, "n.from_kind")                                                           \
    NEXT(i64, from_source, "n.from_source")                                                        \
    NEXT(i64, from_id, "n.from_id")                                                                \
    NEXT(i64, source_id, "n.source_id")
#define NODE_ROW(FIRST, NEXT)                                                                      \
    FIRST(i32, kind, "n.kind")                                                                     \
    NEXT(i64, id, "n.id")                                                                          \
    NEXT(text, source, "n.source")                                                                 \
    NEXT(text, text, "n.text")                                                                     \
    NEXT(text, period, "n.period")                                                                 \
    NEXT(i64, resource_uid, "n.resource_uid")                                                      \
    NEXT(text, member, "n.member")                                                                 \
    NEXT(flag, dropped, "n.dropped")                                                               \
    NEXT(double, percent, "n.percent")                                                             \
    NEXT(double, work, "n.work")                                                                   \
    NEXT(i32, state, "n.state")                                                                    \
    NEXT(i32, project_kind, "n.project_kind")                                                      \
    NEXT(i32, category, "n.category")                                                              \
    NEXT(text, requester, "n.requester")                                                           \
    NEXT(i32, result, "n.result")
struct edge {
    int32_t from_kind;
    int64_t from_source, from_id, source_id;
};
static STRUCT_READER(edge_take, struct edge, EDGE_ROW);
static MESSAGE_READER(node_take, Okr__TraceNode, NODE_ROW);
#define TRACE_LETTERS ROW_LETTERS(EDGE_ROW) ROW_LETTERS(NODE_ROW)
#define TRACE_COLUMNS ROW_COLUMNS(EDGE_ROW) ", " ROW_COLUMNS(NODE_ROW)
#define TRACE_FROM_EDGE "e.from_kind, e.from_source, e.from_id, "

#define ITEM_NODES                                                                                 \
    "SELECT " TRACE_FROM_EDGE "1 AS kind, 0::bigint AS source_id, i.id AS id,"                     \
    " NULL::text AS source, i.text AS text, i.year::text AS period,"                               \
    " NULL::bigint AS resource_uid, NULL::text AS member, i.dropped AS dropped,"                   \
    " NULL::double precision AS percent, NULL::double precision AS work,"                          \
    " NULL::integer AS state, NULL::integer AS project_kind, NULL::integer AS category,"           \
    " NULL::text AS requester, NULL::integer AS result,"                                           \
    " i.year::bigint AS o1, i.rank::bigint AS o2, i.id AS o3"                                      \
    " FROM item_e e JOIN roadmap_item i ON i.id = e.id"

#define OBJECTIVE_NODES                                                                            \
    "SELECT " TRACE_FROM_EDGE "2, 0, o.id, NULL, o.text, o.quarter,"                               \
    " NULL, NULL, o.dropped, NULL, NULL,"                                                          \
    " NULL, NULL, NULL, NULL, NULL, 0, o.rank, o.id"                                               \
    " FROM objective_e e JOIN objective o ON o.id = e.id"

#define KR_NODES                                                                                   \
    "SELECT " TRACE_FROM_EDGE "3, 0, k.id, NULL, k.text, o.quarter,"                               \
    " NULL, NULL, k.dropped, NULL, NULL,"                                                          \
    " NULL, NULL, NULL, NULL, NULL, o.rank, k.rank, k.id"                                          \
    " FROM kr_e e JOIN key_result k ON k.id = e.id JOIN objective o ON o.id = k.objective_id"

#define PROJECT_NODES                                                                              \
    "SELECT " TRACE_FROM_EDGE "4, 0, p.id, NULL, p.name, p.quarter,"                               \
    " NULL, lead.handle, false, g.percent, g.work,"                                                \
    " p.state, p.kind, p.category, p.requester, NULL, p.kind, p.rank, p.id"                        \
    " FROM project_e e JOIN project p ON p.id = e.id"                                              \
    " LEFT JOIN member lead ON lead.id = p.lead_id"                                                \
    " CROSS JOIN LATERAL (SELECT sum(x.planned_work) AS work,"                                     \
    "     CASE WHEN sum(x.planned_work) > 0 THEN 100 * sum(x.earned_work) / sum(x.planned_work)"   \
    "     ELSE sum(x.sum_percent) / nullif(sum(x.tasks), 0) END AS percent"                        \
    "     FROM plan_progress x WHERE x.project_id = p.id) g"

#define TASK_NODES                                                                                 \
    "SELECT " TRACE_FROM_EDGE "5, s.id, e.id, s.name, t.name, NULL,"                               \
    " NULL, NULL, false, least(greatest(coalesce(t.percent_complete, 0), 0), 100), t.work,"        \
    " NULL, NULL, NULL, NULL, NULL, s.id, t.position, 0"                                           \
    " FROM task_e e JOIN plan_source s ON s.id = e.source_id"                                      \
    " CROSS JOIN LATERAL (SELECT x.name, x.position, x.percent_complete,"                          \
    "     coalesce(x.work, (SELECT sum(a.work) FROM plan_assignment a"                             \
    "      WHERE a.version_id = s.published_version AND a.task_uid = e.id)) AS work, x.active"     \
    "     FROM plan_task x WHERE x.version_id = s.published_version AND x.uid = e.id"              \
    "     AND NOT x.is_null ORDER BY x.position LIMIT 1) t"                                        \
    " WHERE t.active OR e.from_kind IN (0, 6, 7)"

// A resource that the plan does not know is nobody.
#define ASSIGNMENT_NODES                                                                           \
    "SELECT " TRACE_FROM_EDGE "6, s.id, e.id, s.name, coalesce(m.name, r.name), NULL,"             \
    " r.uid, m.handle, false, NULL, a.work,"                                                       \
    " NULL, NULL, NULL, NULL, NULL, s.id, r.position, 0"                                           \
    " FROM assignment_e e JOIN plan_source s ON s.id = e.source_id"                                \
    " CROSS JOIN LATERAL (SELECT x.resource_uid, sum(x.work) AS work FROM plan_assignment x"       \
    "     WHERE x.version_id = s.published_version AND x.task_uid = e.id"                          \
    "     AND (e.resource IS NULL OR x.resource_uid = e.resource) GROUP BY x.resource_uid) a"      \
    " CROSS JOIN LATERAL (SELECT x.uid, x.name, x.position FROM plan_resource x"                   \
    "     WHERE x.version_id = s.published_version AND x.uid = a.resource_uid"                     \
    "     ORDER BY x.position LIMIT 1) r"                                                          \
    " LEFT JOIN plan_person pp ON pp.source_id = s.id AND pp.resource_uid = r.uid"                 \
    " LEFT JOIN member m ON m.id = pp.member_id"

#define GOAL_NODES                                                                                 \
    "SELECT " TRACE_FROM_EDGE "7, 0, g.id, NULL, g.text, to_char(g.week, 'IYYY\"-W\"IW'),"         \
    " NULL, lead.handle, g.dropped, NULL, NULL,"                                                   \
    " NULL, NULL, NULL, NULL, g.result, g.week - DATE '1970-01-01', g.position, g.id"              \
    " FROM goal_e e JOIN goal g ON g.id = e.id JOIN project p ON p.id = g.project_id"              \
    " LEFT JOIN member lead ON lead.id = p.lead_id"

#define ALL_NODES                                                                                  \
    ITEM_NODES " UNION ALL " OBJECTIVE_NODES " UNION ALL " KR_NODES " UNION ALL " PROJECT_NODES    \
               " UNION ALL " TASK_NODES " UNION ALL " ASSIGNMENT_NODES " UNION ALL " GOAL_NODES

// Where one begins: nothing stands before it. $1 kind, $2 id, $3 plan, $4 resource.
#define NOTHING_BEFORE "0 AS from_kind, 0::bigint AS from_source, 0::bigint AS from_id"
#define BEGIN_ITEM                                                                                 \
    "SELECT " NOTHING_BEFORE ", x.id FROM roadmap_item x WHERE $1::integer = 1 AND x.id = $2"
#define BEGIN_OBJECTIVE                                                                            \
    "SELECT " NOTHING_BEFORE ", x.id FROM objective x WHERE $1::integer = 2 AND x.id = $2"
#define BEGIN_KR                                                                                   \
    "SELECT " NOTHING_BEFORE ", x.id FROM key_result x WHERE $1::integer = 3 AND x.id = $2"
#define BEGIN_PROJECT                                                                              \
    "SELECT " NOTHING_BEFORE ", x.id FROM project x WHERE $1::integer = 4 AND x.id = $2"
#define BEGIN_TASK                                                                                 \
    "SELECT " NOTHING_BEFORE ", $2::bigint AS id, s.id AS source_id FROM plan_source s"            \
    " WHERE $1::integer = 5 AND s.name = $3::text"
#define BEGIN_ASSIGNMENT                                                                           \
    "SELECT " NOTHING_BEFORE ", $2::bigint AS id, s.id AS source_id, $4::bigint AS resource"       \
    " FROM plan_source s WHERE $1::integer = 6 AND s.name = $3::text"
#define BEGIN_GOAL "SELECT " NOTHING_BEFORE ", x.id FROM goal x WHERE $1::integer = 7 AND x.id = $2"

// A goal stands under the task that it names where this is a leaf of its own project, else under
// the project; under the task of another project besides.
#define GOAL_IS_PLACED                                                                             \
    "EXISTS (SELECT FROM task_project tp WHERE tp.source_id = g.source_id"                         \
    " AND tp.task_key = g.task_key AND tp.leaf AND tp.project_id = g.project_id)"

// $5 how many at most. A summary task has the tasks below it; UNION ends where a file's parents go
// round in a circle.
STATEMENT(
    trace_down, MANY, "iltli", TRACE_LETTERS,
    "WITH RECURSIVE item_e AS (" BEGIN_ITEM "),"
    " objective_e AS (" BEGIN_OBJECTIVE " UNION ALL SELECT 1, 0, x.item_id, o.id FROM item_e e"
    "  JOIN roadmap_objective x ON x.item_id = e.id"
    "  JOIN objective o ON o.id = x.objective_id AND NOT o.dropped),"
    " kr_e AS (" BEGIN_KR " UNION ALL SELECT 2, 0, k.objective_id, k.id FROM key_result k"
    "  WHERE NOT k.dropped AND k.objective_id IN (SELECT id FROM objective_e)"
    "  UNION ALL SELECT 1, 0, x.item_id, k.id FROM item_e e JOIN roadmap_kr x ON x.item_id = e.id"
    "  JOIN key_result k ON k.id = x.kr_id AND NOT k.dropped),"
    " project_e AS (" BEGIN_PROJECT " UNION ALL SELECT 3, 0, x.kr_id, p.id FROM project_kr x"
    "  JOIN project p ON p.id = x.project_id"
    "  WHERE p.state <= 3 AND x.kr_id IN (SELECT id FROM kr_e)"
    "  UNION ALL SELECT 1, 0, x.item_id, p.id FROM item_e e"
    "  JOIN roadmap_project x ON x.item_id = e.id"
    "  JOIN project p ON p.id = x.project_id AND p.state <= 3),"
    " below AS (" BEGIN_TASK " UNION SELECT 5, w.source_id, w.id, t.uid, w.source_id FROM below w"
    "  JOIN plan_source s ON s.id = w.source_id"
    "  JOIN plan_task t ON t.version_id = s.published_version AND t.parent_uid = w.id"
    "  WHERE t.uid IS NOT NULL AND NOT t.is_null),"
    " task_e AS (SELECT * FROM below"
    "  UNION ALL SELECT 4, 0, tp.project_id, tp.task_uid, tp.source_id FROM task_project tp"
    "  WHERE tp.leaf AND tp.project_id IN (SELECT id FROM project_e)),"
    " any_task AS (SELECT DISTINCT source_id, id FROM task_e),"
    " assignment_e AS (" BEGIN_ASSIGNMENT " UNION ALL SELECT 5, e.source_id, e.id, e.id,"
    "  e.source_id, NULL FROM any_task e),"
    " goal_e AS (" BEGIN_GOAL " UNION ALL SELECT 5, e.source_id, e.id, g.id FROM any_task e"
    "  JOIN task_project tp ON tp.source_id = e.source_id AND tp.task_uid = e.id"
    "  JOIN goal g ON g.source_id = e.source_id AND g.task_key = tp.task_key AND NOT g.dropped"
    "  UNION ALL SELECT 4, 0, g.project_id, g.id FROM goal g"
    "  WHERE g.project_id IN (SELECT id FROM project_e) AND NOT g.dropped"
    "  AND NOT " GOAL_IS_PLACED ") "
    "SELECT " TRACE_COLUMNS " FROM (" ALL_NODES
    ") n ORDER BY n.kind, o1, o2, o3 LIMIT $5::integer");

STATEMENT(trace_up, MANY, "iltli", TRACE_LETTERS,
          "WITH goal_e AS (" BEGIN_GOAL "), assignment_e AS (" BEGIN_ASSIGNMENT "),"
          " task_e AS (" BEGIN_TASK
          "  UNION ALL SELECT 6, e.source_id, e.id, e.id, e.source_id FROM assignment_e e"
          "  UNION ALL SELECT 7, 0, g.id, tp.task_uid, tp.source_id FROM goal_e e"
          "  JOIN goal g ON g.id = e.id"
          "  JOIN task_project tp ON tp.source_id = g.source_id AND tp.task_key = g.task_key"
          "  AND tp.leaf AND tp.project_id IS NOT NULL),"
          " project_e AS (" BEGIN_PROJECT
          "  UNION ALL SELECT 5, e.source_id, e.id, tp.project_id FROM task_e e"
          "  JOIN task_project tp ON tp.source_id = e.source_id AND tp.task_uid = e.id"
          "  AND tp.project_id IS NOT NULL"
          "  UNION ALL SELECT 7, 0, g.id, g.project_id FROM goal_e e JOIN goal g ON g.id = e.id"
          "  WHERE NOT " GOAL_IS_PLACED "),"
          " kr_e AS (" BEGIN_KR " UNION ALL SELECT 4, 0, x.project_id, x.kr_id FROM project_kr x"
          "  WHERE x.project_id IN (SELECT id FROM project_e)),"
          " objective_e AS (" BEGIN_OBJECTIVE " UNION ALL SELECT 3, 0, k.id, k.objective_id"
          "  FROM key_result k WHERE k.id IN (SELECT id FROM kr_e)),"
          " item_e AS (" BEGIN_ITEM
          "  UNION ALL SELECT 2, 0, x.objective_id, x.item_id FROM roadmap_objective x"
          "  WHERE x.objective_id IN (SELECT id FROM objective_e)"
          "  UNION ALL SELECT 3, 0, x.kr_id, x.item_id FROM roadmap_kr x"
          "  WHERE x.kr_id IN (SELECT id FROM kr_e)"
          "  UNION ALL SELECT 4, 0, x.project_id, x.item_id FROM roadmap_project x"
          "  WHERE x.project_id IN (SELECT id FROM project_e)) "
          "SELECT " TRACE_COLUMNS " FROM (" ALL_NODES
          ") n ORDER BY n.kind DESC, o1, o2, o3 LIMIT $5::integer");

struct asked trace_ask(struct call *call, const Okr__TraceRequest *request, int32_t limit)
{
    struct query *q = call_ask(call, request->up ? &trace_up : &trace_down);
    bind_i32(q, (int32_t)request->kind);
    bind_i64(q, request->id);
    bind_text(q, request->source);
    bind_opt_i64(q, request->has_resource_uid, request->resource_uid);
    bind_i32(q, limit);
    return q->asked;
}

struct trace_edge trace_row(struct call *call, struct row *row)
{
    struct edge read;
    Okr__TraceNode *node = NEW(call, Okr__TraceNode, OKR__TRACE_NODE__INIT);
    edge_take(row, &read);
    node_take(row, node);
    return (struct trace_edge){
        .from = {read.from_kind, read.from_source, read.from_id},
        .to = {node->kind, read.source_id, node->id},
        .node = node,
    };
}
