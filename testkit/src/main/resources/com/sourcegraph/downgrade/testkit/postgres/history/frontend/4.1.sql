-- migration 1664897165 namespace_permissions_roles
CREATE TABLE roles (
    id serial PRIMARY KEY,
    name text NOT NULL,
    readonly boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE permissions (
    id serial PRIMARY KEY,
    namespace text NOT NULL,
    action text NOT NULL
);
-- down
DROP TABLE IF EXISTS permissions;
DROP TABLE IF EXISTS roles;
-- migration 1665477911 gitserver_repos_size
ALTER TABLE gitserver_repos ADD COLUMN repo_size_bytes bigint;
CREATE INDEX gitserver_repo_size_bytes ON gitserver_repos (repo_size_bytes);
-- down
DROP INDEX IF EXISTS gitserver_repo_size_bytes;
ALTER TABLE gitserver_repos DROP COLUMN IF EXISTS repo_size_bytes;
-- data
INSERT INTO roles (name, readonly) VALUES ('USER', true), ('SITE_ADMINISTRATOR', true);
INSERT INTO permissions (namespace, action) VALUES ('BATCH_CHANGES', 'READ'), ('BATCH_CHANGES', 'WRITE');
UPDATE gitserver_repos SET repo_size_bytes = repo_id * 4096;
