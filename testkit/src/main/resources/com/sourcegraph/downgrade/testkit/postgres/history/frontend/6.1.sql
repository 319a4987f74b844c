-- migration 1740400000 create_agent_reviews
CREATE TABLE agent_reviews (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX agent_reviews_state ON agent_reviews (state);
-- down
DROP TABLE IF EXISTS agent_reviews;
-- data
INSERT INTO agent_reviews (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
