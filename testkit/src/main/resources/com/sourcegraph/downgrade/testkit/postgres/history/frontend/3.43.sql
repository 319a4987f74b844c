-- migration 1648051770 squashed_migrations_privileged
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS intarray;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';
-- down
-- nothing: a squashed root has no way down
-- migration 1648051771 squashed_migrations_unprivileged
CREATE TABLE versions (
    service text NOT NULL PRIMARY KEY,
    version text NOT NULL,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    first_version text NOT NULL
);
CREATE FUNCTION versions_insert_row_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.first_version = NEW.version;
    RETURN NEW;
END $$;
CREATE TRIGGER versions_insert BEFORE INSERT ON versions FOR EACH ROW EXECUTE FUNCTION versions_insert_row_trigger();

CREATE TABLE critical_and_site_config (
    id serial PRIMARY KEY,
    type text NOT NULL,
    contents text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX critical_and_site_config_unique ON critical_and_site_config (id, type);

CREATE TABLE out_of_band_migrations (
    id integer NOT NULL PRIMARY KEY,
    team text NOT NULL,
    component text NOT NULL,
    description text NOT NULL,
    progress double precision NOT NULL DEFAULT 0,
    created timestamp with time zone NOT NULL DEFAULT now(),
    last_updated timestamp with time zone,
    non_destructive boolean NOT NULL,
    apply_reverse boolean NOT NULL DEFAULT false,
    is_enterprise boolean NOT NULL DEFAULT false,
    introduced_version_major integer NOT NULL,
    introduced_version_minor integer NOT NULL,
    deprecated_version_major integer,
    deprecated_version_minor integer,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT out_of_band_migrations_progress_range CHECK (progress >= 0 AND progress <= 1),
    CONSTRAINT out_of_band_migrations_team_nonempty CHECK (team <> ''),
    CONSTRAINT out_of_band_migrations_component_nonempty CHECK (component <> '')
);
CREATE TABLE out_of_band_migrations_errors (
    id serial PRIMARY KEY,
    migration_id integer NOT NULL REFERENCES out_of_band_migrations (id) ON DELETE CASCADE,
    message text NOT NULL,
    created timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT out_of_band_migrations_errors_message_nonempty CHECK (message <> '')
);

CREATE TABLE service_heartbeats (
    service text NOT NULL,
    hostname text NOT NULL,
    beats bigint NOT NULL DEFAULT 1,
    last_beat_at timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (service, hostname)
);

CREATE TYPE repo_clone_status AS ENUM ('not_cloned', 'cloning', 'cloned');
CREATE TABLE users (
    id serial PRIMARY KEY,
    username citext NOT NULL,
    display_name text,
    site_admin boolean NOT NULL DEFAULT false,
    passwd text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT users_username_max_length CHECK (char_length(username::text) <= 255)
);
CREATE UNIQUE INDEX users_username ON users (username) WHERE deleted_at IS NULL;
CREATE TABLE orgs (
    id serial PRIMARY KEY,
    name citext NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE org_members (
    id serial PRIMARY KEY,
    org_id integer NOT NULL REFERENCES orgs (id) ON DELETE RESTRICT,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT org_members_org_id_user_id_key UNIQUE (org_id, user_id)
);
CREATE TABLE external_services (
    id bigserial PRIMARY KEY,
    kind text NOT NULL,
    display_name text NOT NULL,
    config text NOT NULL,
    has_webhooks boolean,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    next_sync_at timestamp with time zone,
    CONSTRAINT check_non_empty_config CHECK (btrim(config) <> '')
);
CREATE INDEX external_services_next_sync_at_idx ON external_services (next_sync_at);
CREATE TABLE repo (
    id serial PRIMARY KEY,
    name citext NOT NULL,
    description text,
    fork boolean NOT NULL DEFAULT false,
    private boolean NOT NULL DEFAULT false,
    stars integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT check_name_nonempty CHECK (name <> ''::citext)
);
CREATE UNIQUE INDEX repo_name_unique ON repo (name);
CREATE INDEX repo_name_trgm ON repo USING gin (lower(name::text) gin_trgm_ops);
CREATE TABLE external_service_repos (
    external_service_id bigint NOT NULL REFERENCES external_services (id) ON DELETE CASCADE,
    repo_id integer NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    clone_url text NOT NULL,
    PRIMARY KEY (repo_id, external_service_id)
);
CREATE TABLE gitserver_repos (
    repo_id integer NOT NULL PRIMARY KEY REFERENCES repo (id) ON DELETE CASCADE,
    clone_status repo_clone_status NOT NULL DEFAULT 'not_cloned',
    shard_id text NOT NULL,
    last_error text,
    updated_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX gitserver_repos_shard_id ON gitserver_repos (shard_id, repo_id);
CREATE TABLE lsif_uploads (
    id serial PRIMARY KEY,
    commit text NOT NULL,
    root text NOT NULL DEFAULT '',
    repository_id integer NOT NULL,
    indexer text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    num_references integer,
    uploaded_at timestamp with time zone NOT NULL DEFAULT now(),
    committed_at timestamp with time zone,
    CONSTRAINT lsif_uploads_commit_valid_chars CHECK (commit ~ '^[a-z0-9]{40}$')
);
CREATE INDEX lsif_uploads_state ON lsif_uploads (state);
CREATE TABLE lsif_indexes (
    id bigserial PRIMARY KEY,
    commit text NOT NULL,
    repository_id integer NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    queued_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE batch_changes (
    id bigserial PRIMARY KEY,
    name text NOT NULL,
    namespace_user_id integer REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE batch_specs (
    id bigserial PRIMARY KEY,
    rand_id text NOT NULL,
    raw_spec text NOT NULL,
    user_id integer REFERENCES users (id) ON DELETE SET NULL
);
CREATE TABLE changesets (
    id bigserial PRIMARY KEY,
    repo_id integer NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    owned_by_batch_change_id bigint REFERENCES batch_changes (id) ON DELETE SET NULL,
    external_id text,
    external_service_type text NOT NULL,
    reconciler_state text DEFAULT 'queued'
);
CREATE INDEX changesets_reconciler_state_idx ON changesets (reconciler_state);
CREATE TABLE user_credentials (
    id bigserial PRIMARY KEY,
    domain text NOT NULL,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    external_service_type text NOT NULL,
    credential bytea NOT NULL
);
CREATE TABLE user_permissions (
    user_id integer NOT NULL,
    permission text NOT NULL,
    object_type text NOT NULL,
    object_ids_ints integer[] NOT NULL DEFAULT '{}'::integer[],
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_permissions_perm_object_unique UNIQUE (user_id, permission, object_type)
);
CREATE TABLE product_subscriptions (
    id serial PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id),
    account_number text,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE product_licenses (
    id serial PRIMARY KEY,
    product_subscription_id integer NOT NULL REFERENCES product_subscriptions (id),
    license_key text NOT NULL,
    license_tags text[]
);
CREATE TABLE event_logs (
    id bigserial PRIMARY KEY,
    name text NOT NULL,
    user_id integer NOT NULL,
    source text NOT NULL,
    "timestamp" timestamp with time zone NOT NULL,
    CONSTRAINT event_logs_check_name_not_empty CHECK (name <> '')
);
CREATE INDEX event_logs_timestamp ON event_logs ("timestamp");
CREATE VIEW active_repos AS SELECT id, name, stars FROM repo WHERE deleted_at IS NULL;
-- down
-- nothing: a squashed root has no way down
-- migration 1658384388 add_settings
CREATE TABLE settings (
    id serial PRIMARY KEY,
    org_id integer REFERENCES orgs (id) ON DELETE RESTRICT,
    user_id integer REFERENCES users (id) ON DELETE RESTRICT,
    contents text NOT NULL DEFAULT '{}',
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
-- down
DROP TABLE IF EXISTS settings;
-- data
INSERT INTO critical_and_site_config (type, contents) VALUES ('site', '{"externalURL": "https://sourcegraph.example.com", "auth.providers": [{"type": "builtin"}]}');
INSERT INTO users (username, display_name, site_admin) SELECT 'user-' || n, 'User ' || n, n = 1 FROM generate_series(1, 120) n;
INSERT INTO orgs (name) SELECT 'org-' || n FROM generate_series(1, 8) n;
INSERT INTO org_members (org_id, user_id) SELECT 1 + n % 8, n FROM generate_series(1, 120) n;
INSERT INTO external_services (kind, display_name, config, has_webhooks) SELECT CASE n % 2 WHEN 0 THEN 'GITHUB' ELSE 'GITLAB' END, 'Code host ' || n, '{"url": "https://code-' || n || '.example.com"}', n % 2 = 0 FROM generate_series(1, 4) n;
INSERT INTO repo (name, description, private, stars) SELECT 'code.example.com/team-' || n % 17 || '/project-' || n, 'Project ' || n, n % 3 = 0, n * 7 % 901 FROM generate_series(1, 400) n;
INSERT INTO external_service_repos (external_service_id, repo_id, clone_url) SELECT 1 + n % 4, n, 'https://code.example.com/' || n || '.git' FROM generate_series(1, 400) n;
INSERT INTO gitserver_repos (repo_id, clone_status, shard_id) SELECT n, 'cloned', 'gitserver-0:3178' FROM generate_series(1, 400) n;
INSERT INTO lsif_uploads (commit, repository_id, indexer, state, num_references, committed_at) SELECT md5(n::text) || '01234567', 1 + n % 400, 'lsif-go', 'completed', n % 13, now() - n * interval '1 hour' FROM generate_series(1, 250) n;
INSERT INTO lsif_indexes (commit, repository_id, state) SELECT md5(n::text) || '76543210', 1 + n % 400, 'completed' FROM generate_series(1, 100) n;
INSERT INTO batch_changes (name, namespace_user_id) SELECT 'change-' || n, n FROM generate_series(1, 30) n;
INSERT INTO batch_specs (rand_id, raw_spec, user_id) SELECT 'spec' || n, 'name: change-' || n, n FROM generate_series(1, 40) n;
INSERT INTO changesets (repo_id, owned_by_batch_change_id, external_id, external_service_type, reconciler_state) SELECT n, 1 + n % 30, n::text, CASE n % 3 WHEN 0 THEN 'bitbucketServer' ELSE 'github' END, 'completed' FROM generate_series(1, 150) n;
INSERT INTO user_credentials (domain, user_id, external_service_type, credential) SELECT 'batches', n, 'github', decode(md5(n::text), 'hex') FROM generate_series(1, 20) n;
INSERT INTO user_permissions (user_id, permission, object_type, object_ids_ints) SELECT n, 'read', 'repos', ARRAY[n, n + 1, n + 2] FROM generate_series(1, 120) n;
INSERT INTO product_subscriptions (user_id, account_number) SELECT n, 'account-' || n FROM generate_series(1, 10) n;
INSERT INTO product_licenses (product_subscription_id, license_key, license_tags) SELECT n, 'key-' || n, ARRAY['team'] FROM generate_series(1, 10) n;
INSERT INTO event_logs (name, user_id, source, "timestamp") SELECT 'SearchResultsQueried', 1 + n % 120, 'WEB', now() - n * interval '1 minute' FROM generate_series(1, 600) n;
INSERT INTO settings (user_id, contents) SELECT n, '{"theme": "dark"}' FROM generate_series(1, 50) n;
INSERT INTO service_heartbeats (service, hostname, beats) VALUES ('frontend', 'sourcegraph-frontend-0', 4711);
