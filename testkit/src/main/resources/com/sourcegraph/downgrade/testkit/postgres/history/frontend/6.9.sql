-- migration 1761100000 create_service_accounts
CREATE TABLE service_accounts (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX service_accounts_state ON service_accounts (state);
-- down
DROP TABLE IF EXISTS service_accounts;
-- data
INSERT INTO service_accounts (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
