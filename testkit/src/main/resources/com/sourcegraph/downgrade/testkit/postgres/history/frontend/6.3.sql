-- migration 1745300000 create_webhook_deliveries
CREATE TABLE webhook_deliveries (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (state);
-- down
DROP TABLE IF EXISTS webhook_deliveries;
-- data
INSERT INTO webhook_deliveries (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
