package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Target objects that would change what guards the run, or who may do what beside it. Kubernetes' rule against escalation keeps a
 * RoleBinding from granting more than the writer has; it does not keep it from granting all of that to somebody else. Pure.
 */
final class GuardFindings {

    private static final String RBAC = "rbac.authorization.k8s.io";

    /**
     * The chart's labels on each object of the operator. No value of the chart changes the first; the second is another where the chart
     * is given another name, and is all that operators from before the first carry.
     */
    private static final Map<String, String> OPERATORS_LABELS = Map.of(
            "downgrade.sourcegraph.com/component", "operator",
            "app.kubernetes.io/name", "sourcegraph-downgrade-operator");

    private final String namespace;
    private final LiveObjects live;
    private final Set<ObjectKey> reserved;

    /**
     * @param namespace the instance's
     * @param live what lives there
     * @param reserved what the run itself relies on
     */
    GuardFindings(String namespace, LiveObjects live, Set<ObjectKey> reserved) {
        this.namespace = namespace;
        this.live = live;
        this.reserved = Set.copyOf(reserved);
    }

    List<Finding> of(ManifestBundle bundle) {
        List<Finding> findings = new ArrayList<>();
        for (TargetObject target : bundle.objects()) {
            if (reserved.contains(target.key())) {
                findings.add(finding(
                        target,
                        target.key() + " guards the run itself and is no part of a release.",
                        "Remove it from the target manifests; who owns the namespace applies it by hand."));
            } else if (ofTheOperator(target)) {
                findings.add(finding(
                        target,
                        target.key() + " is part of the operator that carries the run out, and no part of a release.",
                        "Remove it from the target manifests, or give it another name and none of the labels "
                                + labels() + "; the operator is changed by what installed it."));
            } else if (target.key().kind().equals("RoleBinding")
                    && target.key().apiGroup().equals(RBAC)
                    && !grantedAlready(bundle, target)) {
                binding(bundle, target).ifPresent(findings::add);
            }
        }
        return findings;
    }

    private boolean ofTheOperator(TargetObject target) {
        JsonNode labels = target.content().path("metadata").path("labels");
        return OPERATORS_LABELS.entrySet().stream()
                .anyMatch(label -> labels.path(label.getKey()).asText("").equals(label.getValue())
                        || live.find(target.key())
                                .filter(object -> object.label(label.getKey()).equals(label.getValue()))
                                .isPresent());
    }

    private static String labels() {
        return OPERATORS_LABELS.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** What lives there and stays as it is grants nobody anything, unless the Role behind it becomes another one. */
    private boolean grantedAlready(ManifestBundle bundle, TargetObject target) {
        boolean same = live.find(target.key())
                .filter(object -> grant(object.content()).equals(grant(target.content())))
                .isPresent();
        JsonNode roleRef = target.content().path("roleRef");
        return same
                && bundle.find(new ObjectKey(RBAC, "Role", roleRef.path("name").asText("")))
                        .filter(role -> roleRef.path("kind").asText("").equals("Role"))
                        .map(role -> role.content().path("rules"))
                        .map(rules -> live.find(new ObjectKey(
                                        RBAC, "Role", roleRef.path("name").asText("")))
                                .filter(object -> object.content().path("rules").equals(rules))
                                .isPresent())
                        .orElse(true);
    }

    /** Who gets what, in one form for every way to write it. */
    private List<Object> grant(JsonNode binding) {
        Set<List<String>> subjects = new HashSet<>();
        for (JsonNode subject : binding.path("subjects")) {
            String kind = subject.path("kind").asText("");
            boolean account = kind.equals("ServiceAccount");
            subjects.add(List.of(
                    kind,
                    subject.path("name").asText(""),
                    account ? subject.path("namespace").asText(namespace) : "",
                    account ? "" : subject.path("apiGroup").asText(RBAC)));
        }
        JsonNode role = binding.path("roleRef");
        return List.of(role.path("kind").asText(""), role.path("name").asText(""), subjects);
    }

    private Optional<Finding> binding(ManifestBundle bundle, TargetObject target) {
        JsonNode role = target.content().path("roleRef");
        String kind = role.path("kind").asText("");
        String name = role.path("name").asText("");
        if (!kind.equals("Role")
                || bundle.find(new ObjectKey(RBAC, "Role", name)).isEmpty()) {
            return Optional.of(finding(
                    target,
                    target.key() + " grants " + Excerpt.of(kind + "/" + name)
                            + ", which is no Role of the target manifests.",
                    "Take it out of the manifests, and let who owns the namespace apply it by hand; one that lives as it is"
                            + " in the manifests passes."));
        }
        for (JsonNode subject : target.content().path("subjects")) {
            boolean own = subject.path("kind").asText("").equals("ServiceAccount")
                    && subject.path("apiGroup").asText("").isEmpty()
                    && subject.path("namespace").asText(namespace).equals(namespace);
            if (!own) {
                return Optional.of(finding(
                        target,
                        target.key() + " grants rights to "
                                + Excerpt.of(subject.path("kind").asText("") + "/"
                                        + subject.path("name").asText(""))
                                + ", which is no service account of namespace " + namespace + ".",
                        "Name only service accounts of " + namespace
                                + ", or let who owns the namespace apply the binding by hand; one that lives as it is in"
                                + " the manifests passes."));
            }
        }
        return Optional.empty();
    }

    private static Finding finding(TargetObject target, String message, String remedy) {
        return new Finding(Topic.RIGHTS, Severity.FAILURE, Optional.of(target.key()), message, remedy);
    }
}
