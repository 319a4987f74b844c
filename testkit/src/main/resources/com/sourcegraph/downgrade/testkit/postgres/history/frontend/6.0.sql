-- migration 1737980000 create_agents
CREATE TABLE agents (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX agents_state ON agents (state);
-- down
DROP TABLE IF EXISTS agents;
-- data
INSERT INTO agents (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
