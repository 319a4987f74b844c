-- migration 1668450582 insight_series_recording_times
CREATE TABLE insight_series_recording_times (
    insight_series_id integer NOT NULL REFERENCES insight_series (id) ON DELETE CASCADE,
    recording_time timestamp with time zone NOT NULL,
    snapshot boolean NOT NULL DEFAULT false,
    CONSTRAINT insight_series_recording_time_unique UNIQUE (insight_series_id, recording_time)
);
-- down
DROP TABLE IF EXISTS insight_series_recording_times;
-- migration 1670253074 insight_series_supports_augmentation
ALTER TABLE insight_series ADD COLUMN supports_augmentation boolean NOT NULL DEFAULT true;
-- down
ALTER TABLE insight_series DROP COLUMN IF EXISTS supports_augmentation;
-- data
INSERT INTO insight_series_recording_times (insight_series_id, recording_time) SELECT 1 + n % 20, now() - n * interval '1 day' FROM generate_series(1, 300) n;
