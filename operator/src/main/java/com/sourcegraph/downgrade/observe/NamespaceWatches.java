package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The namespaces that are watched: those with a run that needs it, no others, so that an idle operator watches nothing but
 * its own resources.
 */
public final class NamespaceWatches implements AutoCloseable {

    /**
     * A namespace in which nothing has happened for so long, while a run waits for something to happen in it, is listed anew: a
     * watch whose connection is quietly dead, or that an event was lost on, looks exactly like one on which nothing happens.
     */
    static final Duration QUIET = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Consumer<String> changed;
    private final Clock clock;
    private final Map<String, SharedWatch> watches = new ConcurrentHashMap<>();

    /** @param changed called with a namespace whenever something in it has changed */
    public NamespaceWatches(KubernetesClient client, Consumer<String> changed, Clock clock) {
        this.client = client;
        this.changed = changed;
        this.clock = clock;
    }

    /** What is in the namespace now; the first call for a namespace begins to watch it. */
    public NamespaceObjects objects(String namespace, String runUid) {
        return watch(namespace, runUid).objects();
    }

    /** The same, with everything that moves while workloads start and stop asked of the API server this moment. */
    public NamespaceObjects objectsNow(String namespace, String runUid) {
        NamespaceObjects watched = objects(namespace, runUid);
        return new NamespaceObjects(
                client.apps().deployments().inNamespace(namespace).list().getItems(),
                client.apps().statefulSets().inNamespace(namespace).list().getItems(),
                client.apps().daemonSets().inNamespace(namespace).list().getItems(),
                watched.cronJobs(),
                watched.jobs(),
                client.pods().inNamespace(namespace).list().getItems(),
                watched.replicaSets(),
                watched.autoscalers());
    }

    /** The run needs its namespace no longer; the last one to say so ends the watch. */
    public void release(String namespace, String runUid) {
        watches.computeIfPresent(namespace, (name, shared) -> shared.left(runUid) ? null : shared);
    }

    private NamespaceWatch watch(String namespace, String runUid) {
        return watches.computeIfAbsent(
                        namespace,
                        name -> new SharedWatch(
                                heard -> new NamespaceWatch(client, name, heard), () -> changed.accept(name), clock))
                .open(runUid);
    }

    @Override
    public void close() {
        watches.values().forEach(SharedWatch::close);
        watches.clear();
    }
}
