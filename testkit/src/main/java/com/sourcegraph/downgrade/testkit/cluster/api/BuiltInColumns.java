package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** The columns of the built-in kinds that people look at during a downgrade; the others have name and age. */
final class BuiltInColumns {
    private final Clock clock;

    BuiltInColumns(Clock clock) {
        this.clock = clock;
    }

    List<TablePrinter.Column> of(String kind) {
        TablePrinter.Column name = text("Name", path(".metadata.name"));
        return switch (kind) {
            case "Pod" ->
                List.of(
                        name,
                        text("Ready", BuiltInColumns::readyContainers),
                        text("Status", BuiltInColumns::podStatus),
                        text("Restarts", pod -> TextNode.valueOf(Integer.toString(restarts(pod)))),
                        age());
            case "Deployment" ->
                List.of(
                        name,
                        text("Ready", object -> ready(object, "readyReplicas")),
                        number("Up-to-date", ".status.updatedReplicas"),
                        number("Available", ".status.availableReplicas"),
                        age());
            case "StatefulSet" -> List.of(name, text("Ready", object -> ready(object, "readyReplicas")), age());
            case "ReplicaSet" ->
                List.of(
                        name,
                        number("Desired", ".spec.replicas"),
                        number("Current", ".status.replicas"),
                        number("Ready", ".status.readyReplicas"),
                        age());
            case "DaemonSet" ->
                List.of(
                        name,
                        number("Desired", ".status.desiredNumberScheduled"),
                        number("Current", ".status.currentNumberScheduled"),
                        number("Ready", ".status.numberReady"),
                        age());
            case "Job" ->
                List.of(
                        name,
                        text("Status", BuiltInColumns::jobStatus),
                        text(
                                "Completions",
                                object -> TextNode.valueOf(Nodes.count(object, 0, "status", "succeeded") + "/"
                                        + Nodes.count(object, 1, "spec", "completions"))),
                        text("Duration", this::duration),
                        age());
            case "Service" ->
                List.of(name, text("Type", path(".spec.type")), text("Cluster-IP", path(".spec.clusterIP")), age());
            case "PersistentVolumeClaim" ->
                List.of(
                        name,
                        text("Status", path(".status.phase")),
                        text("Volume", path(".spec.volumeName")),
                        text("Capacity", path(".status.capacity.storage")),
                        age());
            case "Namespace" -> List.of(name, text("Status", path(".status.phase")), age());
            case "Event" ->
                List.of(
                        text("Last Seen", event -> Ages.of(lastSeen(event), clock.instant())),
                        text("Type", path(".type")),
                        text("Reason", path(".reason")),
                        text(
                                "Object",
                                event -> TextNode.valueOf(String.valueOf(Nodes.text(event, "involvedObject", "kind"))
                                                .toLowerCase(java.util.Locale.ROOT)
                                        + "/" + Nodes.text(event, "involvedObject", "name"))),
                        text("Message", path(".message")));
            case "ConfigMap", "Secret" ->
                List.of(
                        name,
                        new TablePrinter.Column(
                                "Data",
                                "string",
                                0,
                                object -> TextNode.valueOf(
                                        Integer.toString(object.path("data").size()
                                                + object.path("binaryData").size()))),
                        age());
            default -> List.of(name, new TablePrinter.Column("Age", "string", 0, this::createdAge));
        };
    }

    TablePrinter.Column age() {
        return text("Age", this::createdAge);
    }

    private JsonNode createdAge(JsonNode object) {
        return Ages.of(Nodes.at(object, "metadata", "creationTimestamp"), clock.instant());
    }

    private static TablePrinter.Column text(String name, Function<JsonNode, JsonNode> cell) {
        return new TablePrinter.Column(name, "string", 0, cell);
    }

    private static TablePrinter.Column number(String name, String path) {
        JsonPath jsonPath = new JsonPath(path);
        return new TablePrinter.Column(name, "integer", 0, object -> {
            JsonNode value = jsonPath.first(object);
            return value == null ? com.fasterxml.jackson.databind.node.IntNode.valueOf(0) : value;
        });
    }

    static Function<JsonNode, JsonNode> path(String path) {
        JsonPath jsonPath = new JsonPath(path);
        return object -> {
            JsonNode value = jsonPath.first(object);
            return value == null ? NullNode.getInstance() : value;
        };
    }

    private static JsonNode ready(JsonNode workload, String field) {
        return TextNode.valueOf(
                Nodes.count(workload, 0, "status", field) + "/" + Nodes.count(workload, 1, "spec", "replicas"));
    }

    private static JsonNode readyContainers(JsonNode pod) {
        int all = 0;
        int ready = 0;
        for (JsonNode status : Nodes.each(pod, "status", "containerStatuses")) {
            all++;
            ready += Nodes.flag(status, "ready") ? 1 : 0;
        }
        return TextNode.valueOf(
                ready + "/" + Math.max(all, pod.path("spec").path("containers").size()));
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode status : Nodes.each(pod, "status", "containerStatuses")) {
            restarts += Nodes.count(status, 0, "restartCount");
        }
        return restarts;
    }

    private static JsonNode podStatus(JsonNode pod) {
        if (Nodes.text(pod, "metadata", "deletionTimestamp") != null) {
            return TextNode.valueOf("Terminating");
        }
        String text = Nodes.text(pod, "status", "phase");
        for (JsonNode status : Nodes.each(pod, "status", "containerStatuses")) {
            for (String state : List.of("waiting", "terminated")) {
                String reason = Nodes.text(status, "state", state, "reason");
                text = reason == null ? text : reason;
            }
        }
        return TextNode.valueOf(String.valueOf(text));
    }

    private static JsonNode jobStatus(JsonNode job) {
        for (JsonNode condition : Nodes.each(job, "status", "conditions")) {
            if ("True".equals(Nodes.text(condition, "status"))) {
                return condition.get("type");
            }
        }
        return TextNode.valueOf("Running");
    }

    private JsonNode duration(JsonNode job) {
        JsonNode started = Nodes.at(job, "status", "startTime");
        if (started == null) {
            return TextNode.valueOf("");
        }
        String completed = Nodes.text(job, "status", "completionTime");
        return Ages.of(started, completed == null ? clock.instant() : java.time.Instant.parse(completed));
    }

    private static JsonNode lastSeen(JsonNode event) {
        for (String field : List.of("lastTimestamp", "eventTime", "firstTimestamp")) {
            JsonNode time = Nodes.at(event, field);
            if (time != null) {
                return time;
            }
        }
        return Nodes.at(event, "metadata", "creationTimestamp");
    }
}
