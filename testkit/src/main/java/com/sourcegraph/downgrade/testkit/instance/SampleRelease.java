package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Manifests of an instance as {@code kubectl kustomize} prints them, for any release from 4.0 to 5.9: our own, in the shape
 * of the published ones, with the differences between releases that a downgrade has to get over. Which these are is said
 * at each.
 *
 * <p>The databases have stock credentials; {@link ReleaseManifests#connectedTo} leads to others.
 */
public final class SampleRelease {

    public static final String NAMESPACE = "sourcegraph";

    private static final Release BLOBSTORE = new Release(4, 2, 1);
    private static final Release NODE_EXPORTER = Release.minor(4, 2);
    private static final Release STATEFUL_SEARCH = Release.minor(4, 5);
    private static final Release NO_GITHUB_PROXY = Release.minor(5, 3);
    private static final Release EXEC_PROBES = Release.minor(5, 4);
    private static final Release SYNTACTIC = Release.minor(5, 7);

    private final Release release;

    private SampleRelease(Release release) {
        this.release = release;
    }

    /** The release of that name, such as {@code 5.0.6}. */
    public static SampleRelease of(String release) {
        return new SampleRelease(Release.of(release));
    }

    /** Everything that a stock instance of the release runs: some 20 workloads. */
    public ReleaseManifests full() {
        List<String> objects = new ArrayList<>(core());
        objects.addAll(search());
        objects.addAll(workload("repo-updater").port("http", 3182).service().objects());
        objects.addAll(workload("precise-code-intel-worker")
                .env("PRECISE_CODE_INTEL_UPLOAD_BACKEND", store())
                .env("PRECISE_CODE_INTEL_UPLOAD_AWS_ENDPOINT", "http://" + store() + ":9000")
                .port("http", 3188)
                .service()
                .objects());
        objects.addAll(redis("redis-cache"));
        objects.addAll(redis("redis-store"));
        // Replaced in 4.2.1; the claim of the newer one keeps its data when it is replaced back.
        objects.addAll(workload(store())
                .recreated()
                .claim("/data", "100Gi")
                .port(store(), 9000)
                .service()
                .objects());
        objects.addAll(workload("indexed-search")
                .image("indexed-searcher")
                .stateful("data", "200Gi")
                .port("http", 6070)
                .service()
                .objects());
        objects.addAll(workload("grafana")
                .stateful("grafana-data", "2Gi")
                .replicas(namesReplicas() ? 1 : null)
                .port("http", 3370)
                .objects());
        if (release.isBefore(NO_GITHUB_PROXY)) {
            objects.addAll(workload("github-proxy").port("http", 3180).service().objects());
        }
        if (release.isAtLeast(NODE_EXPORTER)) {
            objects.addAll(
                    workload("node-exporter").onEachNode().port("metrics", 9100).objects());
        }
        if (release.isAtLeast(SYNTACTIC)) {
            objects.addAll(workload("syntactic-code-intel-worker")
                    .port("http", 3288)
                    .service()
                    .objects());
        }
        return ReleaseManifests.parse(String.join("---\n", objects));
    }

    /** Eight workloads: the three databases, three services that connect to them, two that do not. For quick tests. */
    public ReleaseManifests small() {
        return ReleaseManifests.parse(String.join("---\n", core()));
    }

    private List<String> core() {
        List<String> objects = new ArrayList<>(SampleDatabase.all(release));
        objects.add(SampleFrontend.environment());
        objects.addAll(new SampleFrontend(release).objects());
        objects.addAll(workload("gitserver")
                .stateful("repos", "200Gi")
                .port("rpc", 3178)
                .service()
                .objects());
        objects.addAll(workload("worker")
                .env("PRECISE_CODE_INTEL_UPLOAD_BACKEND", store())
                .env("PRECISE_CODE_INTEL_UPLOAD_AWS_ENDPOINT", "http://" + store() + ":9000")
                .port("http", 3189)
                .service()
                .objects());
        objects.addAll(workload("syntect-server")
                .image("syntax-highlighter")
                .port("http", 9238)
                .service()
                .objects());
        objects.addAll(workload("prometheus")
                .recreated()
                .claim("/prometheus", "200Gi")
                .replicas(namesReplicas() ? 1 : null)
                .port("http", 9090)
                .objects());
        return objects;
    }

    /** Deployments up to 4.4, StatefulSets of the same names since: these have to be swapped. */
    private List<String> search() {
        List<String> objects = new ArrayList<>();
        for (String name : List.of("searcher", "symbols")) {
            SampleWorkload workload = workload(name)
                    // A rename: the older variable must come back and the newer one must go.
                    .env(
                            release.isAtLeast(STATEFUL_SEARCH)
                                    ? name.toUpperCase(Locale.ROOT) + "_CACHE_DIR"
                                    : "CACHE_DIR",
                            "/mnt/cache")
                    .port("http", name.equals("searcher") ? 3181 : 3184)
                    .service();
            if (release.isAtLeast(STATEFUL_SEARCH)) {
                workload.stateful("cache", "26Gi");
            }
            objects.addAll(workload.objects());
        }
        return objects;
    }

    /** The kind of probe changed: both at once are refused, so that the newer one must be gone when the older one comes. */
    private List<String> redis(String name) {
        SampleWorkload redis = workload(name)
                .recreated()
                .claim("/redis-data", "100Gi")
                .port("redis", 6379)
                .service();
        return (release.isAtLeast(EXEC_PROBES) ? redis.execProbe() : redis.tcpProbe()).objects();
    }

    private String store() {
        return release.isAtLeast(BLOBSTORE) ? "blobstore" : "minio";
    }

    /** The manifests of these minors leave the count to whoever scales. */
    private boolean namesReplicas() {
        return release.isBefore(Release.minor(5, 0)) || release.isAtLeast(Release.minor(5, 4));
    }

    private SampleWorkload workload(String name) {
        return new SampleWorkload(release, name);
    }
}
