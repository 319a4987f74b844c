package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the target's workloads refer to by name and cannot start without. Pure. */
final class References {

    /**
     * One reference.
     *
     * @param to the object referred to
     * @param from the workload
     * @param weak whether pods start without it (a missing image pull secret is only warned about)
     * @param optional whether it says itself that pods start without it
     */
    record Reference(ObjectKey to, ObjectKey from, boolean weak, boolean optional) {}

    /** Each object referred to once, with the first workload that does; optional references are left out. */
    List<Reference> of(ManifestBundle bundle) {
        Map<ObjectKey, Reference> result = new LinkedHashMap<>();
        for (TargetObject target : bundle.objects()) {
            WorkloadView.of(target.content()).ifPresent(workload -> {
                for (Reference reference : of(target.key(), workload.podSpec())) {
                    if (!reference.optional()) {
                        result.merge(reference.to(), reference, (one, other) -> one.weak() ? other : one);
                    }
                }
            });
        }
        return List.copyOf(result.values());
    }

    /** Everything that pods of such a specification refer to, also what they start without. */
    static List<Reference> of(ObjectKey from, JsonNode pod) {
        List<Reference> result = new ArrayList<>();
        for (String containers : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path(containers)) {
                for (JsonNode source : container.path("envFrom")) {
                    add(result, from, "ConfigMap", source.path("configMapRef"), "name");
                    add(result, from, "Secret", source.path("secretRef"), "name");
                }
                for (JsonNode variable : container.path("env")) {
                    add(result, from, "ConfigMap", variable.path("valueFrom").path("configMapKeyRef"), "name");
                    add(result, from, "Secret", variable.path("valueFrom").path("secretKeyRef"), "name");
                }
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            add(result, from, "ConfigMap", volume.path("configMap"), "name");
            add(result, from, "Secret", volume.path("secret"), "secretName");
            add(result, from, "PersistentVolumeClaim", volume.path("persistentVolumeClaim"), "claimName");
            for (JsonNode source : volume.path("projected").path("sources")) {
                add(result, from, "ConfigMap", source.path("configMap"), "name");
                add(result, from, "Secret", source.path("secret"), "name");
            }
        }
        String account = pod.path("serviceAccountName").asText("");
        // "default" is made by Kubernetes itself in every namespace.
        if (!account.isEmpty() && !account.equals("default")) {
            result.add(new Reference(new ObjectKey("", "ServiceAccount", account), from, false, false));
        }
        for (JsonNode secret : pod.path("imagePullSecrets")) {
            String name = secret.path("name").asText("");
            if (!name.isEmpty()) {
                result.add(new Reference(new ObjectKey("", "Secret", name), from, true, false));
            }
        }
        return result;
    }

    private static void add(List<Reference> result, ObjectKey from, String kind, JsonNode node, String field) {
        String name = node.path(field).asText("");
        if (!name.isEmpty()) {
            boolean optional = node.path("optional").asBoolean(false);
            result.add(new Reference(new ObjectKey("", kind, name), from, false, optional));
        }
    }
}
