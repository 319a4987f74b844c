-- migration 1724937000 tenant_id_columns
ALTER TABLE repo ADD COLUMN tenant_id integer;
ALTER TABLE users ADD COLUMN tenant_id integer;
ALTER TABLE out_of_band_migrations ADD COLUMN tenant_id integer;
ALTER TABLE out_of_band_migrations_errors ADD COLUMN tenant_id integer;
-- down
ALTER TABLE out_of_band_migrations_errors DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE out_of_band_migrations DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE users DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE repo DROP COLUMN IF EXISTS tenant_id;
-- data
UPDATE repo SET tenant_id = 1;
UPDATE users SET tenant_id = 1;
