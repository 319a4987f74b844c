package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.Stream;

/** Applies phase after phase, as the step does, until nothing is left. */
final class ApplyToTheEnd {

    private final KubernetesClient client;

    ApplyToTheEnd(KubernetesClient client) {
        this.client = client;
    }

    void apply(String namespace, ManifestBundle target) {
        OwnerApplier applier = new OwnerApplier();
        ManifestOrder order = new ManifestOrder();
        for (int round = 0; round < 6; round++) {
            LiveObjects live = new LiveReader().read(client, namespace, target).orElseThrow();
            ApplyPlan plan = new ManifestComparison().compare(target, live, namespace);
            if (plan.complete()) {
                return;
            }
            for (Phase phase : Phase.values()) {
                for (ObjectPlan object : order.inPhase(plan, phase)) {
                    WriteOutcome outcome = applier.apply(client, namespace, object, plan.owner());
                    assertThat(outcome)
                            .as(object.key() + " " + object.action() + " " + object.reason())
                            .isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.InProgress.class);
                }
            }
            for (Removal removal : plan.removals()) {
                assertThat(new Pruner().delete(client, namespace, removal))
                        .isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.InProgress.class);
            }
            collectGarbage(namespace, plan);
        }
        ApplyPlan rest = new ManifestComparison()
                .compare(
                        target, new LiveReader().read(client, namespace, target).orElseThrow(), namespace);
        throw new AssertionError("Never ends: "
                + rest.objects().stream()
                        .filter(object -> object.action().writes())
                        .map(object -> object.key() + " " + object.reason())
                        .toList()
                + rest.removals());
    }

    /** Ends foreground deletions where no garbage collector runs: nothing has dependents there either. */
    private void collectGarbage(String namespace, ApplyPlan plan) {
        ObjectApi api = new ObjectApi(client, namespace);
        Stream.concat(
                        plan.removals().stream().map(Removal::live),
                        plan.objects().stream().flatMap(object -> object.replaces().stream()))
                .forEach(deleted -> {
                    ServedKind kind =
                            api.resolve(deleted.apiVersion(), deleted.kind()).orElseThrow();
                    api.get(kind, deleted.name())
                            .filter(LiveObject::terminating)
                            .ifPresent(object -> {
                                ObjectNode content = object.copy();
                                CanonicalJson.removePath(content, "metadata", "finalizers");
                                try {
                                    client.raw(
                                            kind.path(namespace) + "/" + object.name(),
                                            "PUT",
                                            CanonicalJson.write(content));
                                } catch (KubernetesClientException e) {
                                    // A garbage collector was faster.
                                    assertThat(e.getCode()).isIn(404, 409);
                                }
                            });
                });
    }
}
