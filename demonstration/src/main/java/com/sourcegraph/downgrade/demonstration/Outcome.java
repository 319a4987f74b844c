package com.sourcegraph.downgrade.demonstration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code kubectl get sgdowngrades} and the conditions show at the end. */
final class Outcome {

    private final DemonstrationCluster cluster;
    private final String name;

    Outcome(DemonstrationCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    void print(Screen screen) throws IOException, InterruptedException {
        screen.say("$ kubectl get sgdowngrades -n " + cluster.namespace());
        table().forEach(screen::say);
        screen.say("");
        SourcegraphDowngrade resource = cluster.get(name);
        screen.say("Conditions:");
        for (Condition condition : resource.getStatus().conditions()) {
            screen.say("  %-12s %-6s %-14s %s"
                    .formatted(
                            condition.getType(), condition.getStatus(), condition.getReason(), condition.getMessage()));
        }
        screen.say("Next action: " + resource.getStatus().nextAction());
    }

    /** The server prints the table, as it does for kubectl. */
    private List<String> table() throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(cluster.client().getMasterUrl()
                                        + "apis/downgrade.sourcegraph.com/v1alpha1/namespaces/" + cluster.namespace()
                                        + "/sourcegraphdowngrades"))
                                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                                .header("Authorization", "Bearer system:admin")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode table = new ObjectMapper().readTree(response.body());
        List<List<String>> rows = new ArrayList<>();
        List<Integer> shown = new ArrayList<>();
        List<String> head = new ArrayList<>();
        for (int i = 0; i < table.path("columnDefinitions").size(); i++) {
            JsonNode column = table.path("columnDefinitions").get(i);
            if (column.path("priority").asInt() == 0) {
                shown.add(i);
                head.add(column.path("name").asText().toUpperCase(Locale.ROOT));
            }
        }
        rows.add(head);
        for (JsonNode row : table.path("rows")) {
            rows.add(shown.stream()
                    .map(index -> row.path("cells").path(index))
                    // The server has nothing to show there; kubectl leaves the cell empty.
                    .map(cell -> cell.isNull() ? "" : cell.asText())
                    .toList());
        }
        return aligned(rows);
    }

    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(other -> other.get(column).length())
                        .max()
                        .orElse(0);
                line.append(("%-" + (width + 3) + "s").formatted(row.get(i)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
