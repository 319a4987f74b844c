-- migration 1750900000 create_deep_search_questions
CREATE TABLE deep_search_questions (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX deep_search_questions_state ON deep_search_questions (state);
-- down
DROP TABLE IF EXISTS deep_search_questions;
-- data
INSERT INTO deep_search_questions (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
