package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values that an API server fills in by itself (Kubernetes API reference, the defaults of {@code v1}, {@code apps/v1},
 * {@code networking.k8s.io/v1}).
 *
 * <p>An owner that updates also owns what was filled in when it created the object, so its fields alone do not tell a removed field from
 * a default. A field that the target does not name and that has its default would be filled in again with the same value: nothing to do.
 * An entry that is missing here costs a request, not a mistake.
 */
final class ServerDefaults {

    private final Map<String, Set<JsonNode>> values = new HashMap<>();

    ServerDefaults() {
        add("protocol", "\"TCP\"");
        add("imagePullPolicy", "\"IfNotPresent\"", "\"Always\"");
        add("terminationMessagePath", "\"/dev/termination-log\"");
        add("terminationMessagePolicy", "\"File\"");
        add("restartPolicy", "\"Always\"");
        add("dnsPolicy", "\"ClusterFirst\"");
        add("schedulerName", "\"default-scheduler\"");
        add("securityContext", "{}");
        add("resources", "{}");
        add("strategy", "{}");
        add("terminationGracePeriodSeconds", "30");
        add("progressDeadlineSeconds", "600");
        add("revisionHistoryLimit", "10");
        add("maxSurge", "\"25%\"", "0");
        add("maxUnavailable", "\"25%\"", "1");
        add("partition", "0");
        add("podManagementPolicy", "\"OrderedReady\"");
        add("whenDeleted", "\"Retain\"");
        add("whenScaled", "\"Retain\"");
        add("type", "\"RollingUpdate\"", "\"ClusterIP\"", "\"Opaque\"", "\"\"");
        add("sessionAffinity", "\"None\"");
        add("internalTrafficPolicy", "\"Cluster\"");
        add("externalTrafficPolicy", "\"Cluster\"");
        add("allocateLoadBalancerNodePorts", "true");
        add("defaultMode", "420");
        add("volumeMode", "\"Filesystem\"");
        add("failureThreshold", "3");
        add("periodSeconds", "10");
        add("successThreshold", "1");
        add("timeoutSeconds", "1");
        add("scheme", "\"HTTP\"");
        add("path", "\"/\"");
        add("fieldPath", "\"metadata.name\"");
        add("apiVersion", "\"v1\"");
        add("divisor", "\"0\"");
        add("pathType", "\"ImplementationSpecific\"");
    }

    /** Whether an API server may have filled in that value for that field. */
    boolean filledIn(String field, JsonNode value) {
        if (values.getOrDefault(field, Set.of()).contains(value)) {
            return true;
        }
        // A union that was filled in as a whole, such as an update strategy.
        if (value instanceof ObjectNode object && !object.isEmpty()) {
            return object.properties().stream().allMatch(entry -> filledIn(entry.getKey(), entry.getValue()));
        }
        return false;
    }

    private void add(String field, String... json) {
        Set<JsonNode> nodes = new HashSet<>();
        for (String text : List.of(json)) {
            nodes.add(CanonicalJson.read(text));
        }
        values.put(field, nodes);
    }
}
