-- Who a task is, over the versions of a plan. A file's UIDs may be numbered anew, so what outlives a
-- version (bindings, goals that name a task) is kept by okrd's own number, the key: a task's UID when
-- it was first seen, unless that was taken.

ALTER TABLE plan_task ADD COLUMN key bigint -- null: blank, without UID, a repeated UID, an upload
    CHECK (key >= 0);

-- A published row stays as it is, but for its key: that is okrd's and no part of the plan.
DROP TRIGGER immutable_update ON plan_task;
CREATE FUNCTION published_row_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of a plan version is immutable' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER immutable_update BEFORE UPDATE OF version_id, position, body ON plan_task
    FOR EACH ROW EXECUTE FUNCTION published_row_is_immutable();
GRANT UPDATE (key) ON plan_task TO okrd_app;

UPDATE plan_task t SET key = f.uid
FROM (SELECT version_id, uid, min(position) AS position FROM plan_task
      WHERE uid >= 0 AND NOT is_null GROUP BY version_id, uid) f
JOIN plan_version v ON v.id = f.version_id AND v.number IS NOT NULL
WHERE t.version_id = f.version_id AND t.position = f.position;
CREATE INDEX plan_task_key ON plan_task (version_id, key);

-- Above all keys and UIDs of the source that were ever seen.
ALTER TABLE plan_source ADD COLUMN top_key bigint NOT NULL DEFAULT 0;
UPDATE plan_source s SET top_key = coalesce((SELECT max(t.key) FROM plan_task t
    JOIN plan_version v ON v.id = t.version_id WHERE v.source_id = s.id), 0);

-- The tasks that a source had and has no more, each with the last row that it stood in.
CREATE TABLE plan_task_gone (
    source_id  bigint NOT NULL REFERENCES plan_source,
    key        bigint NOT NULL,
    version_id bigint NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (source_id, key),
    FOREIGN KEY (version_id, position) REFERENCES plan_task (version_id, position)
);
INSERT INTO plan_task_gone (source_id, key, version_id, position)
SELECT DISTINCT ON (v.source_id, t.key) v.source_id, t.key, t.version_id, t.position
FROM plan_task t JOIN plan_version v ON v.id = t.version_id
JOIN plan_source s ON s.id = v.source_id
WHERE t.key IS NOT NULL AND NOT EXISTS (SELECT FROM plan_task p
    WHERE p.version_id = s.published_version AND p.key = t.key)
ORDER BY v.source_id, t.key, v.number DESC;

ALTER TABLE plan_binding RENAME COLUMN task_uid TO task_key;
ALTER TABLE goal RENAME COLUMN task_uid TO task_key;
ALTER TABLE task_project ADD COLUMN task_key bigint;
UPDATE task_project SET task_key = task_uid; -- null: a negative UID
CREATE INDEX task_project_key ON task_project (source_id, task_key);

-- By what UID people know a task: that of the published version, or the last one that it had.
CREATE VIEW plan_known_task AS
    SELECT source_id, task_key AS key, task_uid AS uid, false AS gone FROM task_project
    UNION ALL
    SELECT g.source_id, g.key, t.uid, true FROM plan_task_gone g
    JOIN plan_task t ON t.version_id = g.version_id AND t.position = g.position;

-- A task that may be one that was there before, where the files do not tell. It stands in the plan
-- under a key of its own until the program manager says who it is.
CREATE TABLE plan_question (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id   bigint NOT NULL REFERENCES plan_source,
    key         bigint NOT NULL,
    number      bigint NOT NULL,            -- the version that it appeared in
    candidates  bigint[] NOT NULL,          -- keys
    evidence    integer[] NOT NULL,         -- for each of them, okr.v1.PlanEvidence as bits
    answered_at timestamptz,
    answered_by bigint REFERENCES member,
    answer      bigint,                     -- the key that it is; its own: it is new
    UNIQUE (source_id, key),
    FOREIGN KEY (source_id, number) REFERENCES plan_version (source_id, number),
    CHECK (cardinality(candidates) > 0 AND cardinality(candidates) = cardinality(evidence)),
    CHECK ((answered_at IS NULL) = (answer IS NULL))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON plan_task_gone, plan_question TO okrd_app;
GRANT SELECT ON plan_known_task TO okrd_app;
