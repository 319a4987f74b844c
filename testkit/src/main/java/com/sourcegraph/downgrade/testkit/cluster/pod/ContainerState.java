package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;

/** The three states of a container, as a pod's status shows them. */
sealed interface ContainerState {
    record Waiting(String reason, String message) implements ContainerState {}

    record Running(String startedAt) implements ContainerState {}

    record Terminated(int exitCode, String reason, String startedAt, String finishedAt) implements ContainerState {}

    static ObjectNode json(ContainerState state) {
        ObjectNode node = Nodes.object();
        if (state instanceof Waiting waiting) {
            ObjectNode inner = node.putObject("waiting").put("reason", waiting.reason());
            if (waiting.message() != null) {
                inner.put("message", waiting.message());
            }
        } else if (state instanceof Running running) {
            node.putObject("running").put("startedAt", running.startedAt());
        } else if (state instanceof Terminated terminated) {
            node.putObject("terminated")
                    .put("exitCode", terminated.exitCode())
                    .put("reason", terminated.reason())
                    .put("startedAt", terminated.startedAt())
                    .put("finishedAt", terminated.finishedAt());
        }
        return node;
    }
}
