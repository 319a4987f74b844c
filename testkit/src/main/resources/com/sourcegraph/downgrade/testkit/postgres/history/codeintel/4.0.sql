-- migration 1662072312 drop_apidocs_counts
DROP TABLE IF EXISTS lsif_data_apidocs_num_pages;
-- down
CREATE TABLE IF NOT EXISTS lsif_data_apidocs_num_pages (count bigint);
