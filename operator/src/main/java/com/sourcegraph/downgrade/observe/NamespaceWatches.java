package com.sourcegraph.downgrade.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.api.model.apps.DaemonSetList;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.api.model.apps.StatefulSetList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The namespaces that are watched: those with a run that needs it, no others, so that an idle operator watches nothing but
 * its own resources.
 */
public final class NamespaceWatches implements AutoCloseable {

    /**
     * A kind of which nothing was heard for so long, while a run waits for something to happen in its namespace, is listed anew: a
     * watch whose connection is quietly dead, or that an event was lost on, looks exactly like one on which nothing happens.
     */
    static final Duration QUIET = Duration.ofMinutes(5);

    /**
     * A failure of a connection counts once it is so long past: while an API server is away nothing is listed anew for it, and
     * afterwards once. Nor does what is heard in that time speak for a watch: it may have arrived before, and only now be told.
     * Seen on a busy machine: a watch that had died was believed for that, and its run stood still until it had been quiet for
     * {@link #QUIET}.
     */
    public static final Duration SETTLED = Duration.ofSeconds(5);

    private static final String APPS = "apps/v1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KubernetesClient client;
    private final Consumer<String> changed;
    private final Supplier<Instant> lastFailure;
    private final Clock clock;
    private final Map<String, SharedWatch> watches = new ConcurrentHashMap<>();

    /**
     * @param changed called with a namespace whenever something in it has changed
     * @param lastFailure when a connection of the client last failed: of what nothing was heard since is listed anew
     */
    public NamespaceWatches(
            KubernetesClient client, Consumer<String> changed, Supplier<Instant> lastFailure, Clock clock) {
        this.client = client;
        this.changed = changed;
        this.lastFailure = lastFailure;
        this.clock = clock;
    }

    /** What is in the namespace now; the first call for a namespace begins to watch it. */
    public NamespaceObjects objects(String namespace, String runUid) {
        return watch(namespace, runUid).objects();
    }

    /** Is shown each list of workloads as the API server has just answered it. */
    public interface Listed {
        void of(String apiVersion, String kind, JsonNode items);
    }

    /** The same, with everything that moves while workloads start and stop asked of the API server this moment. */
    public NamespaceObjects objectsNow(String namespace, String runUid, Listed listed) {
        NamespaceObjects watched = objects(namespace, runUid);
        return new NamespaceObjects(
                now(namespace, "Deployment", "deployments", DeploymentList.class, listed)
                        .getItems(),
                now(namespace, "StatefulSet", "statefulsets", StatefulSetList.class, listed)
                        .getItems(),
                now(namespace, "DaemonSet", "daemonsets", DaemonSetList.class, listed)
                        .getItems(),
                watched.cronJobs(),
                // A migrator that is not this run's may have a Job and no pod yet.
                client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
                client.pods().inNamespace(namespace).list().getItems(),
                watched.replicaSets(),
                watched.autoscalers());
    }

    private <L> L now(String namespace, String kind, String plural, Class<L> type, Listed listed) {
        String text = client.raw("/apis/" + APPS + "/namespaces/" + namespace + "/" + plural);
        try {
            JsonNode list = JSON.readTree(text);
            listed.of(APPS, kind, list.path("items"));
            return client.getKubernetesSerialization().convertValue(list, type);
        } catch (JsonProcessingException e) {
            throw new ObservationException("The list of " + plural + " in namespace " + namespace + " is no JSON", e);
        }
    }

    /** The run needs its namespace no longer; the last one to say so ends the watch. */
    public void release(String namespace, String runUid) {
        watches.computeIfPresent(namespace, (name, shared) -> shared.left(runUid) ? null : shared);
    }

    private NamespaceWatch watch(String namespace, String runUid) {
        return watches.computeIfAbsent(
                        namespace,
                        name -> new SharedWatch(
                                () -> new NamespaceWatch(client, name, () -> changed.accept(name), clock)))
                .open(runUid, heardSince());
    }

    private Instant heardSince() {
        Instant now = clock.instant();
        Instant quiet = now.minus(QUIET);
        Instant failure = lastFailure.get();
        boolean counts = failure.isAfter(quiet) && failure.isBefore(now.minus(SETTLED));
        return counts ? failure.plus(SETTLED) : quiet;
    }

    @Override
    public void close() {
        watches.values().forEach(SharedWatch::close);
        watches.clear();
    }
}
