-- migration 1676996650 create_user_repo_permissions
CREATE TABLE user_repo_permissions (
    id bigserial PRIMARY KEY,
    user_id integer REFERENCES users (id) ON DELETE CASCADE,
    repo_id integer NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    source text NOT NULL DEFAULT 'sync',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX user_repo_permissions_perms_unique_idx ON user_repo_permissions (user_id, repo_id);
-- down
DROP TABLE IF EXISTS user_repo_permissions;
-- migration 1677594756 batch_specs_batch_change
ALTER TABLE batch_specs ADD COLUMN batch_change_id bigint REFERENCES batch_changes (id) ON DELETE SET NULL;
CREATE INDEX batch_specs_batch_change_idx ON batch_specs (batch_change_id);
-- down
ALTER TABLE batch_specs DROP COLUMN IF EXISTS batch_change_id;
-- migration 1677811663 repo_embedding_jobs
CREATE TABLE repo_embedding_jobs (
    id serial PRIMARY KEY,
    state text DEFAULT 'queued',
    repo_id integer NOT NULL,
    revision text NOT NULL,
    finished_at timestamp with time zone
);
CREATE INDEX repo_embedding_jobs_repo ON repo_embedding_jobs (repo_id, revision);
-- down
DROP TABLE IF EXISTS repo_embedding_jobs;
-- migration 1678214530 teams
CREATE TABLE teams (
    id serial PRIMARY KEY,
    name citext NOT NULL,
    parent_team_id integer REFERENCES teams (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX teams_name ON teams (name);
-- down
DROP TABLE IF EXISTS teams;
-- migration 1679404397 repo_embedding_job_stats since=5.0.3
ALTER TABLE repo_embedding_jobs ADD COLUMN code_files_total integer NOT NULL DEFAULT 0;
-- down
ALTER TABLE repo_embedding_jobs DROP COLUMN IF EXISTS code_files_total;
-- data
INSERT INTO user_repo_permissions (user_id, repo_id) SELECT 1 + n % 120, 1 + n % 400 FROM generate_series(1, 400) n ON CONFLICT DO NOTHING;
UPDATE batch_specs SET batch_change_id = 1 + id % 30;
INSERT INTO repo_embedding_jobs (state, repo_id, revision) SELECT 'completed', n, md5(n::text) FROM generate_series(1, 90) n;
INSERT INTO teams (name) SELECT 'team-' || n FROM generate_series(1, 25) n;
