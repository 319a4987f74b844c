-- migration 1678041507 scip_metadata_text_encoding
ALTER TABLE codeintel_scip_metadata ADD COLUMN text_document_encoding text;
-- down
ALTER TABLE codeintel_scip_metadata DROP COLUMN IF EXISTS text_document_encoding;
-- data
UPDATE codeintel_scip_metadata SET text_document_encoding = 'UTF8';
