-- migration 1660710812 webhook_logs
CREATE TABLE webhook_logs (
    id bigserial PRIMARY KEY,
    external_service_id bigint REFERENCES external_services (id) ON UPDATE CASCADE ON DELETE CASCADE,
    received_at timestamp with time zone NOT NULL DEFAULT now(),
    status_code integer NOT NULL,
    request bytea NOT NULL
);
CREATE INDEX webhook_logs_status_code_idx ON webhook_logs (status_code);
-- down
DROP TABLE IF EXISTS webhook_logs;
-- migration 1662467128 repo_topics
ALTER TABLE repo ADD COLUMN topics text[];
CREATE INDEX repo_topics_idx ON repo USING gin (topics);
-- down
DROP INDEX IF EXISTS repo_topics_idx;
ALTER TABLE repo DROP COLUMN IF EXISTS topics;
-- migration 1663569995 external_services_kind_index since=4.0.1
CREATE INDEX IF NOT EXISTS external_services_kind_idx ON external_services (kind) WHERE deleted_at IS NULL;
-- down
DROP INDEX IF EXISTS external_services_kind_idx;
-- data
INSERT INTO webhook_logs (external_service_id, status_code, request) SELECT 1 + n % 4, 200, decode(md5(n::text), 'hex') FROM generate_series(1, 80) n;
UPDATE repo SET topics = ARRAY['topic-' || id % 9];
