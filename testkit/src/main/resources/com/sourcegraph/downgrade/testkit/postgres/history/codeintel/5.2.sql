-- migration 1686315964 codeintel_scip_documents_dereference_logs
CREATE TABLE codeintel_scip_documents_dereference_logs (
    id bigserial PRIMARY KEY,
    document_id bigint NOT NULL,
    last_removal_time timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX codeintel_scip_documents_dereference_logs_last_removal_time ON codeintel_scip_documents_dereference_logs (last_removal_time, document_id);
-- down
DROP TABLE IF EXISTS codeintel_scip_documents_dereference_logs;
-- data
INSERT INTO codeintel_scip_documents_dereference_logs (document_id) SELECT n FROM generate_series(1, 60) n;
