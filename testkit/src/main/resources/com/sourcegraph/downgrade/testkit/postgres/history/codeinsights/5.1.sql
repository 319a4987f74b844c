-- migration 1679051112 archived_series_points
CREATE TABLE archived_series_points (
    series_id text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    repo_id integer
);
-- down
DROP TABLE IF EXISTS archived_series_points;
-- data
INSERT INTO archived_series_points (series_id, "time", value, repo_id) SELECT series_id, "time", value, repo_id FROM series_points LIMIT 300;
