-- migration 1675277218 codeintel_scip_symbol_names
CREATE TABLE codeintel_scip_symbol_names (
    id integer NOT NULL,
    upload_id integer NOT NULL,
    name_segment text NOT NULL,
    prefix_id integer,
    PRIMARY KEY (upload_id, id)
);
CREATE INDEX codeintel_scip_symbol_names_upload_id_roots ON codeintel_scip_symbol_names (upload_id) WHERE prefix_id IS NULL;
-- down
DROP TABLE IF EXISTS codeintel_scip_symbol_names;
-- data
INSERT INTO codeintel_scip_documents (payload_hash, schema_version, raw_scip_payload) SELECT decode(md5('h' || n), 'hex'), 1, decode(md5(n::text), 'hex') FROM generate_series(1, 250) n;
INSERT INTO codeintel_scip_document_lookup (upload_id, document_path, document_id) SELECT n, 'src/file_' || n || '.go', n FROM generate_series(1, 250) n;
INSERT INTO codeintel_scip_metadata (upload_id, tool_name, tool_version, protocol_version) SELECT n, 'scip-go', '0.1', 1 FROM generate_series(1, 250) n;
INSERT INTO codeintel_scip_symbol_names (id, upload_id, name_segment) SELECT n, n, 'segment-' || n FROM generate_series(1, 250) n;
DELETE FROM lsif_data_documents;
DELETE FROM lsif_data_definitions;
DELETE FROM lsif_data_implementations;
DELETE FROM lsif_data_metadata;
