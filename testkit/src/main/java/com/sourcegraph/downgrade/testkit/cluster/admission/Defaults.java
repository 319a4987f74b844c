package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;

/** The defaults that the API server writes into built-in kinds, as far as the kinds here have them. */
public final class Defaults {
    private final PodDefaults pods = new PodDefaults();

    /** Fills in what is missing, in place. */
    public void fillIn(String kind, ObjectNode object) {
        switch (kind) {
            case "Pod" -> {
                pods.fillIn(Nodes.child(object, "spec"));
                pods.fillInPod(Nodes.child(object, "spec"));
            }
            case "Deployment" -> deployment(Nodes.child(object, "spec"));
            case "ReplicaSet" -> {
                number(Nodes.child(object, "spec"), "replicas", 1);
                template(Nodes.child(object, "spec"));
            }
            case "StatefulSet" -> statefulSet(Nodes.child(object, "spec"));
            case "DaemonSet" -> daemonSet(Nodes.child(object, "spec"));
            case "Job" -> job(Nodes.child(object, "spec"));
            case "CronJob" -> cronJob(Nodes.child(object, "spec"));
            case "Service" -> service(Nodes.child(object, "spec"));
            case "PersistentVolumeClaim" -> text(Nodes.child(object, "spec"), "volumeMode", "Filesystem");
            case "StorageClass" -> {
                text(object, "reclaimPolicy", "Delete");
                text(object, "volumeBindingMode", "Immediate");
            }
            case "Secret" -> secret(object);
            case "HorizontalPodAutoscaler" -> autoscaler(Nodes.child(object, "spec"));
            case "NetworkPolicy" -> networkPolicy(Nodes.child(object, "spec"));
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            case "Namespace" -> namespace(object);
            case "Ingress" -> ingress(object);
            default -> {
                // This kind has no defaults.
            }
        }
    }

    private void deployment(ObjectNode spec) {
        number(spec, "replicas", 1);
        number(spec, "revisionHistoryLimit", 10);
        number(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Nodes.child(spec, "strategy");
        text(strategy, "type", "RollingUpdate");
        if (strategy.get("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Nodes.child(strategy, "rollingUpdate");
            text(rolling, "maxUnavailable", "25%");
            text(rolling, "maxSurge", "25%");
        }
        template(spec);
    }

    private void statefulSet(ObjectNode spec) {
        number(spec, "replicas", 1);
        number(spec, "revisionHistoryLimit", 10);
        text(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = Nodes.child(spec, "updateStrategy");
        text(strategy, "type", "RollingUpdate");
        if (strategy.get("type").asText().equals("RollingUpdate")) {
            number(Nodes.child(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Nodes.child(spec, "persistentVolumeClaimRetentionPolicy");
        text(retention, "whenDeleted", "Retain");
        text(retention, "whenScaled", "Retain");
        template(spec);
        for (JsonNode claim : Nodes.each(spec, "volumeClaimTemplates")) {
            ObjectNode object = (ObjectNode) claim;
            text(object, "apiVersion", "v1");
            text(object, "kind", "PersistentVolumeClaim");
            text(Nodes.child(object, "spec"), "volumeMode", "Filesystem");
            text(Nodes.child(object, "status"), "phase", "Pending");
        }
    }

    private void daemonSet(ObjectNode spec) {
        number(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Nodes.child(spec, "updateStrategy");
        text(strategy, "type", "RollingUpdate");
        if (strategy.get("type").asText().equals("RollingUpdate")) {
            number(Nodes.child(strategy, "rollingUpdate"), "maxSurge", 0);
            number(Nodes.child(strategy, "rollingUpdate"), "maxUnavailable", 1);
        }
        template(spec);
    }

    private void job(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        number(spec, "parallelism", 1);
        number(spec, "backoffLimit", 6);
        text(spec, "completionMode", "NonIndexed");
        text(spec, "podReplacementPolicy", "TerminatingOrFailed");
        flag(spec, "suspend", false);
        template(spec);
    }

    private void cronJob(ObjectNode spec) {
        text(spec, "concurrencyPolicy", "Allow");
        flag(spec, "suspend", false);
        number(spec, "successfulJobsHistoryLimit", 3);
        number(spec, "failedJobsHistoryLimit", 1);
        Nodes.child(Nodes.child(spec, "jobTemplate"), "metadata");
        template(Nodes.child(Nodes.child(spec, "jobTemplate"), "spec"));
    }

    private void template(ObjectNode spec) {
        ObjectNode template = Nodes.child(spec, "template");
        Nodes.child(template, "metadata");
        pods.fillIn(Nodes.child(template, "spec"));
    }

    private static void service(ObjectNode spec) {
        text(spec, "type", "ClusterIP");
        text(spec, "sessionAffinity", "None");
        if (spec.get("type").asText().equals("ExternalName")) {
            return;
        }
        text(spec, "internalTrafficPolicy", "Cluster");
        String type = spec.get("type").asText();
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            text(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer")) {
            flag(spec, "allocateLoadBalancerNodePorts", true);
        }
        for (JsonNode port : Nodes.each(spec, "ports")) {
            ObjectNode object = (ObjectNode) port;
            text(object, "protocol", "TCP");
            if (!object.has("targetPort")) {
                object.set("targetPort", object.get("port"));
            }
        }
    }

    private static void secret(ObjectNode secret) {
        text(secret, "type", "Opaque");
        if (secret.remove("stringData") instanceof ObjectNode plain) {
            ObjectNode data = Nodes.child(secret, "data");
            plain.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            java.util.Base64.getEncoder()
                                    .encodeToString(entry.getValue()
                                            .asText()
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        }
    }

    private static void binding(ObjectNode binding) {
        text(Nodes.child(binding, "roleRef"), "apiGroup", "rbac.authorization.k8s.io");
        for (JsonNode subject : Nodes.each(binding, "subjects")) {
            if (!"ServiceAccount".equals(Nodes.text(subject, "kind"))) {
                text((ObjectNode) subject, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }

    private static void namespace(ObjectNode namespace) {
        ObjectNode labels = Nodes.child(Nodes.metadata(namespace), "labels");
        labels.put("kubernetes.io/metadata.name", Nodes.name(namespace));
        ObjectNode spec = Nodes.child(namespace, "spec");
        boolean going = Nodes.text(namespace, "metadata", "deletionTimestamp") != null;
        if (!spec.has("finalizers") && !going) {
            spec.putArray("finalizers").add("kubernetes");
        }
    }

    private static void autoscaler(ObjectNode spec) {
        number(spec, "minReplicas", 1);
        if (Nodes.at(spec, "metrics") == null) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", 80);
        }
    }

    private static void networkPolicy(ObjectNode spec) {
        if (Nodes.at(spec, "policyTypes") == null) {
            var types = spec.putArray("policyTypes").add("Ingress");
            if (Nodes.at(spec, "egress") != null) {
                types.add("Egress");
            }
        }
    }

    private static void ingress(ObjectNode ingress) {
        for (JsonNode rule : Nodes.each(ingress, "spec", "rules")) {
            for (JsonNode path : Nodes.each(rule, "http", "paths")) {
                text((ObjectNode) path, "pathType", "ImplementationSpecific");
            }
        }
    }

    static void text(ObjectNode object, String member, String value) {
        if (Nodes.at(object, member) == null) {
            object.put(member, value);
        }
    }

    static void number(ObjectNode object, String member, int value) {
        if (Nodes.at(object, member) == null) {
            object.put(member, value);
        }
    }

    private static void flag(ObjectNode object, String member, boolean value) {
        if (Nodes.at(object, member) == null) {
            object.put(member, value);
        }
    }
}
