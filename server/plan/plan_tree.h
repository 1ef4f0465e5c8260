// The project of each task of a version, as SQL: what a statement opens with, and what is summed of
// work that belongs to none. It knows tables, not rules.
#ifndef OKR_SERVER_PLAN_PLAN_TREE_H
#define OKR_SERVER_PLAN_PLAN_TREE_H

// Opens a statement with $1 a source's id and $2 a version's id. It gives `tree` (uid, key,
// project_id, bound_here, leaf): each task once, with the project that it is bound to, or the
// nearest bound one above it is. Blank rows and rows without a UID are not in it; of rows with the
// same UID the first counts. It ends whatever parents a file claims: each UID is reached from one
// parent at most, and those that go round in a circle are not reached at all (they keep their own
// binding only).
#define PLAN_TREE                                                                                  \
    "WITH RECURSIVE node AS MATERIALIZED (SELECT DISTINCT ON (t.uid) t.uid, t.key, "               \
    " t.parent_uid, b.project_id FROM plan_task t "                                                \
    " LEFT JOIN plan_binding b ON b.source_id = $1 AND b.task_key = t.key "                        \
    " WHERE t.version_id = $2 AND t.uid IS NOT NULL AND NOT t.is_null "                            \
    " ORDER BY t.uid, t.position), "                                                               \
    "walk AS (SELECT n.uid, n.project_id FROM node n "                                             \
    " WHERE n.parent_uid IS NULL OR n.parent_uid NOT IN (SELECT o.uid FROM node o) "               \
    " UNION ALL SELECT n.uid, coalesce(n.project_id, w.project_id) "                               \
    " FROM walk w JOIN node n ON n.parent_uid = w.uid), "                                          \
    "tree AS (SELECT n.uid, n.key, coalesce(w.project_id, n.project_id) AS project_id, "           \
    " n.project_id IS NOT NULL AS bound_here, "                                                    \
    " n.uid NOT IN (SELECT c.parent_uid FROM plan_task c WHERE c.version_id = $2 "                 \
    "  AND NOT c.is_null AND c.parent_uid IS NOT NULL) AS leaf "                                   \
    " FROM node n LEFT JOIN walk w ON w.uid = n.uid) "

// Minutes of work that belong to no project and reach into the quarter of row q.
#define UNBOUND_IN_QUARTER                                                                         \
    "(SELECT coalesce(sum(u.work), 0) FROM plan_unbound u"                                         \
    " WHERE (u.first_month <= q.last_day OR u.first_month IS NULL)"                                \
    " AND (u.last_month >= q.first_day OR u.last_month IS NULL))"

#endif
