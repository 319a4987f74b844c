-- migration 1753600000 create_deep_search_sources
CREATE TABLE deep_search_sources (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX deep_search_sources_state ON deep_search_sources (state);
-- down
DROP TABLE IF EXISTS deep_search_sources;
-- data
INSERT INTO deep_search_sources (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
