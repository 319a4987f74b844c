package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A tool that brings a Deployment back to its count every second, as one does that knows of no downgrade. Watches who wins. */
final class ScalingTool implements AutoCloseable {
    static final String NAME = "gitops-tool";

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final SharedIndexInformer<Deployment> watch;
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicReference<KubernetesClientException> refused = new AtomicReference<>();
    private final AtomicInteger down = new AtomicInteger();

    ScalingTool(InstalledInstance instance, String deployment, int replicas) {
        var resource = instance.cluster()
                .client()
                .apps()
                .deployments()
                .inNamespace(instance.namespace())
                .withName(deployment);
        watch = resource.runnableInformer(0);
        watch.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment added) {}

            @Override
            public void onUpdate(Deployment before, Deployment now) {
                if (now.getSpec().getReplicas() == 0 && before.getSpec().getReplicas() != 0) {
                    down.incrementAndGet();
                }
            }

            @Override
            public void onDelete(Deployment deleted, boolean finalStateUnknown) {}
        });
        watch.start().toCompletableFuture().join();
        PatchContext apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(NAME)
                .withForce(true)
                .build();
        String manifest = """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%s"}, "spec": {"replicas": %d}}
                """.formatted(deployment, replicas);
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        resource.patch(apply, manifest);
                        written.incrementAndGet();
                    } catch (KubernetesClientException e) {
                        // As such a tool does: it tries again in a second. Thrown, it would end the timer.
                        refused.set(e);
                    }
                },
                0,
                1,
                TimeUnit.SECONDS);
    }

    /** How often it has said what the count is to be. */
    int written() {
        return written.get();
    }

    /** The last time that it was not obeyed, for whoever finds that it has said too little. */
    Optional<KubernetesClientException> refused() {
        return Optional.ofNullable(refused.get());
    }

    /** How often somebody has taken it to zero. */
    int down() {
        return down.get();
    }

    /** Is told to leave it alone. */
    void stop() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        watch.close();
    }
}
