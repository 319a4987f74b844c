package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.api.StatusException;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the controllers on one thread, which sleeps as long as nothing changes. */
public final class ControllerManager implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ControllerManager.class);

    private record Work(Controller controller, Controller.Key key) {}

    private final ClusterApi api;
    private final List<Controller> controllers = new ArrayList<>();
    private final Set<Work> queue = new LinkedHashSet<>();
    private final Thread thread;
    private final Consumer<StoreEvent> listener = this::enqueue;
    private boolean closed;

    /**
     * Controllers of these kinds, and those that every cluster has.
     *
     * @param pods runs pods, where that is among the kinds
     */
    public ControllerManager(
            ClusterApi api,
            Set<ControllerKind> kinds,
            Controller pods,
            double timeFactor,
            ScheduledExecutorService timer,
            ThreadFactory threads) {
        this.api = api;
        ClusterObjects objects = new ClusterObjects(api);
        controllers.add(new NamespaceController(objects));
        controllers.add(new DefinitionController(objects));
        for (ControllerKind kind : ControllerKind.values()) {
            if (kinds.contains(kind)) {
                switch (kind) {
                    case DEPLOYMENT -> {
                        controllers.add(new DeploymentController(objects));
                        controllers.add(new ReplicaSetController(objects));
                    }
                    case STATEFUL_SET -> controllers.add(new StatefulSetController(objects));
                    case DAEMON_SET -> controllers.add(new DaemonSetController(objects));
                    case JOB -> controllers.add(new JobController(objects, timer, timeFactor, this::enqueue));
                    case GARBAGE_COLLECTOR -> controllers.add(new GarbageCollector(objects));
                    case VOLUMES -> controllers.add(new VolumeController(objects));
                    case PODS -> controllers.add(pods);
                }
            }
        }
        this.thread = threads.newThread(this::run);
    }

    public void start() {
        api.store().subscribe(listener);
        thread.start();
    }

    private void enqueue(StoreEvent event) {
        for (Controller controller : controllers) {
            controller.concernedBy(event).forEach(key -> enqueue(controller, key));
        }
    }

    /** Has an object looked at without a change. */
    public void enqueue(Controller controller, Controller.Key key) {
        synchronized (queue) {
            queue.add(new Work(controller, key));
            queue.notifyAll();
        }
    }

    private void run() {
        while (true) {
            Work work;
            synchronized (queue) {
                while (queue.isEmpty() && !closed) {
                    try {
                        queue.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (closed) {
                    return;
                }
                work = queue.iterator().next();
                queue.remove(work);
            }
            try {
                work.controller().reconcile(work.key());
            } catch (StatusException e) {
                // The object went, or its namespace is going: the event of that comes by itself.
                LOGGER.atDebug()
                        .addKeyValue("controller", work.controller().getClass().getSimpleName())
                        .addKeyValue("key", work.key())
                        .log(e.getMessage());
            } catch (RuntimeException e) {
                LOGGER.atError()
                        .setCause(e)
                        .addKeyValue("controller", work.controller().getClass().getSimpleName())
                        .addKeyValue("key", work.key())
                        .log("A controller of the in-memory cluster failed");
            }
        }
    }

    @Override
    public void close() {
        api.store().unsubscribe(listener);
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
    }
}
