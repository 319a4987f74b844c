package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.Optional;

/**
 * Objects that have a real API server refuse or change other objects. Nothing here would do that, so they are refused: a test that
 * stored one would lean on what never happens.
 */
final class UnsupportedObjects {
    private static final String POD_SECURITY = "pod-security.kubernetes.io/enforce";

    void refuse(ResourceType resource, ObjectNode object) {
        lacks(resource, object).ifPresent(feature -> {
            throw StatusException.notSupported(feature);
        });
    }

    private static Optional<String> lacks(ResourceType resource, ObjectNode object) {
        return switch (resource.kind()) {
            case "ResourceQuota" -> Optional.of("resource quotas");
            case "LimitRange" -> Optional.of("limit ranges");
            case "PriorityClass" -> Optional.of("priority classes");
            case "ClusterRole" ->
                Nodes.at(object, "aggregationRule") == null ? Optional.empty() : Optional.of("aggregated ClusterRoles");
            case "Namespace" ->
                enforced(Nodes.text(object, "metadata", "labels", POD_SECURITY))
                        ? Optional.of("pod security of namespaces")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean enforced(String level) {
        return level != null && !level.equals("privileged");
    }
}
