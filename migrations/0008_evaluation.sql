-- The monthly evaluation: frozen snapshots, signatures, overrides, factors, actions. A month is
-- stored as its first day.

-- Not moved for so many months: review the OKR and the plan (R45).
ALTER TABLE settings ADD COLUMN review_months integer NOT NULL DEFAULT 3
    CONSTRAINT settings_review_months CHECK (review_months BETWEEN 1 AND 24);

-- What the verdicts of a month were computed from, and what came out, as they were when it was
-- prepared (R43). Preparing again adds a row; none is ever changed.
CREATE TABLE evaluation_snapshot (
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    number      integer NOT NULL CHECK (number >= 1),
    prepared_at timestamptz NOT NULL,
    prepared_by bigint NOT NULL REFERENCES member,
    revision    bigint NOT NULL,
    input       text NOT NULL,  -- okr.v1.EvaluationSnapshot in JSON
    verdicts    text NOT NULL,  -- okr.v1.EvaluationVerdicts in JSON
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32), -- SHA-256 of input
    PRIMARY KEY (month, number)
);

CREATE TABLE evaluation (
    month     date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    quarter   text NOT NULL REFERENCES quarter,
    number    integer NOT NULL, -- the snapshot that counts
    version   bigint NOT NULL DEFAULT 1,
    signed_at timestamptz,
    signed_by bigint REFERENCES member,
    FOREIGN KEY (month, number) REFERENCES evaluation_snapshot,
    CHECK ((signed_at IS NULL) = (signed_by IS NULL))
);

-- The last row of a month and KR counts; without a verdict it takes the override away.
CREATE TABLE evaluation_override (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month   date NOT NULL REFERENCES evaluation,
    kr_id   bigint NOT NULL REFERENCES key_result,
    verdict integer CHECK (verdict BETWEEN 1 AND 7),       -- okr.v1.Verdict
    reason  text,
    made_at timestamptz NOT NULL,
    made_by bigint NOT NULL REFERENCES member,
    CONSTRAINT override_reason CHECK (verdict IS NULL OR reason IS NOT NULL)
);
CREATE INDEX evaluation_override_month ON evaluation_override (month, kr_id, id);

CREATE TABLE external_factor (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kr_id      bigint NOT NULL REFERENCES key_result,
    day        date NOT NULL,
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL
);
CREATE INDEX external_factor_kr ON external_factor (kr_id, day, id);

CREATE TABLE evaluation_action (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month      date NOT NULL REFERENCES evaluation,
    text       text NOT NULL CHECK (text <> ''),
    due        date NOT NULL,
    owner_role text NOT NULL REFERENCES role,
    outcome    text CHECK (outcome <> ''),                 -- null: open
    done       boolean NOT NULL DEFAULT false,
    version    bigint NOT NULL DEFAULT 1,
    CHECK (NOT done OR outcome IS NOT NULL)
);
CREATE INDEX evaluation_action_month ON evaluation_action (month, id);

CREATE TABLE evaluation_comment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month      date NOT NULL CHECK (extract(day FROM month) = 1),
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL
);
CREATE INDEX evaluation_comment_month ON evaluation_comment (month, id);

GRANT SELECT, INSERT ON evaluation_snapshot, evaluation_override, external_factor, evaluation_comment TO okrd_app;
GRANT SELECT, INSERT, UPDATE ON evaluation, evaluation_action TO okrd_app;

-- A snapshot is frozen, and a signed evaluation is immutable, whoever writes.
CREATE FUNCTION evaluation_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the snapshot of an evaluation is frozen' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER evaluation_snapshot_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON evaluation_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_snapshot_is_frozen();

CREATE FUNCTION signed_evaluation_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a signed evaluation is immutable' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER evaluation_signed BEFORE UPDATE OR DELETE ON evaluation
    FOR EACH ROW EXECUTE FUNCTION signed_evaluation_is_immutable();

-- What a signature covers beside the snapshot: overrides, and the actions that it ends in. What
-- became of an action is still to be written; what it is stays.
CREATE FUNCTION signed_month_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := NEW.month;
    ELSE
        touched := OLD.month;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'evaluation_action' THEN
        IF (OLD.id, OLD.month, OLD.text, OLD.due, OLD.owner_role)
           IS NOT DISTINCT FROM (NEW.id, NEW.month, NEW.text, NEW.due, NEW.owner_role) THEN
            RETURN NEW;
        END IF;
    END IF;
    IF EXISTS (SELECT FROM evaluation e WHERE e.month = touched AND e.signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a signed evaluation is immutable' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER evaluation_override_signed BEFORE INSERT OR UPDATE OR DELETE ON evaluation_override
    FOR EACH ROW EXECUTE FUNCTION signed_month_is_immutable();
CREATE TRIGGER evaluation_action_signed BEFORE INSERT OR UPDATE OR DELETE ON evaluation_action
    FOR EACH ROW EXECUTE FUNCTION signed_month_is_immutable();
