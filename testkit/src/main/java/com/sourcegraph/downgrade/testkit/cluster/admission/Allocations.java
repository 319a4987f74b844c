package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server gives out: cluster addresses and node ports of Services, the initial status, the selector of a Job. */
public final class Allocations {
    private final AtomicInteger address = new AtomicInteger(10);
    private final AtomicInteger port = new AtomicInteger(30000);

    /** Completes an object that is about to be created; {@code metadata.uid} is set already. */
    public void create(String kind, ObjectNode object) {
        switch (kind) {
            case "Service" -> service(Nodes.child(object, "spec"), null);
            case "Job" -> job(object);
            case "Namespace" -> Nodes.child(object, "status").put("phase", "Active");
            case "PersistentVolumeClaim", "PersistentVolume" ->
                Nodes.child(object, "status").put("phase", "Pending");
            case "Pod" -> {
                ObjectNode status = Nodes.child(object, "status");
                status.put("phase", "Pending").put("qosClass", qosClass(object));
            }
            default -> {
                // Nothing is given out for this kind.
            }
        }
        if (kind.equals("Service")) {
            Nodes.child(Nodes.child(object, "status"), "loadBalancer");
        }
    }

    /** Carries over what an update leaves out and the server had given out. Not of a Job: whose selector is left out is refused. */
    public void update(String kind, ObjectNode object, ObjectNode old) {
        JsonNode before = Nodes.at(old, "spec");
        if (kind.equals("Service")) {
            service(Nodes.child(object, "spec"), before);
        }
    }

    private void service(ObjectNode spec, JsonNode before) {
        if ("ExternalName".equals(Nodes.text(spec, "type"))) {
            return;
        }
        for (String field : new String[] {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
            if (Nodes.at(spec, field) == null && Nodes.at(before, field) != null) {
                spec.set(field, before.get(field));
            }
        }
        if (Nodes.text(spec, "clusterIP") == null
                || spec.get("clusterIP").asText().isEmpty()) {
            int next = address.getAndIncrement();
            spec.put("clusterIP", "10.96." + next / 256 + "." + next % 256);
        }
        if (Nodes.at(spec, "clusterIPs") == null) {
            spec.putArray("clusterIPs").add(spec.get("clusterIP").asText());
        }
        if (Nodes.at(spec, "ipFamilies") == null) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        Defaults.text(spec, "ipFamilyPolicy", "SingleStack");
        String type = String.valueOf(Nodes.text(spec, "type"));
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            for (JsonNode one : Nodes.each(spec, "ports")) {
                if (Nodes.at(one, "nodePort") == null) {
                    JsonNode earlier = nodePort(before, one);
                    if (earlier == null) {
                        ((ObjectNode) one).put("nodePort", port.getAndIncrement());
                    } else {
                        ((ObjectNode) one).set("nodePort", earlier);
                    }
                }
            }
        }
    }

    private static JsonNode nodePort(JsonNode before, JsonNode port) {
        for (JsonNode one : Nodes.each(before, "ports")) {
            if (one.get("port").equals(port.get("port"))) {
                return Nodes.at(one, "nodePort");
            }
        }
        return null;
    }

    private static void job(ObjectNode job) {
        ObjectNode spec = Nodes.child(job, "spec");
        if (Nodes.flag(spec, "manualSelector")) {
            return;
        }
        ObjectNode labels = Nodes.child(Nodes.child(Nodes.child(spec, "template"), "metadata"), "labels");
        String uid = Nodes.uid(job);
        if (!spec.has("manualSelector")) {
            spec.put("manualSelector", false);
        }
        labels.put("batch.kubernetes.io/controller-uid", uid)
                .put("batch.kubernetes.io/job-name", Nodes.name(job))
                .put("controller-uid", uid)
                .put("job-name", Nodes.name(job));
        Nodes.child(Nodes.child(spec, "selector"), "matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        ObjectNode metadata = Nodes.metadata(job);
        if (Nodes.strings(metadata, "labels").isEmpty()) {
            // A Job without labels gets those of its pods.
            metadata.set("labels", labels.deepCopy());
        }
    }

    private static String qosClass(ObjectNode pod) {
        boolean any = false;
        boolean guaranteed = true;
        for (JsonNode container : Nodes.each(pod, "spec", "containers")) {
            JsonNode limits = Nodes.at(container, "resources", "limits");
            JsonNode requests = Nodes.at(container, "resources", "requests");
            any |= limits != null && !limits.isEmpty() || requests != null && !requests.isEmpty();
            guaranteed &= limits != null && limits.has("cpu") && limits.has("memory") && limits.equals(requests);
        }
        return any ? guaranteed ? "Guaranteed" : "Burstable" : "BestEffort";
    }
}
