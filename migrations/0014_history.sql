-- What was known at an earlier revision. Each table of state has a twin in schema `history` with all
-- that its rows ever were, and a view of the same name in schema `as_of` with what they were at the
-- revision that the setting okr.as_of names. A reader whose search_path begins with as_of reads
-- statements that are written for the present, and sees the past.
--
-- A table that comes later is added with history_keep(); a column, to the table and to its twin.

CREATE SCHEMA history;
CREATE SCHEMA as_of;
GRANT USAGE ON SCHEMA as_of TO okrd_app;

-- From this revision on the past is known.
CREATE TABLE history_begin (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    revision bigint NOT NULL
);
INSERT INTO history_begin (revision) SELECT revision FROM head;
GRANT SELECT ON history_begin TO okrd_app;

CREATE FUNCTION as_of_revision() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('okr.as_of')::bigint
$$;

-- A change's revision is the one after the head's; of changes that share a transaction the first
-- one's, as nobody sees them one by one.
CREATE FUNCTION history_keep(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    same text;
    indexes text;
BEGIN
    SELECT string_agg(format('h.%I', a.attname), ', ' ORDER BY a.attnum) INTO columns
    FROM pg_attribute a WHERE a.attrelid = name::regclass AND a.attnum > 0 AND NOT a.attisdropped;
    SELECT string_agg(format('h.%1$I = g.%1$I', a.attname), ' AND ') INTO same
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = name::regclass AND i.indisprimary;
    IF same IS NULL THEN -- a row without a key is itself
        same := format('(%s) IS NOT DISTINCT FROM (%s)', columns, replace(columns, 'h.', 'g.'));
    END IF;

    EXECUTE format('CREATE TABLE history.%1$I (from_revision bigint NOT NULL, '
        'to_revision bigint NOT NULL, LIKE public.%1$I)', name);
    EXECUTE format('INSERT INTO history.%1$I SELECT 0, %2$s, t.* FROM public.%1$I t',
        name, 9223372036854775807);
    FOR indexes IN
        SELECT regexp_replace(pg_get_indexdef(i.indexrelid),
            '^CREATE (UNIQUE )?INDEX \S+ ON public\.', 'CREATE INDEX ON history.')
        FROM pg_index i WHERE i.indrelid = name::regclass
    LOOP
        EXECUTE indexes;
    END LOOP;
    EXECUTE format('CREATE VIEW as_of.%1$I AS SELECT %2$s FROM history.%1$I h '
        'WHERE h.from_revision <= public.as_of_revision() '
        'AND h.to_revision > public.as_of_revision()', name, columns);
    EXECUTE format('GRANT SELECT ON as_of.%I TO okrd_app', name);

    EXECUTE format($f$
        CREATE FUNCTION history.keep_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp AS $b$
        DECLARE
            now bigint := (SELECT revision + 1 FROM public.head);
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                UPDATE history.%1$I h SET to_revision = now FROM gone g
                WHERE h.to_revision = 9223372036854775807 AND %2$s;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO history.%1$I SELECT now, 9223372036854775807, c.* FROM come c;
            END IF;
            RETURN NULL;
        END
        $b$ $f$, name, same);
    EXECUTE format('CREATE TRIGGER history_insert AFTER INSERT ON public.%1$I '
        'REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION history.keep_%1$s()', name);
    EXECUTE format('CREATE TRIGGER history_update AFTER UPDATE ON public.%1$I '
        'REFERENCING OLD TABLE AS gone NEW TABLE AS come '
        'FOR EACH STATEMENT EXECUTE FUNCTION history.keep_%1$s()', name);
    EXECUTE format('CREATE TRIGGER history_delete AFTER DELETE ON public.%1$I '
        'REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION history.keep_%1$s()', name);
END
$$;

DO $$
BEGIN
    PERFORM history_keep(name) FROM unnest(ARRAY[
        'member', 'role', 'member_role', 'settings',
        'quarter', 'objective', 'key_result', 'measurement', 'project', 'project_kr', 'project_member',
        'project_comment', 'project_decision', 'sufficiency',
        'plan_source', 'plan_binding', 'plan_person', 'task_project', 'plan_progress', 'plan_unbound',
        'plan_change_reason', 'plan_baseline_choice', 'plan_task_gone', 'plan_question',
        'goal', 'week_report', 'entry',
        'roadmap_item', 'roadmap_objective', 'roadmap_kr', 'roadmap_project', 'roadmap_comment',
        'docket_decision', 'docket_comment', 'holiday',
        'evaluation_snapshot', 'evaluation', 'evaluation_override', 'external_factor',
        'evaluation_action', 'evaluation_comment',
        'side_decision', 'side_comment', 'quarter_result', 'goals_practice']) AS name;
END
$$;

-- Why, as whoever made the change said it.
ALTER TABLE audit ADD COLUMN reason text;
CREATE INDEX audit_at ON audit (at, revision);

-- What says of itself when it came, and never changes.
CREATE VIEW as_of.head AS SELECT single, public.as_of_revision() AS revision, hash FROM public.head;
CREATE VIEW as_of.audit AS SELECT * FROM public.audit WHERE revision <= public.as_of_revision();
CREATE VIEW as_of.plan_version AS
    SELECT * FROM public.plan_version WHERE revision <= public.as_of_revision();

-- A published task changes its key when somebody has said that it is a former one.
CREATE TABLE history.plan_task_key (
    version_id  bigint NOT NULL REFERENCES public.plan_version ON DELETE CASCADE,
    position    bigint NOT NULL,
    to_revision bigint NOT NULL,
    key         bigint NOT NULL,
    PRIMARY KEY (version_id, position, to_revision)
);
CREATE FUNCTION history.keep_plan_task_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO history.plan_task_key (version_id, position, to_revision, key)
    SELECT v.id, OLD.position, h.revision + 1, OLD.key FROM public.plan_version v, public.head h
    WHERE v.id = OLD.version_id AND v.number IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER history_key AFTER UPDATE OF key ON plan_task FOR EACH ROW
    WHEN (OLD.key IS DISTINCT FROM NEW.key AND OLD.key IS NOT NULL)
    EXECUTE FUNCTION history.keep_plan_task_key();
CREATE VIEW as_of.plan_task AS
    SELECT t.version_id, t.position, t.body, t.uid, t.parent_uid, t.name, t.is_null, t.active,
        t.start, t.finish, t.duration, t.work, t.actual_work, t.percent_complete,
        coalesce((SELECT k.key FROM history.plan_task_key k
            WHERE k.version_id = t.version_id AND k.position = t.position
            AND k.to_revision > public.as_of_revision() ORDER BY k.to_revision LIMIT 1), t.key) AS key,
        t.hash
    FROM public.plan_task t;

CREATE VIEW as_of.plan_known_task AS
    SELECT source_id, task_key AS key, task_uid AS uid, false AS gone FROM as_of.task_project
    UNION ALL
    SELECT g.source_id, g.key, t.uid, true FROM as_of.plan_task_gone g
    JOIN public.plan_task t ON t.version_id = g.version_id AND t.position = g.position;
GRANT SELECT ON as_of.head, as_of.audit, as_of.plan_version, as_of.plan_task,
    as_of.plan_known_task TO okrd_app;
