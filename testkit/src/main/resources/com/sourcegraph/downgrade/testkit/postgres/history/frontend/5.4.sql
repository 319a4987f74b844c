-- migration 1709738515 syntactic_scip_indexing_jobs
CREATE TABLE syntactic_scip_indexing_jobs (
    id bigserial PRIMARY KEY,
    commit text NOT NULL,
    repository_id integer NOT NULL,
    state text NOT NULL DEFAULT 'queued'
);
CREATE INDEX syntactic_scip_indexing_jobs_state ON syntactic_scip_indexing_jobs (state);
-- down
DROP TABLE IF EXISTS syntactic_scip_indexing_jobs;
-- data
INSERT INTO syntactic_scip_indexing_jobs (commit, repository_id, state) SELECT md5(n::text), n, 'completed' FROM generate_series(1, 60) n;
