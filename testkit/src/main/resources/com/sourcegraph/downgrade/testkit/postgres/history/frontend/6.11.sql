-- migration 1766100000 create_search_job_artifacts
CREATE TABLE search_job_artifacts (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX search_job_artifacts_state ON search_job_artifacts (state);
-- down
DROP TABLE IF EXISTS search_job_artifacts;
-- data
INSERT INTO search_job_artifacts (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
