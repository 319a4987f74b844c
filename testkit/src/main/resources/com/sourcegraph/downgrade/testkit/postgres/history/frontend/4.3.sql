-- migration 1670256530 add_vulnerability_tables
CREATE TABLE vulnerabilities (
    id serial PRIMARY KEY,
    source_id text NOT NULL,
    summary text NOT NULL,
    severity text NOT NULL,
    published_at timestamp with time zone NOT NULL
);
CREATE UNIQUE INDEX vulnerabilities_source_id ON vulnerabilities (source_id);
CREATE TABLE vulnerability_matches (
    id serial PRIMARY KEY,
    upload_id integer NOT NULL,
    vulnerability_id integer NOT NULL REFERENCES vulnerabilities (id) ON DELETE CASCADE
);
-- down
DROP TABLE IF EXISTS vulnerability_matches;
DROP TABLE IF EXISTS vulnerabilities;
-- migration 1670350006 pgcrypto_extension
CREATE EXTENSION IF NOT EXISTS pgcrypto;
-- down
DROP EXTENSION IF EXISTS pgcrypto;
-- migration 1670600028 access_tokens_internal
CREATE TABLE access_tokens (
    id bigserial PRIMARY KEY,
    subject_user_id integer NOT NULL REFERENCES users (id),
    value_sha256 bytea NOT NULL,
    internal boolean DEFAULT false
);
-- down
DROP TABLE IF EXISTS access_tokens;
-- data
INSERT INTO vulnerabilities (source_id, summary, severity, published_at) SELECT 'GHSA-' || n, 'Summary ' || n, 'HIGH', now() FROM generate_series(1, 120) n;
INSERT INTO vulnerability_matches (upload_id, vulnerability_id) SELECT n, 1 + n % 120 FROM generate_series(1, 200) n;
INSERT INTO access_tokens (subject_user_id, value_sha256, internal) SELECT n, decode(md5(n::text), 'hex'), false FROM generate_series(1, 60) n;
