-- migration 1672884222 create_namespace_permissions_table
CREATE TABLE namespace_permissions (
    id serial PRIMARY KEY,
    namespace text NOT NULL,
    resource_id integer NOT NULL,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT unique_resource_permission UNIQUE (namespace, resource_id, user_id)
);
-- down
DROP TABLE IF EXISTS namespace_permissions;
-- migration 1673351808 add_repo_corruption_stat
ALTER TABLE gitserver_repos ADD COLUMN corrupted_at timestamp with time zone;
ALTER TABLE gitserver_repos ADD COLUMN corruption_logs jsonb NOT NULL DEFAULT '[]'::jsonb;
-- down
ALTER TABLE gitserver_repos DROP COLUMN IF EXISTS corruption_logs;
ALTER TABLE gitserver_repos DROP COLUMN IF EXISTS corrupted_at;
-- data
INSERT INTO namespace_permissions (namespace, resource_id, user_id) SELECT 'BATCH_CHANGES', 1 + n % 30, n FROM generate_series(1, 100) n;
