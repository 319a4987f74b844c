-- migration 1648195639 squashed_migrations_privileged
CREATE EXTENSION IF NOT EXISTS intarray;
-- down
-- nothing: a squashed root has no way down
-- migration 1648195640 squashed_migrations_unprivileged
CREATE TABLE service_heartbeats (
    service text NOT NULL,
    hostname text NOT NULL,
    beats bigint NOT NULL DEFAULT 1,
    last_beat_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (service, hostname)
);
CREATE TABLE lsif_data_metadata (
    dump_id integer NOT NULL PRIMARY KEY,
    num_result_chunks integer
);
CREATE TABLE lsif_data_documents (
    dump_id integer NOT NULL,
    path text NOT NULL,
    data bytea,
    schema_version integer NOT NULL,
    num_diagnostics integer NOT NULL,
    ranges bytea,
    PRIMARY KEY (dump_id, path)
);
CREATE INDEX lsif_data_documents_dump_id_schema_version ON lsif_data_documents (dump_id, schema_version);
CREATE TABLE lsif_data_definitions (
    dump_id integer NOT NULL,
    scheme text NOT NULL,
    identifier text NOT NULL,
    data bytea,
    schema_version integer NOT NULL,
    num_locations integer NOT NULL,
    PRIMARY KEY (dump_id, scheme, identifier)
);
CREATE TABLE rockskip_repos (
    id serial PRIMARY KEY,
    repo text NOT NULL,
    last_accessed_at timestamp with time zone NOT NULL,
    CONSTRAINT rockskip_repos_repo_key UNIQUE (repo)
);
CREATE TABLE lsif_data_apidocs_num_pages (count bigint);
-- down
-- nothing: a squashed root has no way down
-- migration 1655037388 lsif_data_implementations
CREATE TABLE lsif_data_implementations (
    dump_id integer NOT NULL,
    scheme text NOT NULL,
    identifier text NOT NULL,
    data bytea,
    PRIMARY KEY (dump_id, scheme, identifier)
);
-- down
DROP TABLE IF EXISTS lsif_data_implementations;
-- data
INSERT INTO lsif_data_metadata (dump_id, num_result_chunks) SELECT n, 1 FROM generate_series(1, 250) n;
INSERT INTO lsif_data_documents (dump_id, path, data, schema_version, num_diagnostics, ranges) SELECT n, 'src/file_' || n || '.go', decode(md5(n::text), 'hex'), 3, 0, decode(md5(n::text), 'hex') FROM generate_series(1, 250) n;
INSERT INTO lsif_data_definitions (dump_id, scheme, identifier, data, schema_version, num_locations) SELECT n, 'gomod', 'symbol-' || n, decode(md5(n::text), 'hex'), 2, 1 FROM generate_series(1, 250) n;
INSERT INTO lsif_data_implementations (dump_id, scheme, identifier) SELECT n, 'gomod', 'impl-' || n FROM generate_series(1, 120) n;
INSERT INTO rockskip_repos (repo, last_accessed_at) SELECT 'code.example.com/' || n, now() FROM generate_series(1, 30) n;
INSERT INTO lsif_data_apidocs_num_pages (count) VALUES (0);
