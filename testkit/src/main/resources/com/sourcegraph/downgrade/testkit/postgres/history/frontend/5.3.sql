-- migration 1699361284 github_app_installs
CREATE TABLE github_apps (
    id serial PRIMARY KEY,
    app_id integer NOT NULL,
    name text NOT NULL,
    base_url text NOT NULL
);
CREATE TABLE github_app_installs (
    id serial PRIMARY KEY,
    app_id integer NOT NULL REFERENCES github_apps (id) ON DELETE CASCADE,
    installation_id integer NOT NULL
);
CREATE UNIQUE INDEX unique_app_install ON github_app_installs (app_id, installation_id);
-- down
DROP TABLE IF EXISTS github_app_installs;
DROP TABLE IF EXISTS github_apps;
-- migration 1701783900 settings_author
ALTER TABLE settings ADD COLUMN author_user_id integer REFERENCES users (id) ON DELETE RESTRICT;
-- down
ALTER TABLE settings DROP COLUMN IF EXISTS author_user_id;
-- migration 1706186464 event_logs_client since=5.3.9104
ALTER TABLE event_logs ADD COLUMN client text;
CREATE INDEX event_logs_source ON event_logs (source);
-- down
DROP INDEX IF EXISTS event_logs_source;
ALTER TABLE event_logs DROP COLUMN IF EXISTS client;
-- data
INSERT INTO github_apps (app_id, name, base_url) SELECT n, 'app-' || n, 'https://github.example.com' FROM generate_series(1, 5) n;
INSERT INTO github_app_installs (app_id, installation_id) SELECT 1 + n % 5, n FROM generate_series(1, 40) n;
UPDATE settings SET author_user_id = user_id;
