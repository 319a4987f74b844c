package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The namespaces that are watched: those with a run that needs it, no others, so that an idle operator watches nothing but
 * its own resources.
 */
public final class NamespaceWatches implements AutoCloseable {

    private final KubernetesClient client;
    private final Consumer<String> changed;
    private final Map<String, NamespaceWatch> watches = new HashMap<>();
    private final Map<String, Set<String>> users = new HashMap<>();

    /** @param changed called with a namespace whenever something in it has changed */
    public NamespaceWatches(KubernetesClient client, Consumer<String> changed) {
        this.client = client;
        this.changed = changed;
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
    public synchronized void release(String namespace, String runUid) {
        Set<String> runs = users.getOrDefault(namespace, new HashSet<>());
        runs.remove(runUid);
        if (runs.isEmpty()) {
            users.remove(namespace);
            NamespaceWatch watch = watches.remove(namespace);
            if (watch != null) {
                watch.close();
            }
        }
    }

    private synchronized NamespaceWatch watch(String namespace, String runUid) {
        NamespaceWatch watch = watches.get(namespace);
        if (watch == null) {
            watch = new NamespaceWatch(client, namespace, () -> changed.accept(namespace));
            try {
                watch.start();
            } catch (RuntimeException e) {
                watch.close();
                throw e;
            }
            watches.put(namespace, watch);
        }
        users.computeIfAbsent(namespace, key -> new HashSet<>()).add(runUid);
        return watch;
    }

    @Override
    public synchronized void close() {
        watches.values().forEach(NamespaceWatch::close);
        watches.clear();
        users.clear();
    }
}
