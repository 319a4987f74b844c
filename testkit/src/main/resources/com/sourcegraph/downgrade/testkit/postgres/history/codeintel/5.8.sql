-- migration 1727610200 scip_tenant_id
ALTER TABLE codeintel_scip_metadata ADD COLUMN tenant_id integer;
ALTER TABLE codeintel_scip_documents ADD COLUMN tenant_id integer;
-- down
ALTER TABLE codeintel_scip_documents DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE codeintel_scip_metadata DROP COLUMN IF EXISTS tenant_id;
-- data
UPDATE codeintel_scip_metadata SET tenant_id = 1;
