-- migration 1669934572 codeintel_scip_tables
CREATE TABLE codeintel_scip_documents (
    id bigserial PRIMARY KEY,
    payload_hash bytea NOT NULL UNIQUE,
    schema_version integer NOT NULL,
    raw_scip_payload bytea NOT NULL
);
CREATE TABLE codeintel_scip_document_lookup (
    id bigserial PRIMARY KEY,
    upload_id integer NOT NULL,
    document_path text NOT NULL,
    document_id bigint NOT NULL REFERENCES codeintel_scip_documents (id),
    CONSTRAINT codeintel_scip_document_lookup_upload_id_document_path_key UNIQUE (upload_id, document_path)
);
-- down
DROP TABLE IF EXISTS codeintel_scip_document_lookup;
DROP TABLE IF EXISTS codeintel_scip_documents;
-- migration 1670365552 codeintel_scip_metadata
CREATE TABLE codeintel_scip_metadata (
    id bigserial PRIMARY KEY,
    upload_id integer NOT NULL,
    tool_name text NOT NULL,
    tool_version text NOT NULL,
    protocol_version integer NOT NULL
);
-- down
DROP TABLE IF EXISTS codeintel_scip_metadata;
