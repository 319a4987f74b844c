-- migration 1756100000 create_batch_change_templates
CREATE TABLE batch_change_templates (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX batch_change_templates_state ON batch_change_templates (state);
-- down
DROP TABLE IF EXISTS batch_change_templates;
-- data
INSERT INTO batch_change_templates (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
