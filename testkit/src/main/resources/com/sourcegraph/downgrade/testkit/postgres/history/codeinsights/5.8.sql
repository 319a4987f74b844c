-- migration 1727810200 insight_tenant_id
ALTER TABLE insight_view ADD COLUMN tenant_id integer;
ALTER TABLE insight_series ADD COLUMN tenant_id integer;
-- down
ALTER TABLE insight_series DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE insight_view DROP COLUMN IF EXISTS tenant_id;
-- data
UPDATE insight_view SET tenant_id = 1;
