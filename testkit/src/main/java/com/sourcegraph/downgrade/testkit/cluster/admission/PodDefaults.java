package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.List;

/** The defaults of a pod's spec, wherever it stands: in a pod or in a template. */
final class PodDefaults {
    void fillIn(ObjectNode spec) {
        Defaults.text(spec, "restartPolicy", "Always");
        Defaults.text(spec, "dnsPolicy", "ClusterFirst");
        Defaults.text(spec, "schedulerName", "default-scheduler");
        Defaults.number(spec, "terminationGracePeriodSeconds", 30);
        Nodes.child(spec, "securityContext");
        String account = Nodes.text(spec, "serviceAccountName");
        String deprecated = Nodes.text(spec, "serviceAccount");
        if (account != null) {
            spec.put("serviceAccount", account);
        } else if (deprecated != null) {
            spec.put("serviceAccountName", deprecated);
        }
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            Nodes.each(spec, list).forEach(container -> container((ObjectNode) container));
        }
        Nodes.each(spec, "volumes").forEach(volume -> volume((ObjectNode) volume));
    }

    /** What a pod gets and its template does not. */
    void fillInPod(ObjectNode spec) {
        if (Nodes.at(spec, "enableServiceLinks") == null) {
            spec.put("enableServiceLinks", true);
        }
        for (String list : List.of("containers", "initContainers")) {
            Nodes.each(spec, list).forEach(container -> requests((ObjectNode) container.get("resources")));
        }
    }

    private static void container(ObjectNode container) {
        Defaults.text(container, "terminationMessagePath", "/dev/termination-log");
        Defaults.text(container, "terminationMessagePolicy", "File");
        Nodes.child(container, "resources");
        String image = String.valueOf(Nodes.text(container, "image"));
        Defaults.text(container, "imagePullPolicy", pullPolicy(image));
        for (JsonNode port : Nodes.each(container, "ports")) {
            Defaults.text((ObjectNode) port, "protocol", "TCP");
        }
        for (JsonNode variable : Nodes.each(container, "env")) {
            if (Nodes.at(variable, "valueFrom", "fieldRef") instanceof ObjectNode reference) {
                Defaults.text(reference, "apiVersion", "v1");
            }
            if (Nodes.at(variable, "valueFrom", "resourceFieldRef") instanceof ObjectNode reference) {
                Defaults.text(reference, "divisor", "0");
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode object) {
                probe(object);
            }
        }
    }

    /** A limit without a request is also the request. */
    private static void requests(ObjectNode resources) {
        if (resources.get("limits") instanceof ObjectNode limits) {
            limits.properties().forEach(limit -> {
                if (Nodes.at(resources, "requests", limit.getKey()) == null) {
                    Nodes.child(resources, "requests").set(limit.getKey(), limit.getValue());
                }
            });
        }
    }

    private static String pullPolicy(String image) {
        if (image.contains("@")) {
            return "IfNotPresent";
        }
        int colon = image.lastIndexOf(':');
        boolean untagged = colon < 0 || colon < image.lastIndexOf('/');
        return untagged || image.endsWith(":latest") ? "Always" : "IfNotPresent";
    }

    private static void probe(ObjectNode probe) {
        Defaults.number(probe, "timeoutSeconds", 1);
        Defaults.number(probe, "periodSeconds", 10);
        Defaults.number(probe, "successThreshold", 1);
        Defaults.number(probe, "failureThreshold", 3);
        if (probe.get("httpGet") instanceof ObjectNode get) {
            Defaults.text(get, "scheme", "HTTP");
            Defaults.text(get, "path", "/");
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.get("configMap") instanceof ObjectNode source) {
            Defaults.number(source, "defaultMode", 420);
        }
        if (volume.get("secret") instanceof ObjectNode source) {
            Defaults.number(source, "defaultMode", 420);
        }
        if (volume.get("downwardAPI") instanceof ObjectNode source) {
            Defaults.number(source, "defaultMode", 420);
        }
        if (volume.get("projected") instanceof ObjectNode source) {
            Defaults.number(source, "defaultMode", 420);
        }
        if (volume.get("hostPath") instanceof ObjectNode source) {
            Defaults.text(source, "type", "");
        }
        if (volume.size() == 1) {
            volume.putObject("emptyDir");
        }
    }
}
