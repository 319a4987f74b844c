-- migration 1681982430 versions_auto_upgrade
ALTER TABLE versions ADD COLUMN auto_upgrade boolean NOT NULL DEFAULT false;
-- down
ALTER TABLE versions DROP COLUMN IF EXISTS auto_upgrade;
-- migration 1682626931 create_upgrade_logs
CREATE TABLE upgrade_logs (
    id serial PRIMARY KEY,
    started_at timestamp with time zone NOT NULL DEFAULT now(),
    finished_at timestamp with time zone,
    success boolean,
    from_version text NOT NULL,
    to_version text NOT NULL,
    upgrader_hostname text NOT NULL,
    plan json NOT NULL DEFAULT '{}'::json,
    last_heartbeat_at timestamp with time zone NOT NULL DEFAULT now()
);
-- down
DROP TABLE IF EXISTS upgrade_logs;
-- migration 1684740016 create_code_hosts
CREATE TABLE code_hosts (
    id serial PRIMARY KEY,
    kind text NOT NULL,
    url text NOT NULL,
    api_rate_limit_quota integer,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT code_hosts_url_key UNIQUE (url)
);
ALTER TABLE external_services ADD COLUMN code_host_id integer REFERENCES code_hosts (id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE;
-- down
ALTER TABLE external_services DROP COLUMN IF EXISTS code_host_id;
DROP TABLE IF EXISTS code_hosts;
-- data
INSERT INTO upgrade_logs (finished_at, success, from_version, to_version, upgrader_hostname) VALUES (now(), true, '5.0.6', '5.1.0', 'sourcegraph-frontend-0');
INSERT INTO code_hosts (kind, url) SELECT kind, 'https://code-' || id || '.example.com/' FROM external_services;
UPDATE external_services SET code_host_id = id;
