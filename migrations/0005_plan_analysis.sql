-- What people say about plan versions: why something changed (R9), and which version stands in for a
-- baseline that the plan does not have (R31). What was said before stays in the audit log.

-- One reason a task and kind of change, in the version in which it changed against the one before.
CREATE TABLE plan_change_reason (
    source_id bigint NOT NULL REFERENCES plan_source,
    number    bigint NOT NULL,
    task_uid  bigint NOT NULL,
    kind      integer NOT NULL CHECK (kind BETWEEN 1 AND 8), -- okr.v1.PlanChangeKind
    reason    text NOT NULL CHECK (reason <> ''),
    given_at  timestamptz NOT NULL,
    given_by  bigint NOT NULL REFERENCES member,
    PRIMARY KEY (source_id, number, task_uid, kind),
    FOREIGN KEY (source_id, number) REFERENCES plan_version (source_id, number)
);

CREATE TABLE plan_baseline_choice (
    source_id bigint PRIMARY KEY REFERENCES plan_source,
    number    bigint, -- null: none, any more
    chosen_at timestamptz NOT NULL,
    chosen_by bigint NOT NULL REFERENCES member,
    FOREIGN KEY (source_id, number) REFERENCES plan_version (source_id, number)
);

GRANT SELECT, INSERT, UPDATE ON plan_change_reason, plan_baseline_choice TO okrd_app;
