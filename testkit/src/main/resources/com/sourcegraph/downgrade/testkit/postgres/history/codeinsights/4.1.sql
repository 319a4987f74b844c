-- migration 1665588249 insights_backfill_tables
CREATE TABLE insight_series_backfill (
    id serial PRIMARY KEY,
    series_id integer NOT NULL REFERENCES insight_series (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'new',
    estimated_cost double precision
);
-- down
DROP TABLE IF EXISTS insight_series_backfill;
-- data
INSERT INTO insight_series_backfill (series_id, state) SELECT n, 'completed' FROM generate_series(1, 20) n;
