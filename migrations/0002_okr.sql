-- The quarter: product OKR, measurements, projects.

CREATE TABLE quarter (
    name      text PRIMARY KEY CHECK (name ~ '^[0-9]{4}Q[1-4]$'),
    first_day date NOT NULL,
    last_day  date NOT NULL,
    state     integer NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3), -- okr.v1.QuarterState
    opened_at timestamptz,
    closed_at timestamptz,
    version   bigint NOT NULL DEFAULT 1,
    CHECK (first_day < last_day)
);

CREATE TABLE objective (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarter     text NOT NULL REFERENCES quarter,
    product     text NOT NULL CHECK (product <> ''),
    text        text NOT NULL CHECK (text <> ''),
    rank        integer NOT NULL CHECK (rank >= 1),
    dropped     boolean NOT NULL DEFAULT false,
    drop_reason text,
    version     bigint NOT NULL DEFAULT 1,
    CHECK (dropped = (drop_reason IS NOT NULL))
);
CREATE INDEX objective_quarter ON objective (quarter, rank);

CREATE TABLE key_result (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    objective_id  bigint NOT NULL REFERENCES objective,
    text          text NOT NULL CHECK (text <> ''),
    unit          text NOT NULL CHECK (unit <> ''),
    kind          integer NOT NULL CHECK (kind BETWEEN 1 AND 4), -- okr.v1.KrKind
    start_value   double precision NOT NULL,
    target_value  double precision NOT NULL,
    rank          integer NOT NULL CHECK (rank >= 1),
    departments   text[] NOT NULL DEFAULT '{}',
    noise_percent double precision NOT NULL DEFAULT 5 CHECK (noise_percent >= 0 AND noise_percent <= 100),
    dropped       boolean NOT NULL DEFAULT false,
    drop_reason   text,
    version       bigint NOT NULL DEFAULT 1,
    CONSTRAINT key_result_direction CHECK
        (kind > 2 OR (kind = 1 AND target_value > start_value) OR (kind = 2 AND target_value < start_value)),
    CHECK (dropped = (drop_reason IS NOT NULL))
);
CREATE INDEX key_result_objective ON key_result (objective_id, rank);

-- A correction is a new row that names the old one; the old one stays (R42).
CREATE TABLE measurement (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kr_id       bigint NOT NULL REFERENCES key_result,
    day         date NOT NULL,
    value       double precision NOT NULL,
    note        text,
    corrects    bigint CONSTRAINT measurement_corrects_key UNIQUE REFERENCES measurement,
    reason      text,
    recorded_at timestamptz NOT NULL,
    recorded_by bigint NOT NULL REFERENCES member,
    CHECK ((corrects IS NULL) = (reason IS NULL))
);
CREATE INDEX measurement_kr ON measurement (kr_id, day, id);

CREATE TABLE project (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarter            text NOT NULL REFERENCES quarter,
    kind               integer NOT NULL CHECK (kind IN (1, 2)),          -- okr.v1.ProjectKind
    name               text NOT NULL CHECK (name <> ''),
    description        text,
    state              integer NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 5), -- okr.v1.ProjectState
    rank               integer NOT NULL CHECK (rank >= 1),
    category           integer CHECK (category BETWEEN 1 AND 3),         -- okr.v1.SideCategory
    requester          text CHECK (requester <> ''),
    lead_id            bigint REFERENCES member,
    proposed_by        bigint NOT NULL REFERENCES member,
    changed_after_open boolean NOT NULL DEFAULT false,
    version            bigint NOT NULL DEFAULT 1,
    UNIQUE (id, kind),
    CONSTRAINT project_side_origin CHECK (kind = 1 OR category IS NOT NULL OR requester IS NOT NULL)
);
CREATE INDEX project_quarter ON project (quarter, kind, rank);
CREATE INDEX project_lead ON project (lead_id);

-- kind = 1 with the foreign key below: a side project has no KR (R20).
CREATE TABLE project_kr (
    project_id bigint NOT NULL,
    kr_id      bigint NOT NULL REFERENCES key_result,
    kind       integer NOT NULL DEFAULT 1 CONSTRAINT project_kr_linked CHECK (kind = 1),
    PRIMARY KEY (project_id, kr_id),
    FOREIGN KEY (project_id, kind) REFERENCES project (id, kind)
);
CREATE INDEX project_kr_kr ON project_kr (kr_id);

-- A linked project has at least one KR (R20): looked at when the transaction commits.
CREATE FUNCTION linked_project_has_kr() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
BEGIN
    IF TG_TABLE_NAME = 'project' THEN
        checked := NEW.id;
    ELSE
        checked := OLD.project_id;
    END IF;
    IF EXISTS (SELECT FROM project p WHERE p.id = checked AND p.kind = 1)
       AND NOT EXISTS (SELECT FROM project_kr k WHERE k.project_id = checked) THEN
        RAISE EXCEPTION 'linked project % has no key result', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'linked_project_has_kr';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER linked_project_has_kr AFTER INSERT ON project
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linked_project_has_kr();
CREATE CONSTRAINT TRIGGER linked_project_keeps_kr AFTER DELETE ON project_kr
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linked_project_has_kr();

CREATE TABLE project_member (
    project_id bigint NOT NULL REFERENCES project,
    member_id  bigint NOT NULL REFERENCES member,
    PRIMARY KEY (project_id, member_id)
);
CREATE INDEX project_member_member ON project_member (member_id);

CREATE TABLE project_comment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project,
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL
);
CREATE INDEX project_comment_project ON project_comment (project_id, id);

CREATE TABLE project_decision (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project,
    decision   integer NOT NULL CHECK (decision BETWEEN 1 AND 6), -- okr.v1.Decision
    reason     text,
    urgent     boolean NOT NULL DEFAULT false,
    displaces  bigint[] NOT NULL DEFAULT '{}',
    decided_at timestamptz NOT NULL,
    decided_by bigint NOT NULL REFERENCES member,
    after_open boolean NOT NULL,
    CONSTRAINT urgent_displaces CHECK (NOT urgent OR cardinality(displaces) > 0),
    CONSTRAINT decision_reason CHECK (NOT after_open OR reason IS NOT NULL)
);
CREATE INDEX project_decision_project ON project_decision (project_id, id);

CREATE TABLE sufficiency (
    kr_id       bigint NOT NULL REFERENCES key_result,
    number      integer NOT NULL CHECK (number >= 1),
    project_ids bigint[] NOT NULL,
    note        text,
    declared_at timestamptz NOT NULL,
    declared_by bigint NOT NULL REFERENCES member,
    PRIMARY KEY (kr_id, number)
);

GRANT SELECT, INSERT, UPDATE ON quarter, objective, key_result, project TO okrd_app;
GRANT SELECT, INSERT ON measurement, project_comment, project_decision, sufficiency TO okrd_app;
GRANT SELECT, INSERT, DELETE ON project_kr, project_member TO okrd_app;
