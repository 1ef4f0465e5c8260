-- What a pushed file held and okrd does not keep: okr.v1.PlanLossList in JSON. Null: pushed before
-- there was this report.
ALTER TABLE plan_version ADD COLUMN losses jsonb;
CREATE OR REPLACE VIEW as_of.plan_version AS
    SELECT * FROM public.plan_version WHERE revision <= public.as_of_revision();
