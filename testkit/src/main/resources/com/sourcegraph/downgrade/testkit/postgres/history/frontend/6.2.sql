-- migration 1742800000 create_repo_storage_paths
CREATE TABLE repo_storage_paths (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX repo_storage_paths_state ON repo_storage_paths (state);
-- down
DROP TABLE IF EXISTS repo_storage_paths;
-- data
INSERT INTO repo_storage_paths (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
