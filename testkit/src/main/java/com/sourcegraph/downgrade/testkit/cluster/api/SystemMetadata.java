package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The metadata that the server itself writes, whatever a client says about it. */
final class SystemMetadata {
    /** Kinds with {@code metadata.generation}; custom resources have it too. */
    private static final Set<String> GENERATED = Set.of(
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "Job",
            "CronJob",
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "CustomResourceDefinition");

    private static final Set<String> SYSTEM_METADATA = Set.of(
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink");

    private final Clock clock;

    SystemMetadata(Clock clock) {
        this.clock = clock;
    }

    /** Of an object that is about to be created. */
    void begin(ResourceType resource, ObjectNode object) {
        ObjectNode metadata = Nodes.metadata(object);
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Timestamps.seconds(clock.instant()));
        metadata.remove(List.of("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"));
        if (hasGeneration(resource)) {
            metadata.put("generation", 1);
        }
    }

    /** An update changes none of it. */
    void restore(ObjectNode live, ObjectNode next) {
        ObjectNode metadata = Nodes.metadata(next);
        ObjectNode before = Nodes.metadata(live);
        SYSTEM_METADATA.forEach(field -> Nodes.copy(before, metadata, field));
        Nodes.copy(before, metadata, "namespace");
    }

    /** An update of what somebody wants is a new generation. */
    void countGeneration(ResourceType resource, ObjectNode live, ObjectNode next) {
        if (!hasGeneration(resource)) {
            return;
        }
        ObjectNode before = live.deepCopy();
        ObjectNode after = next.deepCopy();
        List.of(before, after).forEach(object -> object.remove(List.of("metadata", "status")));
        if (!before.equals(after)) {
            Nodes.metadata(next).put("generation", Nodes.number(live, 1, "metadata", "generation") + 1);
        }
    }

    private static boolean hasGeneration(ResourceType resource) {
        return resource.custom() || GENERATED.contains(resource.kind());
    }
}
