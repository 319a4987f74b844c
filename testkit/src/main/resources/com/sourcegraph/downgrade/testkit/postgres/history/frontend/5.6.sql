-- migration 1721814902 tenants
CREATE TABLE tenants (
    id bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT tenants_name_key UNIQUE (name)
);
INSERT INTO tenants (id, name) VALUES (1, 'default');
-- down
DROP TABLE IF EXISTS tenants;
