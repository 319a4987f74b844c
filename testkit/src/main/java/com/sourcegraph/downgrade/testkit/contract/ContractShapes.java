package com.sourcegraph.downgrade.testkit.contract;

import com.sourcegraph.downgrade.testkit.cluster.api.ApiRequest;
import com.sourcegraph.downgrade.testkit.cluster.api.RequestShape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The shapes of all requests of the contract: what the in-memory API is known to answer as a real one does. */
public final class ContractShapes {
    private ContractShapes() {}

    /**
     * The shapes, sorted.
     *
     * @param scenarios the folder of the scenarios
     */
    public static TreeSet<String> of(Path scenarios) {
        TreeSet<String> shapes = new TreeSet<>();
        for (Scenario scenario : Scenario.all(scenarios)) {
            for (ScenarioStep step : scenario.steps()) {
                // What the in-memory API lacks is no part of what may be relied on.
                if (!step.reads() && step.missing().isEmpty()) {
                    shapes.add(RequestShape.of(request(step)));
                }
            }
        }
        return shapes;
    }

    private static ApiRequest request(ScenarioStep step) {
        Map<String, String> headers = new LinkedHashMap<>();
        step.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        headers.put("content-type", step.type());
        String path = Placeholders.of("ns").fill(step.path());
        byte[] body = step.body()
                .map(node -> Placeholders.of("ns").fill(node.isTextual() ? node.textValue() : node.toString()))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElse(new byte[0]);
        return new ApiRequest(
                step.opens() ? "GET" : step.method(),
                path,
                headers,
                body,
                step.method().equals("WEBSOCKET"));
    }
}
