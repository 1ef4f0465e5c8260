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
