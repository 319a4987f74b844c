-- migration 1763600000 create_service_account_tokens
CREATE TABLE service_account_tokens (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX service_account_tokens_state ON service_account_tokens (state);
-- down
DROP TABLE IF EXISTS service_account_tokens;
-- data
INSERT INTO service_account_tokens (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
