-- migration 1674047296 create_user_roles
CREATE TABLE user_roles (
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id integer NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, role_id)
);
-- down
DROP TABLE IF EXISTS user_roles;
-- migration 1674455760 changesets_external_fork_name
ALTER TABLE changesets ADD COLUMN external_fork_name citext;
-- down
ALTER TABLE changesets DROP COLUMN IF EXISTS external_fork_name;
-- migration 1675155867 outbound_webhooks
CREATE TABLE outbound_webhooks (
    id bigserial PRIMARY KEY,
    url text NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE outbound_webhook_jobs (
    id bigserial PRIMARY KEY,
    webhook_id bigint NOT NULL REFERENCES outbound_webhooks (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    payload text NOT NULL
);
CREATE INDEX outbound_webhook_jobs_state_idx ON outbound_webhook_jobs (state);
-- down
DROP TABLE IF EXISTS outbound_webhook_jobs;
DROP TABLE IF EXISTS outbound_webhooks;
-- migration 1676420496 lsif_uploads_uploaded_at_index since=4.5.1
CREATE INDEX lsif_uploads_uploaded_at_id ON lsif_uploads (uploaded_at DESC, id);
-- down
DROP INDEX IF EXISTS lsif_uploads_uploaded_at_id;
-- data
INSERT INTO user_roles (user_id, role_id) SELECT n, 1 FROM generate_series(1, 120) n;
UPDATE changesets SET external_fork_name = 'fork-' || id WHERE external_service_type = 'bitbucketServer';
INSERT INTO outbound_webhooks (url, secret) SELECT 'https://hook-' || n || '.example.com', md5(n::text) FROM generate_series(1, 12) n;
INSERT INTO outbound_webhook_jobs (webhook_id, state, payload) SELECT 1 + n % 12, 'completed', '{}' FROM generate_series(1, 140) n;
