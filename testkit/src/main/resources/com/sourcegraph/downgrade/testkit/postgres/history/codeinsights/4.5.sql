-- migration 1674474174 series_points_capture
ALTER TABLE series_points ADD COLUMN capture text;
-- down
ALTER TABLE series_points DROP COLUMN IF EXISTS capture;
-- data
UPDATE series_points SET capture = 'v' || repo_id % 5 WHERE repo_id % 3 = 0;
