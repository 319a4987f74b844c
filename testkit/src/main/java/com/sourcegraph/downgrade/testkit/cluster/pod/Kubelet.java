package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.api.DeleteOptions;
import com.sourcegraph.downgrade.testkit.cluster.api.PodLogs;
import com.sourcegraph.downgrade.testkit.cluster.api.StatusException;
import com.sourcegraph.downgrade.testkit.cluster.api.WriteOptions;
import com.sourcegraph.downgrade.testkit.cluster.controller.Controller;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import com.sourcegraph.downgrade.testkit.container.Programs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one node of the cluster: schedules pods, runs their containers and reports on them. A pod waits, as on a real node,
 * for its claims to be bound, for the ConfigMaps and Secrets that it names, and for its images.
 */
public final class Kubelet implements Controller, PodRun.Node, AutoCloseable {
    private static final WriteOptions OPTIONS = WriteOptions.by("kubelet");
    private static final String NODE = "node-1";
    private static final int FIRST_BACK_OFF_SECONDS = 10;
    private static final int LAST_BACK_OFF_SECONDS = 300;

    private final ClusterApi api;
    private final Programs programs;
    private final double timeFactor;
    private final Set<String> missingImages;
    private final ScheduledExecutorService timer;
    private final ThreadFactory threads;
    private final ResourceType pods;
    private final ResourceType claims;
    private final Environment environment;
    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    private final AtomicInteger address = new AtomicInteger(2);
    private volatile boolean closed;

    /**
     * A node.
     *
     * @param timeFactor how long a second of a grace period or back-off takes, in seconds
     * @param missingImages images that cannot be pulled; may change
     */
    public Kubelet(
            ClusterApi api,
            Programs programs,
            double timeFactor,
            Set<String> missingImages,
            ScheduledExecutorService timer,
            ThreadFactory threads) {
        this.api = api;
        this.programs = programs;
        this.timeFactor = timeFactor;
        this.missingImages = missingImages;
        this.timer = timer;
        this.threads = threads;
        this.pods = api.catalog().required("", "pods");
        this.claims = api.catalog().required("", "persistentvolumeclaims");
        this.environment = new Environment(api);
    }

    public Set<String> missingImages() {
        return missingImages;
    }

    /** The logs of the containers on this node. */
    public PodLogs logs() {
        return new NodeLogs(api, runs);
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(pods)) {
            boolean concerns = event.after() == null
                    || event.before() == null
                    || Nodes.text(event.after(), "metadata", "deletionTimestamp") != null;
            return concerns ? List.of(key(event.after() == null ? event.before() : event.after())) : List.of();
        }
        boolean needed = event.after() != null
                && List.of("configmaps", "secrets", "persistentvolumeclaims")
                        .contains(event.resource().plural());
        return needed ? waiting(Nodes.namespace(event.after())) : List.of();
    }

    /** The pods of that namespace that wait for something. Bound pods with running containers wait for nothing. */
    private List<Key> waiting(String namespace) {
        return api.store().list(pods, namespace).stream()
                .filter(pod -> "Pending".equals(Nodes.text(pod, "status", "phase")))
                .map(Kubelet::key)
                .toList();
    }

    /** Looks again at every pod that waits. */
    public void retry() {
        runs.values().forEach(run -> {
            run.advance();
            publish(run);
        });
    }

    private static Key key(JsonNode pod) {
        return new Key(Nodes.namespace(pod), Nodes.name(pod));
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode pod = api.store().get(pods, key.namespace(), key.name());
        if (pod == null) {
            forget(key);
            return;
        }
        PodRun run = runs.get(Nodes.uid(pod));
        if (Nodes.text(pod, "metadata", "deletionTimestamp") != null) {
            stop(pod, run);
            return;
        }
        String phase = Nodes.text(pod, "status", "phase");
        if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
            return;
        }
        if (run == null) {
            String obstacle = obstacle(pod);
            if (obstacle != null) {
                unschedulable(pod, obstacle);
                return;
            }
            run = bind(pod);
        }
        run.advance();
        publish(run);
    }

    /** Containers of a pod that was deleted without waiting for them. */
    private void forget(Key key) {
        for (PodRun run : List.copyOf(runs.values())) {
            if (run.namespace().equals(key.namespace()) && run.name().equals(key.name())) {
                runs.remove(run.uid());
                run.killAll();
            }
        }
    }

    private String obstacle(ObjectNode pod) {
        for (JsonNode volume : Nodes.each(pod, "spec", "volumes")) {
            String name = Nodes.text(volume, "persistentVolumeClaim", "claimName");
            if (name == null) {
                continue;
            }
            ObjectNode claim = api.store().get(claims, Nodes.namespace(pod), name);
            if (claim == null) {
                return "persistentvolumeclaim \"" + name + "\" not found";
            }
            if (!"Bound".equals(Nodes.text(claim, "status", "phase"))) {
                return "pod has unbound immediate PersistentVolumeClaims";
            }
        }
        return null;
    }

    private void unschedulable(ObjectNode pod, String why) {
        modify(pod, "status", live -> {
            ObjectNode status = Nodes.child(live, "status");
            String since = Nodes.text(status, "conditions", "lastTransitionTime");
            ObjectNode condition = status.putArray("conditions").addObject();
            condition.put("type", "PodScheduled").put("status", "False").put("reason", "Unschedulable");
            condition.put("message", "0/1 nodes are available: " + why + ".");
            condition.put(
                    "lastTransitionTime", since == null ? Nodes.text(live, "metadata", "creationTimestamp") : since);
        });
    }

    private PodRun bind(ObjectNode pod) {
        modify(pod, "", live -> Nodes.child(live, "spec").put("nodeName", NODE));
        int number = address.getAndIncrement();
        PodRun run = new PodRun(this, pod, api.clock(), threads, "10.244." + number / 256 + "." + number % 256);
        runs.put(Nodes.uid(pod), run);
        return run;
    }

    private void stop(ObjectNode pod, PodRun run) {
        if (run == null) {
            remove(pod);
            return;
        }
        if (!run.isStopping()) {
            long grace = Nodes.number(pod, 30, "metadata", "deletionGracePeriodSeconds");
            run.stop();
            later(grace, run::killAll);
        }
    }

    private void later(long seconds, Runnable action) {
        if (closed) {
            return;
        }
        try {
            timer.schedule(action, (long) (seconds * 1e9 * timeFactor), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The cluster is closing: its containers are killed there.
            action.run();
        }
    }

    private void remove(ObjectNode pod) {
        try {
            api.deleter()
                    .delete(
                            pods,
                            Nodes.namespace(pod),
                            Nodes.name(pod),
                            new DeleteOptions("Background", 0L, Nodes.uid(pod), null, false));
        } catch (StatusException e) {
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }

    @Override
    public void stopped(PodRun pod) {
        runs.remove(pod.uid());
        if (!closed) {
            remove(pod.object());
        }
    }

    @Override
    public void start(PodRun pod, ObjectNode object, ContainerRun container) {
        if (missingImages.contains(container.image())) {
            container.await("ImagePullBackOff", "Back-off pulling image \"" + container.image() + "\": ErrImagePull");
            return;
        }
        try {
            mounts(object);
        } catch (Environment.Missing e) {
            container.await("ContainerCreating", e.getMessage());
            return;
        }
        try {
            Map<String, String> env = environment.resolve(object, container.spec());
            List<String> args = environment.arguments(container.spec(), env);
            Optional<com.sourcegraph.downgrade.testkit.container.Program> program =
                    programs.forContainer(container.image(), container.name());
            container.start(program, args, env);
        } catch (Environment.Missing e) {
            container.await("CreateContainerConfigError", e.getMessage());
        }
    }

    /** The ConfigMaps and Secrets that the pod mounts have to be there before any of its containers starts. */
    private void mounts(ObjectNode pod) throws Environment.Missing {
        for (JsonNode volume : Nodes.each(pod, "spec", "volumes")) {
            String configMap = Nodes.text(volume, "configMap", "name");
            String secret = Nodes.text(volume, "secret", "secretName");
            if (configMap != null && !Nodes.flag(volume, "configMap", "optional")) {
                requireObject("configmaps", pod, configMap);
            }
            if (secret != null && !Nodes.flag(volume, "secret", "optional")) {
                requireObject("secrets", pod, secret);
            }
        }
    }

    private void requireObject(String plural, ObjectNode pod, String name) throws Environment.Missing {
        if (api.store().get(api.catalog().required("", plural), Nodes.namespace(pod), name) == null) {
            throw new Environment.Missing(plural.substring(0, plural.length() - 1) + " \"" + name + "\" not found");
        }
    }

    @Override
    public void restartLater(PodRun pod, ContainerRun container, int restarts) {
        // The first restart is immediate on a real node, too.
        long seconds = restarts == 0
                ? 0
                : Math.min(LAST_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * (1L << Math.min(5, restarts - 1)));
        later(seconds, () -> pod.restart(container));
    }

    @Override
    public void publish(PodRun run) {
        // One at a time for each pod, so that an older picture never overwrites a newer one. The picture is taken
        // before
        // the store is locked: a pod reads the store under its own lock.
        synchronized (run.publishing()) {
            if (!closed) {
                ObjectNode status = run.status();
                modify(run.object(), "status", live -> live.set("status", status));
            }
        }
    }

    private void modify(ObjectNode pod, String subresource, java.util.function.Consumer<ObjectNode> change) {
        try {
            api.writer()
                    .modify(
                            pods,
                            Nodes.namespace(pod),
                            Nodes.name(pod),
                            subresource,
                            live -> {
                                if (Nodes.uid(live).equals(Nodes.uid(pod))) {
                                    change.accept(live);
                                }
                                return live;
                            },
                            OPTIONS);
        } catch (StatusException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    /**
     * Ends the containers of a pod from outside.
     *
     * @throws IllegalArgumentException where no such pod runs here
     */
    public void kill(String namespace, String name, int exitCode, String reason) {
        PodRun run = runs.values().stream()
                .filter(one -> one.namespace().equals(namespace) && one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pod runs here as " + namespace + "/" + name));
        run.crash(exitCode, reason);
    }

    @Override
    public void close() {
        closed = true;
        runs.values().forEach(PodRun::killAll);
        runs.clear();
    }
}
