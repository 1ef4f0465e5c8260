-- Work that belongs to no project, by the months that its tasks begin and end in: a quarter is asked for
-- the work that reaches into it. Derived, and renewed with plan_progress; months that a task does not
-- say are null, and reach into every quarter.
CREATE TABLE plan_unbound (
    source_id   bigint NOT NULL REFERENCES plan_source,
    first_month date,
    last_month  date,
    work        double precision NOT NULL
);
CREATE INDEX plan_unbound_source ON plan_unbound (source_id);
GRANT SELECT, INSERT, DELETE ON plan_unbound TO okrd_app;

-- A plan's dates are text as the file has it: a month that is none is not said.
CREATE FUNCTION plan_month(wall text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN wall ~ '^[0-9]{4}-(0[1-9]|1[0-2])-' THEN (left(wall, 7) || '-01')::date END
$$;

INSERT INTO plan_unbound (source_id, first_month, last_month, work)
SELECT s.id, plan_month(t.start), plan_month(t.finish), sum(coalesce(t.work, a.work, 0))
FROM plan_source s
JOIN plan_task t ON t.version_id = s.published_version AND NOT t.is_null AND t.active
LEFT JOIN task_project p ON p.source_id = s.id AND p.task_uid = t.uid
LEFT JOIN (SELECT version_id, task_uid, sum(work) AS work FROM plan_assignment
           WHERE task_uid IS NOT NULL GROUP BY version_id, task_uid) a
       ON a.version_id = t.version_id AND a.task_uid = t.uid
WHERE p.project_id IS NULL AND coalesce(p.leaf, true)
GROUP BY 1, 2, 3 HAVING sum(coalesce(t.work, a.work, 0)) > 0;
