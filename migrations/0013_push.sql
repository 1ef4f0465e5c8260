-- Pushing what differs, and publishing over what speaks against it.

-- What a row says, so that a client finds those that it need not send (okr.v1.ListBaseRows). Null:
-- of a version from before this.
ALTER TABLE plan_task ADD COLUMN hash bytea CHECK (length(hash) = 16);
ALTER TABLE plan_resource ADD COLUMN hash bytea CHECK (length(hash) = 16);
ALTER TABLE plan_assignment ADD COLUMN hash bytea CHECK (length(hash) = 16);
ALTER TABLE plan_calendar ADD COLUMN hash bytea CHECK (length(hash) = 16);

-- Somebody's reason to publish a file that is older, or looks like another plan.
ALTER TABLE plan_version ADD COLUMN force_reason text CHECK (force_reason <> '');
CREATE INDEX plan_version_content ON plan_version (source_id, content_hash);

-- A big upload is not in the planner's statistics when it is published, and what is planned without
-- them may walk all of it for each of its rows. Only who owns a table may count it.
CREATE FUNCTION plan_rows_are_counted() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE plan_task (version_id, position, uid, parent_uid, key, name);
    ANALYZE plan_assignment (version_id, position, task_uid, resource_uid);
END
$$;
REVOKE ALL ON FUNCTION plan_rows_are_counted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plan_rows_are_counted() TO okrd_app;
