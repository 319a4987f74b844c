-- migration 1748700000 create_symbol_cache_entries
CREATE TABLE symbol_cache_entries (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX symbol_cache_entries_state ON symbol_cache_entries (state);
-- down
DROP TABLE IF EXISTS symbol_cache_entries;
-- data
INSERT INTO symbol_cache_entries (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
