-- The ground: revisions, the audit log, people and rights, settings.
-- Instants are timestamptz; the role that the server runs under is okrd_app and owns nothing.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'okrd_app') THEN
        CREATE ROLE okrd_app LOGIN;
    END IF;
END
$$;

-- One row: the last revision, and the hash of the audit log up to it.
CREATE TABLE head (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    revision bigint NOT NULL,
    hash     bytea  NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO head (revision, hash) VALUES (0, sha256('okrd'));

CREATE TABLE member (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle  text NOT NULL CONSTRAINT member_handle_key UNIQUE
            CONSTRAINT member_handle_form CHECK (handle ~ '^[a-z0-9][a-z0-9._-]{0,31}$'),
    name    text NOT NULL CHECK (name <> ''),
    email   text,
    active  boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1
);

-- rights_of is a value of okr.v1.Role: the rights that the contract gives that role.
CREATE TABLE role (
    name      text PRIMARY KEY CONSTRAINT role_name_form CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    label_ja  text NOT NULL,
    label_en  text NOT NULL,
    rights_of integer NOT NULL CHECK (rights_of BETWEEN 1 AND 12),
    trial     boolean NOT NULL DEFAULT true,
    retired   boolean NOT NULL DEFAULT false,
    version   bigint NOT NULL DEFAULT 1
);
INSERT INTO role (name, label_ja, label_en, rights_of, trial) VALUES
    ('pdm',              'PdM',                          'product manager',  1, false),
    ('planning',         '企画',                         'planning',         2, false),
    ('dev-lead',         '開発部門責任者',               'dev lead',         3, false),
    ('program-manager',  'プログラム・マネージャー',     'program manager',  4, false),
    ('pl',               'プロジェクトリーダー',         'project lead',     5, false),
    ('engineer',         'エンジニア',                   'engineer',         6, false),
    ('intern',           'インターン',                   'intern',           7, false),
    ('architect',        'アーキテクト',                 'architect',        8, false),
    ('dba',              'DBA',                          'DBA',              9, false),
    ('service-engineer', 'サービスエンジニア（仮）',     'service engineer (trial)', 10, true),
    ('bi-engineer',      'BIエンジニア',                 'BI engineer',     11, false),
    ('admin',            '管理者',                       'admin',           12, false);

CREATE TABLE member_role (
    member_id  bigint NOT NULL REFERENCES member,
    role       text NOT NULL REFERENCES role,
    granted_at timestamptz NOT NULL,
    granted_by bigint REFERENCES member,
    PRIMARY KEY (member_id, role),
    CONSTRAINT member_role_self CHECK (granted_by <> member_id)
);

-- Only SHA-256 sums of secrets are stored.
CREATE TABLE token (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id  bigint NOT NULL REFERENCES member,
    hash       bytea NOT NULL CONSTRAINT token_hash_key UNIQUE CHECK (octet_length(hash) = 32),
    label      text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX token_member ON token (member_id);

CREATE TABLE login_code (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id  bigint NOT NULL REFERENCES member,
    hash       bytea NOT NULL CONSTRAINT login_code_hash_key UNIQUE CHECK (octet_length(hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

-- A plan-sync agent's token: what one program manager delegated (R29).
CREATE TABLE agent (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label        text NOT NULL CHECK (label <> ''),
    sources      text[] NOT NULL CHECK (cardinality(sources) > 0),
    delegated_by bigint NOT NULL REFERENCES member,
    hash         bytea NOT NULL CONSTRAINT agent_hash_key UNIQUE CHECK (octet_length(hash) = 32),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);

CREATE TABLE settings (
    single              boolean PRIMARY KEY DEFAULT true CHECK (single),
    fiscal_first_month  integer NOT NULL DEFAULT 1 CHECK (fiscal_first_month BETWEEN 1 AND 12),
    time_zone           text NOT NULL DEFAULT 'Asia/Tokyo',
    weekly_due_day      integer NOT NULL DEFAULT 5 CHECK (weekly_due_day BETWEEN 1 AND 7),
    weekly_due_minute   integer NOT NULL DEFAULT 1080 CHECK (weekly_due_minute BETWEEN 0 AND 1439),
    side_target_percent integer NOT NULL DEFAULT 70 CHECK (side_target_percent BETWEEN 1 AND 100),
    token_days          integer NOT NULL DEFAULT 90 CHECK (token_days BETWEEN 1 AND 3650),
    version             bigint NOT NULL DEFAULT 1
);
INSERT INTO settings DEFAULT VALUES;

-- Every change, once: who, in which role, when, what before, what after (R52). Written only by the
-- server's writer, in the transaction of the change. The hash chains each row to the one before
-- (server/store/audit.c says over which bytes). request_id makes a retry find its answer.
CREATE TABLE audit (
    revision     bigint PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor        text,
    role         text,
    agent        text,
    method       text NOT NULL,
    resource     text NOT NULL,
    before       json,
    after        json,
    request_id   bytea NOT NULL CONSTRAINT audit_request_id_key UNIQUE CHECK (octet_length(request_id) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    reply        bytea NOT NULL,
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_resource ON audit (resource, revision);
CREATE INDEX audit_actor ON audit (actor, revision);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

GRANT USAGE ON SCHEMA public TO okrd_app;
GRANT SELECT, UPDATE ON head TO okrd_app;
GRANT SELECT, INSERT ON audit TO okrd_app;
GRANT SELECT, INSERT, UPDATE ON member, role, token, login_code, agent TO okrd_app;
GRANT SELECT, INSERT, DELETE ON member_role TO okrd_app;
GRANT SELECT, UPDATE ON settings TO okrd_app;
