-- migration 1648524018 squashed_migrations_unprivileged
CREATE TABLE service_heartbeats (
    service text NOT NULL,
    hostname text NOT NULL,
    beats bigint NOT NULL DEFAULT 1,
    last_beat_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (service, hostname)
);
CREATE TYPE presentation_type_enum AS ENUM ('LINE', 'PIE');
CREATE TABLE insight_view (
    id serial PRIMARY KEY,
    title text,
    description text,
    unique_id text NOT NULL,
    presentation_type presentation_type_enum NOT NULL DEFAULT 'LINE'
);
CREATE UNIQUE INDEX insight_view_unique_id_unique_idx ON insight_view (unique_id);
CREATE TABLE insight_series (
    id serial PRIMARY KEY,
    series_id text NOT NULL,
    query text NOT NULL,
    created_at timestamp without time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted_at timestamp without time zone
);
CREATE UNIQUE INDEX insight_series_series_id_unique_idx ON insight_series (series_id);
CREATE TABLE insight_view_series (
    insight_view_id integer NOT NULL REFERENCES insight_view (id) ON DELETE CASCADE,
    insight_series_id integer NOT NULL REFERENCES insight_series (id),
    label text,
    PRIMARY KEY (insight_view_id, insight_series_id)
);
CREATE TABLE series_points (
    series_id text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    repo_id integer
);
CREATE INDEX series_points_series_id_repo_id_time_idx ON series_points (series_id, repo_id, "time");
-- down
-- nothing: a squashed root has no way down
-- migration 1657106983 dashboards
CREATE TABLE dashboard (
    id serial PRIMARY KEY,
    title text,
    created_at timestamp without time zone NOT NULL DEFAULT now()
);
-- down
DROP TABLE IF EXISTS dashboard;
-- data
INSERT INTO insight_view (title, unique_id) SELECT 'Insight ' || n, 'view-' || n FROM generate_series(1, 20) n;
INSERT INTO insight_series (series_id, query) SELECT 'series-' || n, 'TODO count:all' FROM generate_series(1, 20) n;
INSERT INTO insight_view_series (insight_view_id, insight_series_id, label) SELECT n, n, 'label' FROM generate_series(1, 20) n;
INSERT INTO series_points (series_id, "time", value, repo_id) SELECT 'series-' || 1 + n % 20, now() - n * interval '1 day', n % 100, n % 400 FROM generate_series(1, 900) n;
INSERT INTO dashboard (title) SELECT 'Dashboard ' || n FROM generate_series(1, 6) n;
