-- The program plan. A row of a plan is kept as the contract's message in JSON (protobuf's canonical
-- mapping); the columns that SQL works with are generated from it, so that there is one truth.
-- Wall-clock times are text YYYY-MM-DDTHH:MM:SS, which sorts as time does; work is in minutes.

CREATE TABLE plan_source (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CONSTRAINT plan_source_name_key UNIQUE
         CONSTRAINT plan_source_name_form CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    published_version bigint -- the version that readers see
);

-- An upload is a version that nobody sees: number and published_at are null until it is published.
CREATE TABLE plan_version (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id     bigint NOT NULL REFERENCES plan_source,
    number        bigint,
    begun_at      timestamptz NOT NULL,
    begun_by      bigint NOT NULL REFERENCES member,
    base_number   bigint NOT NULL,   -- what was published when the upload began
    next_sequence bigint NOT NULL DEFAULT 1,
    published_at  timestamptz,
    published_by  bigint REFERENCES member,
    agent         text,
    file_name     text NOT NULL,
    content_hash  text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    header        jsonb NOT NULL,
    totals        jsonb NOT NULL,
    revision      bigint,
    UNIQUE (source_id, number),
    CHECK ((number IS NULL) = (published_at IS NULL))
);
ALTER TABLE plan_source ADD FOREIGN KEY (published_version) REFERENCES plan_version;

CREATE TABLE plan_task (
    version_id       bigint NOT NULL REFERENCES plan_version ON DELETE CASCADE,
    position         bigint NOT NULL,
    body             jsonb NOT NULL,
    uid              bigint GENERATED ALWAYS AS ((body->>'uid')::bigint) STORED,
    parent_uid       bigint GENERATED ALWAYS AS ((body->>'parentUid')::bigint) STORED,
    name             text GENERATED ALWAYS AS (body->>'name') STORED,
    is_null          boolean GENERATED ALWAYS AS (coalesce((body->>'null')::boolean, false)) STORED,
    active           boolean GENERATED ALWAYS AS (coalesce((body->>'active')::boolean, true)) STORED,
    start            text GENERATED ALWAYS AS (body->>'start') STORED,
    finish           text GENERATED ALWAYS AS (body->>'finish') STORED,
    duration         double precision GENERATED ALWAYS AS ((body->>'duration')::double precision) STORED,
    work             double precision GENERATED ALWAYS AS ((body->>'work')::double precision) STORED,
    actual_work      double precision GENERATED ALWAYS AS ((body->>'actualWork')::double precision) STORED,
    percent_complete bigint GENERATED ALWAYS AS ((body->>'percentComplete')::bigint) STORED,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX plan_task_uid ON plan_task (version_id, uid);
CREATE INDEX plan_task_parent ON plan_task (version_id, parent_uid);

CREATE TABLE plan_resource (
    version_id bigint NOT NULL REFERENCES plan_version ON DELETE CASCADE,
    position   bigint NOT NULL,
    body       jsonb NOT NULL,
    uid        bigint GENERATED ALWAYS AS ((body->>'uid')::bigint) STORED,
    name       text GENERATED ALWAYS AS (body->>'name') STORED,
    email      text GENERATED ALWAYS AS (body->>'email') STORED,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX plan_resource_uid ON plan_resource (version_id, uid);

CREATE TABLE plan_assignment (
    version_id   bigint NOT NULL REFERENCES plan_version ON DELETE CASCADE,
    position     bigint NOT NULL,
    body         jsonb NOT NULL,
    task_uid     bigint GENERATED ALWAYS AS ((body->>'taskUid')::bigint) STORED,
    resource_uid bigint GENERATED ALWAYS AS ((body->>'resourceUid')::bigint) STORED,
    work         double precision GENERATED ALWAYS AS ((body->>'work')::double precision) STORED,
    actual_work  double precision GENERATED ALWAYS AS ((body->>'actualWork')::double precision) STORED,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX plan_assignment_task ON plan_assignment (version_id, task_uid);
CREATE INDEX plan_assignment_resource ON plan_assignment (version_id, resource_uid);

CREATE TABLE plan_calendar (
    version_id bigint NOT NULL REFERENCES plan_version ON DELETE CASCADE,
    position   bigint NOT NULL,
    body       jsonb NOT NULL,
    PRIMARY KEY (version_id, position)
);

-- What okrd adds to a plan, keyed by source and UID so that it outlives each version (R30).
CREATE TABLE plan_binding (
    source_id  bigint NOT NULL REFERENCES plan_source,
    task_uid   bigint NOT NULL,
    project_id bigint NOT NULL REFERENCES project,
    task_name  text,               -- as it was called when it was bound
    bound_at   timestamptz NOT NULL,
    bound_by   bigint NOT NULL REFERENCES member,
    version    bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (source_id, task_uid)
);
CREATE INDEX plan_binding_project ON plan_binding (project_id);

CREATE TABLE plan_person (
    source_id    bigint NOT NULL REFERENCES plan_source,
    resource_uid bigint NOT NULL,
    member_id    bigint NOT NULL REFERENCES member,
    PRIMARY KEY (source_id, resource_uid)
);
CREATE INDEX plan_person_member ON plan_person (member_id);

-- Derived, and renewed in the transaction that publishes or binds: the project of each task of a
-- source's published version (its own binding, or the nearest one above it) …
CREATE TABLE task_project (
    source_id  bigint NOT NULL REFERENCES plan_source,
    task_uid   bigint NOT NULL,
    project_id bigint REFERENCES project,   -- null: unbound
    bound_here boolean NOT NULL,
    leaf       boolean NOT NULL,
    PRIMARY KEY (source_id, task_uid)
);
CREATE INDEX task_project_project ON task_project (project_id);

-- … and per source and project the sums over leaf tasks that the board shows (project 0: unbound).
CREATE TABLE plan_progress (
    source_id        bigint NOT NULL REFERENCES plan_source,
    project_id       bigint NOT NULL,
    tasks            integer NOT NULL,
    planned_work     double precision NOT NULL,
    actual_work      double precision NOT NULL,
    earned_work      double precision NOT NULL, -- Σ work × percent complete ÷ 100
    sum_percent      double precision NOT NULL, -- Σ percent complete
    unfinished       integer NOT NULL,          -- tasks below 100 %
    baseline_tasks   integer NOT NULL,
    finish           text,
    status_date      text,
    PRIMARY KEY (source_id, project_id)
);
CREATE INDEX plan_progress_project ON plan_progress (project_id);

GRANT SELECT, INSERT, UPDATE ON plan_source TO okrd_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_version, plan_binding, plan_person, task_project, plan_progress TO okrd_app;
GRANT SELECT, INSERT, DELETE ON plan_task, plan_resource, plan_assignment, plan_calendar TO okrd_app;

-- A published version is immutable (R28), whoever writes.
CREATE FUNCTION published_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published plan version is immutable' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER plan_version_immutable BEFORE UPDATE OR DELETE ON plan_version
    FOR EACH ROW EXECUTE FUNCTION published_version_is_immutable();
CREATE FUNCTION published_rows_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched t JOIN plan_version v ON v.id = t.version_id
               WHERE v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published plan version is immutable' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['plan_task', 'plan_resource', 'plan_assignment', 'plan_calendar'] LOOP
        EXECUTE format('CREATE TRIGGER immutable_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS touched
                        FOR EACH STATEMENT EXECUTE FUNCTION published_rows_are_immutable()', name);
        EXECUTE format('CREATE TRIGGER immutable_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS touched
                        FOR EACH STATEMENT EXECUTE FUNCTION published_rows_are_immutable()', name);
        EXECUTE format('CREATE TRIGGER immutable_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS touched
                        FOR EACH STATEMENT EXECUTE FUNCTION published_rows_are_immutable()', name);
    END LOOP;
END
$$;
