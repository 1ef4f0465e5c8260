-- The roadmap (R2): what the product must achieve in a fiscal year, and what serves it.

CREATE TABLE roadmap_item (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year        integer NOT NULL CHECK (year BETWEEN 1 AND 9998),
    product     text NOT NULL CHECK (product <> ''),
    text        text NOT NULL CHECK (text <> ''),
    starts      date NOT NULL,
    ends        date NOT NULL,
    rank        integer NOT NULL CHECK (rank >= 1),
    dropped     boolean NOT NULL DEFAULT false,
    drop_reason text,
    version     bigint NOT NULL DEFAULT 1,
    CONSTRAINT roadmap_item_schedule CHECK (starts <= ends),
    CHECK (dropped = (drop_reason IS NOT NULL))
);
CREATE INDEX roadmap_item_year ON roadmap_item (year, rank);

CREATE TABLE roadmap_objective (
    item_id      bigint NOT NULL REFERENCES roadmap_item,
    objective_id bigint NOT NULL REFERENCES objective,
    PRIMARY KEY (item_id, objective_id)
);
CREATE INDEX roadmap_objective_objective ON roadmap_objective (objective_id);

CREATE TABLE roadmap_kr (
    item_id bigint NOT NULL REFERENCES roadmap_item,
    kr_id   bigint NOT NULL REFERENCES key_result,
    PRIMARY KEY (item_id, kr_id)
);
CREATE INDEX roadmap_kr_kr ON roadmap_kr (kr_id);

CREATE TABLE roadmap_project (
    item_id    bigint NOT NULL REFERENCES roadmap_item,
    project_id bigint NOT NULL REFERENCES project,
    PRIMARY KEY (item_id, project_id)
);
CREATE INDEX roadmap_project_project ON roadmap_project (project_id);

CREATE TABLE roadmap_comment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id    bigint NOT NULL REFERENCES roadmap_item,
    text       text NOT NULL CHECK (text <> ''),
    author     bigint NOT NULL REFERENCES member,
    written_at timestamptz NOT NULL
);
CREATE INDEX roadmap_comment_item ON roadmap_comment (item_id, id);

GRANT SELECT, INSERT, UPDATE ON roadmap_item TO okrd_app;
GRANT SELECT, INSERT, DELETE ON roadmap_objective, roadmap_kr, roadmap_project TO okrd_app;
GRANT SELECT, INSERT ON roadmap_comment TO okrd_app;
