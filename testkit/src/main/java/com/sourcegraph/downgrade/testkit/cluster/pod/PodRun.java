package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.Timestamps;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** One pod that is running: its containers, in which order they start, and what its status says. */
final class PodRun {
    /** What a pod needs from the node it runs on. */
    interface Node {
        /** Starts a container, or leaves it waiting with a reason. */
        void start(PodRun pod, ObjectNode object, ContainerRun container);

        /** Writes the pod's status. */
        void publish(PodRun pod);

        /** Has a crashed container started again after a while; the n-th restart waits longer. */
        void restartLater(PodRun pod, ContainerRun container, int restarts);

        /** All containers of a pod that was to stop have stopped. */
        void stopped(PodRun pod);
    }

    private final Node node;
    private final ObjectNode object;
    private final Clock clock;
    private final List<ContainerRun> inits = new ArrayList<>();
    private final List<ContainerRun> mains = new ArrayList<>();
    private final String startTime;
    private final String ip;
    private final ObjectNode status;
    private final Object publishing = new Object();
    private boolean stopping;
    private boolean stopReported;

    PodRun(Node node, ObjectNode object, Clock clock, ThreadFactory threads, String ip) {
        this.node = node;
        this.object = object;
        this.clock = clock;
        this.ip = ip;
        this.status =
                object.path("status").isObject() ? ((ObjectNode) object.get("status")).deepCopy() : Nodes.object();
        status.remove("conditions");
        this.startTime = Timestamps.seconds(clock.instant());
        for (JsonNode container : Nodes.each(object, "spec", "initContainers")) {
            if ("Always".equals(Nodes.text(container, "restartPolicy"))) {
                throw new IllegalArgumentException("native sidecar containers are not supported: pod "
                        + Nodes.namespace(object) + "/" + Nodes.name(object) + ", container "
                        + Nodes.text(container, "name"));
            }
            inits.add(new ContainerRun(this, container, true, clock, threads));
        }
        for (JsonNode container : Nodes.each(object, "spec", "containers")) {
            mains.add(new ContainerRun(this, container, false, clock, threads));
        }
        if (inits.isEmpty()) {
            mains.forEach(container -> container.await("ContainerCreating", null));
        }
    }

    String uid() {
        return Nodes.uid(object);
    }

    String namespace() {
        return Nodes.namespace(object);
    }

    String name() {
        return Nodes.name(object);
    }

    ObjectNode object() {
        return object;
    }

    synchronized List<ContainerRun> containers() {
        List<ContainerRun> all = new ArrayList<>(inits);
        all.addAll(mains);
        return all;
    }

    /** Changes something under the pod's lock and writes the outcome. */
    void change(Runnable change) {
        synchronized (this) {
            change.run();
        }
        node.publish(this);
    }

    /** Starts what can start now. */
    synchronized void advance() {
        if (stopping) {
            return;
        }
        for (ContainerRun container : inits) {
            if (!advanceInit(container)) {
                return;
            }
        }
        for (ContainerRun container : mains) {
            if (isStartable(container)) {
                node.start(this, object, container);
            }
        }
    }

    /** @return whether it is done, so that the next one may start */
    private boolean advanceInit(ContainerRun container) {
        if (isStartable(container)) {
            node.start(this, object, container);
        }
        return container.state() instanceof ContainerState.Terminated ended && ended.exitCode() == 0;
    }

    /** Waiting, but not for the end of a back-off. */
    private static boolean isStartable(ContainerRun container) {
        return container.state() instanceof ContainerState.Waiting waiting
                && !waiting.reason().equals("CrashLoopBackOff");
    }

    void containerEnded(ContainerRun container, int attempt, int exitCode, String reason) {
        synchronized (this) {
            if (!container.ended(attempt, exitCode, reason)) {
                return;
            }
            afterEnd(container, exitCode);
        }
        settle();
    }

    private void afterEnd(ContainerRun container, int exitCode) {
        if (stopping) {
            return;
        }
        boolean init = inits.contains(container);
        String policy = Nodes.text(object, "spec", "restartPolicy");
        boolean again = init
                ? exitCode != 0 && !policy.equals("Never")
                : policy.equals("Always") || policy.equals("OnFailure") && exitCode != 0;
        if (again) {
            int restarts = container.restarts();
            container.backOff("back-off restarting failed container=" + container.name() + " pod=" + name() + "_"
                    + namespace() + "(" + uid() + ")");
            node.restartLater(this, container, restarts);
        } else if (init && exitCode == 0) {
            advance();
        }
    }

    /** Starts a container whose back-off is over. */
    void restart(ContainerRun container) {
        synchronized (this) {
            if (stopping || !(container.state() instanceof ContainerState.Waiting)) {
                return;
            }
            container.await("PodInitializing", null);
            node.start(this, object, container);
            advance();
        }
        settle();
    }

    /** SIGTERM to all. */
    void stop() {
        synchronized (this) {
            stopping = true;
            containers().forEach(ContainerRun::terminate);
        }
        settle();
    }

    /** SIGKILL to all that still run. */
    void killAll() {
        synchronized (this) {
            stopping = true;
            containers().forEach(container -> container.kill(137, "Error"));
        }
        settle();
    }

    /** Ends the containers from outside; the restart policy decides what comes then. */
    void crash(int exitCode, String reason) {
        synchronized (this) {
            for (ContainerRun container : containers()) {
                if (container.isRunning()) {
                    container.kill(exitCode, reason);
                    afterEnd(container, exitCode);
                }
            }
        }
        settle();
    }

    private void settle() {
        boolean gone;
        synchronized (this) {
            gone = stopping && !stopReported && containers().stream().noneMatch(ContainerRun::isRunning);
            stopReported |= gone;
        }
        node.publish(this);
        if (gone) {
            node.stopped(this);
        }
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    synchronized String phase() {
        boolean never = "Never".equals(Nodes.text(object, "spec", "restartPolicy"));
        for (ContainerRun container : inits) {
            if (container.state() instanceof ContainerState.Terminated ended) {
                if (ended.exitCode() != 0) {
                    return never || stopping ? "Failed" : "Pending";
                }
            } else {
                return "Pending";
            }
        }
        boolean allEnded = mains.stream().allMatch(container -> container.state() instanceof ContainerState.Terminated);
        if (allEnded) {
            boolean failed = mains.stream()
                    .anyMatch(c -> c.state() instanceof ContainerState.Terminated ended && ended.exitCode() != 0);
            return failed ? "Failed" : "Succeeded";
        }
        boolean anyStarted = mains.stream().anyMatch(container -> container.attempt() > 0);
        return anyStarted ? "Running" : "Pending";
    }

    /** What whoever publishes the status holds meanwhile. */
    Object publishing() {
        return publishing;
    }

    /** The status as it is now. */
    synchronized ObjectNode status() {
        String phase = phase();
        status.put("phase", phase);
        status.put("hostIP", "10.0.0.1").put("podIP", ip).put("startTime", startTime);
        status.putArray("podIPs").addObject().put("ip", ip);
        status.putArray("hostIPs").addObject().put("ip", "10.0.0.1");
        boolean initialized = inits.stream()
                .allMatch(c -> c.state() instanceof ContainerState.Terminated ended && ended.exitCode() == 0);
        boolean ready = phase.equals("Running") && mains.stream().allMatch(ContainerRun::isReady);
        String done = phase.equals("Succeeded") ? "PodCompleted" : "ContainersNotReady";
        condition("PodReadyToStartContainers", true, null);
        condition("Initialized", initialized, initialized ? null : "ContainersNotInitialized");
        condition("Ready", ready, ready ? null : done);
        condition("ContainersReady", ready, ready ? null : done);
        condition("PodScheduled", true, null);
        if (!inits.isEmpty()) {
            var list = status.putArray("initContainerStatuses");
            inits.forEach(container -> list.add(container.status()));
        }
        var list = status.putArray("containerStatuses");
        mains.forEach(container -> list.add(container.status()));
        return status.deepCopy();
    }

    private void condition(String type, boolean value, String reason) {
        var conditions = status.get("conditions") instanceof com.fasterxml.jackson.databind.node.ArrayNode list
                ? list
                : status.putArray("conditions");
        ObjectNode found = null;
        for (JsonNode condition : conditions) {
            if (type.equals(Nodes.text(condition, "type"))) {
                found = (ObjectNode) condition;
            }
        }
        if (found == null) {
            found = conditions.addObject().put("type", type);
        }
        String text = value ? "True" : "False";
        if (!text.equals(Nodes.text(found, "status"))) {
            found.put("lastTransitionTime", Timestamps.seconds(clock.instant()));
        }
        found.put("status", text);
        if (reason == null) {
            found.remove("reason");
        } else {
            found.put("reason", reason);
        }
    }
}
