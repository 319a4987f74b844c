-- migration 1758600000 create_repo_languages
CREATE TABLE repo_languages (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX repo_languages_state ON repo_languages (state);
-- down
DROP TABLE IF EXISTS repo_languages;
-- data
INSERT INTO repo_languages (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
