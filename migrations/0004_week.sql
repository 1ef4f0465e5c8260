-- Weekly goals. A week is stored as its Monday (ISO 8601).

CREATE TABLE goal (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id  bigint NOT NULL REFERENCES project,
    week        date NOT NULL CONSTRAINT goal_week_monday CHECK (extract(isodow FROM week) = 1),
    position    integer NOT NULL CHECK (position >= 1),
    text        text NOT NULL CHECK (text <> ''),
    result      integer CHECK (result IN (1, 2)),      -- okr.v1.GoalResult; null: not decided
    reason      text,
    source_id   bigint REFERENCES plan_source,
    task_uid    bigint,
    dropped     boolean NOT NULL DEFAULT false,
    drop_reason text,
    version     bigint NOT NULL DEFAULT 1,
    CONSTRAINT goal_missed_reason CHECK (result IS DISTINCT FROM 2 OR reason IS NOT NULL),
    CHECK (dropped = (drop_reason IS NOT NULL)),
    CHECK ((source_id IS NULL) = (task_uid IS NULL))
);
CREATE INDEX goal_project_week ON goal (project_id, week, position);
CREATE INDEX goal_week ON goal (week);

-- A week that was closed: the PL's one act (R37). No row: open, or nothing set.
CREATE TABLE week_report (
    project_id bigint NOT NULL REFERENCES project,
    week       date NOT NULL CHECK (extract(isodow FROM week) = 1),
    look_back  text,
    due_at     timestamptz NOT NULL,
    closed_at  timestamptz NOT NULL,
    closed_by  bigint NOT NULL REFERENCES member,
    late       boolean NOT NULL,
    PRIMARY KEY (project_id, week)
);

CREATE TABLE entry (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project,
    week       date NOT NULL CHECK (extract(isodow FROM week) = 1),
    goal_id    bigint REFERENCES goal,
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL,
    version    bigint NOT NULL DEFAULT 1
);
CREATE INDEX entry_project_week ON entry (project_id, week, id);

GRANT SELECT, INSERT, UPDATE ON goal, entry TO okrd_app;
GRANT SELECT, INSERT ON week_report TO okrd_app;
