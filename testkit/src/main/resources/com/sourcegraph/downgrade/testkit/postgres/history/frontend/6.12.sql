-- migration 1768600000 create_audit_exports
CREATE TABLE audit_exports (
    id bigserial PRIMARY KEY,
    repo_id integer REFERENCES repo (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX audit_exports_state ON audit_exports (state);
-- down
DROP TABLE IF EXISTS audit_exports;
-- data
INSERT INTO audit_exports (repo_id, state) SELECT n, 'completed' FROM generate_series(1, 50) n;
