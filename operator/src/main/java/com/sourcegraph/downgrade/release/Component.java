package com.sourcegraph.downgrade.release;

import static com.sourcegraph.downgrade.release.ComponentKind.CONNECTED;
import static com.sourcegraph.downgrade.release.ComponentKind.DATABASE;
import static com.sourcegraph.downgrade.release.ComponentKind.INDEPENDENT;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The components that releases from 3.43 on ship on Kubernetes, from the published Helm charts, Kustomize bases and
 * legacy manifests.
 *
 * <p>Image basenames decide what a container is; object names differ between flavours and can be changed, so they only
 * say what a release's own manifests would call a workload or a Service. Minors are those of the charts' tags: a
 * component is in all patches between its first and its last minor, but not necessarily in the first patch of the first
 * (blobstore replaced minio in 4.2.1).
 */
public enum Component {
    PGSQL(DATABASE, "pgsql|postgres|postgres-\\d+.*|postgresql-\\d+(?!.*codeinsights).*", "pgsql"),
    CODEINTEL_DB(DATABASE, "codeintel-db", "codeintel-db"),
    CODEINSIGHTS_DB(DATABASE, "codeinsights-db|postgresql-\\d+.*codeinsights.*", "codeinsights-db"),

    FRONTEND(CONNECTED, "frontend", "sourcegraph-frontend|sourcegraph-frontend-internal", "frontend"),
    MIGRATOR(CONNECTED, "migrator|migrator-airgapped", "migrator|migrator-[a-z0-9]{5}", "migrator"),
    WORKER(CONNECTED, "worker", "worker|worker-\\d+|worker-executors", "worker|oobmigration"),
    GITSERVER(CONNECTED, "gitserver", "gitserver", "gitserver"),
    PRECISE_CODE_INTEL_WORKER(
            CONNECTED, "precise-code-intel-worker", "precise-code-intel-worker", "precise-code-intel-worker"),
    REPO_UPDATER(CONNECTED, "repo-updater", "repo-updater", "repo-updater", null, new Minor(6, 3)),
    SEARCHER(CONNECTED, "searcher", "searcher", "searcher"),
    SYMBOLS(CONNECTED, "symbols", "symbols", "symbols", null, new Minor(6, 3)),
    EMBEDDINGS(CONNECTED, "embeddings", "embeddings", "embeddings", new Minor(5, 0), new Minor(5, 6)),
    SYNTACTIC_CODE_INTEL_WORKER(
            CONNECTED,
            "syntactic-code-intel-worker",
            "syntactic-code-intel-worker|syntactic-code-intel",
            "syntactic-code-intel-worker",
            new Minor(5, 7),
            null),
    /** The all-in-one image: every service in one container, so its sessions carry the services' names. */
    SERVER(CONNECTED, "server", "sourcegraph-server"),

    INDEXED_SEARCH(
            INDEPENDENT,
            "indexed-searcher|search-indexer|zoekt-webserver|zoekt-indexserver",
            "indexed-search|indexed-search-indexer"),
    SYNTECT_SERVER(INDEPENDENT, "syntax-highlighter|syntect-server", "syntect-server"),
    GITHUB_PROXY(INDEPENDENT, "github-proxy", "github-proxy", null, null, new Minor(5, 2)),
    MINIO(INDEPENDENT, "minio", "minio", null, null, new Minor(4, 2)),
    BLOBSTORE(INDEPENDENT, "blobstore", "blobstore", null, new Minor(4, 2), null),
    REDIS_CACHE(INDEPENDENT, "redis-cache", "redis-cache"),
    REDIS_STORE(INDEPENDENT, "redis-store", "redis-store"),
    REDIS_EXPORTER(INDEPENDENT, "redis_exporter|redis-exporter", "(?!)"),
    POSTGRES_EXPORTER(INDEPENDENT, "postgres_exporter|postgres-exporter", "(?!)"),
    PROMETHEUS(INDEPENDENT, "prometheus", "prometheus"),
    /** From 5.9 on, a chart value can give it a read-only data source in a database (GRAFANA_PGSQL_HOST). */
    GRAFANA(INDEPENDENT, "grafana.*", "grafana"),
    JAEGER(INDEPENDENT, "jaeger-.*", "jaeger|jaeger-query|jaeger-collector"),
    OTEL_COLLECTOR(INDEPENDENT, "opentelemetry-collector|otel-collector", "otel-collector|otel-agent"),
    CADVISOR(INDEPENDENT, "cadvisor", "cadvisor"),
    NODE_EXPORTER(INDEPENDENT, "node-exporter", "node-exporter", null, new Minor(4, 2), null),
    QDRANT(INDEPENDENT, "qdrant", "qdrant", null, new Minor(5, 2), new Minor(5, 3)),
    /** Executors reach the frontend over HTTP only. */
    EXECUTOR(INDEPENDENT, "executor|executor-.*|bundled-executor|private-docker-registry", "executor|executor-.*"),
    /** Prepares a volume in an init container. */
    ALPINE(INDEPENDENT, "alpine|alpine-\\d.*|busybox", "(?!)");

    /** Of an image or object; the API server takes an image of any length, and the patterns cost more than that. */
    private static final int LONGEST_NAME = 255;

    private final ComponentKind kind;
    private final Pattern images;
    private final Pattern names;
    private final Optional<Pattern> sessions;
    private final Optional<Minor> first;
    private final Optional<Minor> last;

    Component(ComponentKind kind, String images, String names) {
        this(kind, images, names, null);
    }

    Component(ComponentKind kind, String images, String names, String sessions) {
        this(kind, images, names, sessions, null, null);
    }

    Component(ComponentKind kind, String images, String names, String sessions, Minor first, Minor last) {
        this.kind = kind;
        this.images = Pattern.compile(images);
        this.names = Pattern.compile(names);
        this.sessions = Optional.ofNullable(sessions).map(Pattern::compile);
        this.first = Optional.ofNullable(first);
        this.last = Optional.ofNullable(last);
    }

    public ComponentKind kind() {
        return kind;
    }

    /**
     * The {@code application_name} of its sessions, where it opens any: every service passes its own name to the
     * connections it opens, unless {@code PGAPPLICATIONNAME} is set. For the worker this is its main name; see
     * {@link #opensSessionsAs}.
     */
    public Optional<String> applicationName() {
        return sessions.map(pattern -> pattern.pattern().split("\\|", 2)[0]);
    }

    /** Whether a session of that {@code application_name} is this component's. */
    public boolean opensSessionsAs(String applicationName) {
        return sessions.filter(pattern -> pattern.matcher(applicationName).matches())
                .isPresent();
    }

    /** The first minor that ships it; empty if it is in every release this operator knows. */
    public Optional<Minor> firstMinor() {
        return first;
    }

    /** The last minor that ships it; empty if it is still shipped. */
    public Optional<Minor> lastMinor() {
        return last;
    }

    /** Whether that release's manifests may contain it (some components are optional). */
    public boolean shippedIn(Minor minor) {
        return first.map(minor::isAtLeast).orElse(true)
                && last.map(end -> !end.isBefore(minor)).orElse(true);
    }

    /** Whether a container of that image basename is this component. */
    public boolean hasImage(String basename) {
        return basename.length() <= LONGEST_NAME && images.matcher(basename).matches();
    }

    /** Whether releases give a workload or Service of this component that name. */
    public boolean knownName(String objectName) {
        return objectName.length() <= LONGEST_NAME && names.matcher(objectName).matches();
    }
}
