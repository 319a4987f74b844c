package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the target's objects name, whether they need it or use it where it is there: it may live outside the target manifests, in the hands
 * of the same owner, and is no leftover of the newer release. Pure.
 */
final class Mentions {

    private static final String RBAC = "rbac.authorization.k8s.io";

    private final Map<ObjectKey, ObjectKey> mentioning = new HashMap<>();

    Mentions(ManifestBundle bundle) {
        bundle.objects().forEach(this::collect);
    }

    /** The first object of the target that names it. */
    Optional<ObjectKey> of(ObjectKey key) {
        return Optional.ofNullable(mentioning.get(key));
    }

    private void collect(TargetObject target) {
        ObjectKey from = target.key();
        JsonNode spec = target.content().path("spec");
        switch (target.kind()) {
            case "Deployment", "DaemonSet", "Job" -> pods(from, spec.path("template"));
            case "StatefulSet" -> {
                pods(from, spec.path("template"));
                add(from, "", "Service", spec.path("serviceName"));
            }
            case "CronJob" -> pods(from, spec.path("jobTemplate").path("spec").path("template"));
            case "Pod" -> pods(from, target.content());
            case "Ingress" -> services(from, spec);
            case "RoleBinding" -> {
                if (target.content().path("roleRef").path("kind").asText().equals("Role")) {
                    add(from, RBAC, "Role", target.content().path("roleRef").path("name"));
                }
                for (JsonNode subject : target.content().path("subjects")) {
                    if (subject.path("kind").asText().equals("ServiceAccount")) {
                        add(from, "", "ServiceAccount", subject.path("name"));
                    }
                }
            }
            case "HorizontalPodAutoscaler" -> {
                JsonNode scaled = spec.path("scaleTargetRef");
                add(from, "apps", scaled.path("kind").asText(), scaled.path("name"));
            }
            default -> {
                // Nothing else of a release names objects.
            }
        }
    }

    private void pods(ObjectKey from, JsonNode template) {
        for (References.Reference reference : References.of(from, template.path("spec"))) {
            mentioning.putIfAbsent(reference.to(), from);
        }
    }

    private void services(ObjectKey from, JsonNode ingress) {
        add(from, "", "Service", ingress.path("defaultBackend").path("service").path("name"));
        for (JsonNode rule : ingress.path("rules")) {
            for (JsonNode path : rule.path("http").path("paths")) {
                add(from, "", "Service", path.path("backend").path("service").path("name"));
            }
        }
    }

    private void add(ObjectKey from, String apiGroup, String kind, JsonNode name) {
        if (!name.asText("").isEmpty() && !kind.isEmpty()) {
            mentioning.putIfAbsent(new ObjectKey(apiGroup, kind, name.asText()), from);
        }
    }
}
