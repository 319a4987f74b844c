-- migration 1727451230 repo_cleanup_jobs
CREATE TABLE repo_cleanup_jobs (
    id serial PRIMARY KEY,
    repository_id integer NOT NULL,
    state text NOT NULL DEFAULT 'queued'
);
-- down
DROP TABLE IF EXISTS repo_cleanup_jobs;
