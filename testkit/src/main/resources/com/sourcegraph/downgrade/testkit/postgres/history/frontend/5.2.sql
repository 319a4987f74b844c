-- migration 1688649829 own_signals
CREATE TABLE own_signal_configurations (
    id serial PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    enabled boolean NOT NULL DEFAULT false
);
CREATE TABLE own_signal_recent_contribution (
    id serial PRIMARY KEY,
    commit_author_id integer NOT NULL,
    changed_file_path_id integer NOT NULL REFERENCES repo_paths (id) ON DELETE CASCADE,
    commit_timestamp timestamp without time zone NOT NULL
);
-- down
DROP TABLE IF EXISTS own_signal_recent_contribution;
DROP TABLE IF EXISTS own_signal_configurations;
-- migration 1693825517 codeowners
CREATE TABLE codeowners (
    id serial PRIMARY KEY,
    contents text NOT NULL,
    repo_id integer NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
-- down
DROP TABLE IF EXISTS codeowners;
-- data
INSERT INTO own_signal_configurations (name) VALUES ('recent-contributors'), ('recent-views');
INSERT INTO own_signal_recent_contribution (commit_author_id, changed_file_path_id, commit_timestamp) SELECT n, n, now() FROM generate_series(1, 200) n;
INSERT INTO codeowners (contents, repo_id) SELECT '* @team-' || n, n FROM generate_series(1, 70) n;
