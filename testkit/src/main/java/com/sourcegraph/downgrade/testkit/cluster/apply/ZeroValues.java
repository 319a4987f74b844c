package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.List;
import java.util.Map;

/**
 * What an object of a built-in kind has before anybody has set anything: the members that the server's types hold by value
 * and always write. A creator fills them and does not add them, so they do not become its own.
 */
final class ZeroValues {
    private static final List<String> TEMPLATE = List.of(
            "spec", "spec/template", "spec/template/metadata", "spec/template/spec", "spec/template/spec/containers[]");
    private static final Map<String, List<String>> MEMBERS = Map.ofEntries(
            Map.entry("Deployment", with(TEMPLATE, "spec/strategy", "status")),
            Map.entry("StatefulSet", with(TEMPLATE, "spec/updateStrategy", "status")),
            Map.entry("DaemonSet", with(TEMPLATE, "spec/updateStrategy", "status")),
            Map.entry("ReplicaSet", with(TEMPLATE, "status")),
            Map.entry("Job", with(TEMPLATE, "status")),
            Map.entry(
                    "CronJob",
                    List.of(
                            "spec",
                            "spec/jobTemplate",
                            "spec/jobTemplate/metadata",
                            "spec/jobTemplate/spec",
                            "spec/jobTemplate/spec/template",
                            "spec/jobTemplate/spec/template/metadata",
                            "spec/jobTemplate/spec/template/spec",
                            "spec/jobTemplate/spec/template/spec/containers[]",
                            "status")),
            Map.entry("Pod", List.of("spec", "spec/containers[]", "status")),
            Map.entry("Service", List.of("spec", "status", "status/loadBalancer")),
            Map.entry("PersistentVolumeClaim", List.of("spec", "spec/resources", "status")),
            Map.entry("PersistentVolume", List.of("spec", "status")),
            Map.entry("Namespace", List.of("spec", "status")),
            Map.entry("Node", List.of("spec", "status")),
            Map.entry("HorizontalPodAutoscaler", List.of("spec", "spec/scaleTargetRef", "status")),
            Map.entry("PodDisruptionBudget", List.of("spec", "status")),
            Map.entry("Ingress", List.of("spec", "status", "status/loadBalancer")),
            Map.entry("NetworkPolicy", List.of("spec", "spec/podSelector")),
            Map.entry("Role", List.of("rules[]")),
            Map.entry("ClusterRole", List.of("rules[]")),
            Map.entry("RoleBinding", List.of("roleRef")),
            Map.entry("ClusterRoleBinding", List.of("roleRef")),
            Map.entry("Lease", List.of("spec")),
            Map.entry("Event", List.of("involvedObject", "source")),
            Map.entry("CustomResourceDefinition", List.of("spec", "spec/names", "spec/versions[]", "status")));

    private ZeroValues() {}

    private static List<String> with(List<String> some, String... more) {
        List<String> all = new java.util.ArrayList<>(some);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    /** The members that an object like this always has. */
    static ObjectNode like(ObjectNode object) {
        ObjectNode zero = Nodes.object();
        boolean custom = Nodes.text(object, "apiVersion").contains(".")
                && !Nodes.text(object, "apiVersion").contains("k8s.io");
        if (custom) {
            return zero;
        }
        for (String path : MEMBERS.getOrDefault(Nodes.text(object, "kind"), List.of())) {
            ObjectNode here = zero;
            String[] steps = path.split("/");
            for (int i = 0; i < steps.length - 1; i++) {
                here = Nodes.child(here, steps[i]);
            }
            String last = steps[steps.length - 1];
            if (last.endsWith("[]")) {
                here.putArray(last.replace("[]", ""));
            } else {
                Nodes.child(here, last);
            }
        }
        return zero;
    }
}
