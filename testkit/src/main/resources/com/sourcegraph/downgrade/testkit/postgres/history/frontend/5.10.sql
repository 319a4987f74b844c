-- migration 1732188600 repo_update_jobs
CREATE TABLE repo_update_jobs (
    id serial PRIMARY KEY,
    repository_id integer NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    priority integer NOT NULL DEFAULT 1
);
-- down
DROP TABLE IF EXISTS repo_update_jobs;
