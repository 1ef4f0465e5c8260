-- Weekly goals are a practice on trial (R41): whether a project is asked for them. The last row
-- counts; without any the practice is on.
CREATE TABLE goals_practice (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project,
    asked      boolean NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    decided_at timestamptz NOT NULL,
    decided_by bigint NOT NULL REFERENCES member
);
CREATE INDEX goals_practice_project ON goals_practice (project_id, id);

GRANT SELECT, INSERT ON goals_practice TO okrd_app;
