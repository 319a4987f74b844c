package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.ApiResponse;
import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.api.PodLogs;
import com.sourcegraph.downgrade.testkit.cluster.api.StatusException;
import com.sourcegraph.downgrade.testkit.cluster.api.StreamSink;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Serves container logs of the pods that are there. */
final class NodeLogs implements PodLogs {
    private final ClusterApi api;
    private final Map<String, PodRun> runs;

    NodeLogs(ClusterApi api, Map<String, PodRun> runs) {
        this.api = api;
        this.runs = runs;
    }

    @Override
    public ApiResponse read(String namespace, String name, Query query) {
        ResourceType pods = api.catalog().required("", "pods");
        ObjectNode pod = api.store().get(pods, namespace, name);
        if (pod == null) {
            throw StatusException.notFound(pods, name);
        }
        PodRun run = runs.get(Nodes.uid(pod));
        if (run == null) {
            return withoutNode(name, pod, query.container());
        }
        ContainerRun container = container(name, run, pod, query.container());
        if (query.previous() && container.previousLog() == null) {
            throw StatusException.badRequest(
                    "previous terminated container \"" + container.name() + "\" in pod \"" + name + "\" not found");
        }
        if (container.attempt() == 0) {
            ContainerState.Waiting waiting = (ContainerState.Waiting) container.state();
            throw StatusException.badRequest("container \"" + container.name() + "\" in pod \"" + name
                    + "\" is waiting to start: " + waiting.reason());
        }
        ContainerLog log = query.previous() ? container.previousLog() : container.log();
        List<ContainerLog.Line> lines = log.lines();
        int from = first(lines, query);
        if (query.follow() && !query.previous()) {
            return new ApiResponse.Stream("text/plain", sink -> follow(log, from, query, sink));
        }
        StringBuilder text = new StringBuilder();
        lines.subList(from, lines.size()).forEach(line -> text.append(printed(line, query)));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (query.limitBytes() != null && bytes.length > query.limitBytes()) {
            bytes = java.util.Arrays.copyOf(bytes, query.limitBytes().intValue());
        }
        return new ApiResponse.Plain(200, "text/plain", bytes, Map.of());
    }

    /** A pod that no node has yet has no log, and that is no error. */
    private static ApiResponse withoutNode(String name, ObjectNode pod, String container) {
        boolean known = container == null;
        for (JsonNode one : Nodes.each(pod, "spec", "containers")) {
            known |= Nodes.text(one, "name").equals(container);
        }
        if (!known) {
            throw StatusException.badRequest("container " + container + " is not valid for pod " + name);
        }
        return new ApiResponse.Plain(204, "", new byte[0], Map.of());
    }

    private static ContainerRun container(String pod, PodRun run, ObjectNode object, String wanted) {
        List<ContainerRun> all = run.containers();
        if (wanted == null) {
            if (object.get("spec").get("containers").size() > 1) {
                List<String> names = all.stream().map(ContainerRun::name).toList();
                throw StatusException.badRequest("a container name must be specified for pod " + pod
                        + ", choose one of: [" + String.join(" ", names) + "]");
            }
            return all.get(all.size() - 1);
        }
        return all.stream()
                .filter(container -> container.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> StatusException.badRequest("container " + wanted + " is not valid for pod " + pod));
    }

    private static int first(List<ContainerLog.Line> lines, Query query) {
        int from = 0;
        if (query.since() != null) {
            while (from < lines.size() && lines.get(from).time().isBefore(query.since())) {
                from++;
            }
        }
        return query.tailLines() == null ? from : Math.max(from, lines.size() - query.tailLines());
    }

    private static void follow(ContainerLog log, int from, Query query, StreamSink sink) {
        Consumer<ContainerLog.Line> follower =
                line -> sink.send(printed(line, query).getBytes(StandardCharsets.UTF_8));
        sink.onEnd(() -> log.unfollow(follower));
        log.follow(from, follower, sink::end);
    }

    private static String printed(ContainerLog.Line line, Query query) {
        return (query.timestamps() ? line.time() + " " : "") + line.text() + "\n";
    }
}
