-- migration 1667222952 add_repo_paths
CREATE TABLE repo_paths (
    id serial PRIMARY KEY,
    repo_id integer NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    absolute_path text NOT NULL,
    parent_id integer REFERENCES repo_paths (id)
);
CREATE UNIQUE INDEX repo_paths_index_absolute_path ON repo_paths USING btree (repo_id, absolute_path);
-- down
DROP TABLE IF EXISTS repo_paths;
-- migration 1668603582 touch_gitserver_repos
CREATE FUNCTION touch_gitserver_repos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END $$;
CREATE TRIGGER trig_touch_gitserver_repos BEFORE UPDATE ON gitserver_repos FOR EACH ROW EXECUTE FUNCTION touch_gitserver_repos();
-- down
DROP TRIGGER IF EXISTS trig_touch_gitserver_repos ON gitserver_repos;
DROP FUNCTION IF EXISTS touch_gitserver_repos();
-- data
INSERT INTO repo_paths (repo_id, absolute_path) SELECT n, 'src/main' FROM generate_series(1, 300) n;
