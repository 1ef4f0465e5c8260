-- The monthly review of side projects (R24), what a quarter came to (R21, R22), and projects that go
-- on in a later quarter.

ALTER TABLE project
    ADD COLUMN proposed_at  timestamptz, -- null: before this was kept
    ADD COLUMN carried_from bigint CONSTRAINT project_carried_from_key UNIQUE REFERENCES project;

-- One a month and project; deciding anew counts the version up.
CREATE TABLE side_decision (
    month      date NOT NULL CHECK (extract(day FROM month) = 1),
    project_id bigint NOT NULL REFERENCES project,
    decision   integer NOT NULL CHECK (decision BETWEEN 1 AND 4), -- okr.v1.SideDecision
    reason     text NOT NULL CHECK (reason <> ''),
    rank       integer CHECK (rank >= 1),
    first_at   timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by bigint NOT NULL REFERENCES member,
    version    bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (month, project_id),
    CHECK ((decision = 2) = (rank IS NOT NULL))
);

CREATE TABLE side_comment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month      date NOT NULL CHECK (extract(day FROM month) = 1),
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL
);
CREATE INDEX side_comment_month ON side_comment (month, id);

-- okr.v1.QuarterResult in JSON, as it was when the quarter was closed.
CREATE TABLE quarter_result (
    quarter text PRIMARY KEY REFERENCES quarter,
    body    jsonb NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON side_decision TO okrd_app;
GRANT SELECT, INSERT ON side_comment, quarter_result TO okrd_app;
