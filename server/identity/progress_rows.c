// The derived tables in SQL. Must not know rules beyond what a leaf is and whom its work belongs
// to.
#include "server/identity/progress_rows.h"
#include "server/plan/plan_snapshot_rows.h"
#include "server/plan/plan_tree.h"

// A version that was uploaded a moment ago is not in the planner's statistics, and a nested loop
// over what it takes for one row is quadratic. Hash joins are right for big and small plans alike.
STATEMENT(plan_renew_begin, MANY, "", "t", "SELECT set_config('enable_nestloop', 'off', true)");
STATEMENT(plan_renew_end, MANY, "", "t", "SELECT set_config('enable_nestloop', 'on', true)");

STATEMENT(task_project_forget, NONE, "ll", "",
          "DELETE FROM task_project WHERE source_id = $1 AND task_uid NOT IN "
          "(SELECT t.uid FROM plan_task t WHERE t.version_id = $2 AND t.uid IS NOT NULL "
          " AND NOT t.is_null)");

// Rows that stay as they are are not touched: a binding concerns a few tasks of many.
STATEMENT(task_project_renew, NONE, "ll", "",
          PLAN_TREE
          "INSERT INTO task_project (source_id, task_uid, task_key, project_id, bound_here, leaf) "
          "SELECT $1, n.uid, n.key, n.project_id, n.bound_here, n.leaf FROM tree n "
          "LEFT JOIN task_project p ON p.source_id = $1 AND p.task_uid = n.uid "
          "WHERE (p.task_key, p.project_id, p.bound_here, p.leaf) "
          " IS DISTINCT FROM (n.key, n.project_id, n.bound_here, n.leaf) "
          "ON CONFLICT (source_id, task_uid) DO UPDATE SET task_key = excluded.task_key, "
          " project_id = excluded.project_id, bound_here = excluded.bound_here, "
          " leaf = excluded.leaf");

STATEMENT(plan_progress_forget, NONE, "l", "", "DELETE FROM plan_progress WHERE source_id = $1");

// Over leaves that are neither blank nor inactive nor of another plan; a row without a UID is a
// leaf of no project. Where a row has no work of its own its assignments' counts.
STATEMENT(plan_progress_sum, NONE, "ll", "",
          "INSERT INTO plan_progress (source_id, project_id, tasks, planned_work, actual_work, "
          " earned_work, sum_percent, unfinished, baseline_tasks, finish, status_date) "
          "SELECT $1, x.project_id, count(*)::integer, sum(x.work), sum(x.actual_work), "
          " sum(x.work * x.percent) / 100, sum(x.percent), "
          " (count(*) FILTER (WHERE x.until_done < 100))::integer, "
          " (count(*) FILTER (WHERE x.baseline))::integer, max(x.finish), "
          " (SELECT v.header->>'statusDate' FROM plan_version v WHERE v.id = $2) "
          "FROM (SELECT coalesce(p.project_id, 0) AS project_id, "
          "  coalesce(t.work, a.work, 0) AS work, "
          "  coalesce(t.actual_work, a.actual_work, 0) AS actual_work, "
          "  least(greatest(coalesce(e.percent, 0), 0), 100)::double precision AS percent, "
          "  coalesce(CASE WHEN t.body @> '{\"milestone\": true}' THEN t.percent_complete "
          "   ELSE e.percent END, 0) AS until_done, "
          "  EXISTS (SELECT FROM jsonb_array_elements(t.body->'baselines') b WHERE b->>'number' = "
          "   coalesce(v.header->>'baselineForEv', '0')) AS baseline, t.finish "
          " FROM plan_task t JOIN plan_version v ON v.id = t.version_id "
          " CROSS JOIN LATERAL (SELECT " PLAN_EV_PERCENT " AS percent) e "
          " LEFT JOIN task_project p ON p.source_id = $1 AND p.task_uid = t.uid "
          " LEFT JOIN (SELECT task_uid, sum(work) AS work, sum(actual_work) AS actual_work "
          "  FROM plan_assignment WHERE version_id = $2 AND task_uid IS NOT NULL "
          "  GROUP BY task_uid) a ON a.task_uid = t.uid "
          " WHERE t.version_id = $2 AND NOT t.is_null AND t.active AND coalesce(p.leaf, true) "
          "  AND NOT t.body @> '{\"external\": true}') x "
          "GROUP BY x.project_id");

STATEMENT(plan_unbound_forget, NONE, "l", "", "DELETE FROM plan_unbound WHERE source_id = $1");

// By months, so that a quarter sees what reaches into it.
STATEMENT(plan_unbound_sum, NONE, "ll", "",
          "INSERT INTO plan_unbound (source_id, first_month, last_month, work) "
          "SELECT $1, plan_month(t.start), plan_month(t.finish), sum(coalesce(t.work, a.work, 0)) "
          "FROM plan_task t LEFT JOIN task_project p ON p.source_id = $1 AND p.task_uid = t.uid "
          "LEFT JOIN (SELECT task_uid, sum(work) AS work FROM plan_assignment "
          " WHERE version_id = $2 AND task_uid IS NOT NULL GROUP BY task_uid) a "
          " ON a.task_uid = t.uid "
          "WHERE t.version_id = $2 AND NOT t.is_null AND t.active AND p.project_id IS NULL "
          " AND coalesce(p.leaf, true) AND NOT t.body @> '{\"external\": true}' "
          "GROUP BY 2, 3 HAVING sum(coalesce(t.work, a.work, 0)) > 0");

static void ask_for(struct call *call, const struct statement *statement, int64_t source_id,
                    int64_t version_id)
{
    struct query *q = call_ask(call, statement);
    bind_i64(q, source_id);
    if (statement->params[1])
        bind_i64(q, version_id);
}

void plan_progress_ask_renew(struct call *call, int64_t source_id, int64_t version_id)
{
    call_ask(call, &plan_renew_begin);
    ask_for(call, &task_project_forget, source_id, version_id);
    ask_for(call, &task_project_renew, source_id, version_id);
    ask_for(call, &plan_progress_forget, source_id, version_id);
    ask_for(call, &plan_progress_sum, source_id, version_id);
    ask_for(call, &plan_unbound_forget, source_id, version_id);
    ask_for(call, &plan_unbound_sum, source_id, version_id);
    call_ask(call, &plan_renew_end);
}
