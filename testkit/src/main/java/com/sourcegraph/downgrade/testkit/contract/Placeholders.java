package com.sourcegraph.downgrade.testkit.contract;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names that scenarios use for what differs from run to run: {@code ${ns}}, {@code ${core}}, and what steps saved. */
final class Placeholders {
    private final Map<String, String> values = new LinkedHashMap<>();

    private Placeholders() {}

    static Placeholders of(String namespace) {
        Placeholders result = new Placeholders();
        result.put("ns", namespace);
        result.put("core", "/api/v1/namespaces/" + namespace);
        for (String group : List.of("apps", "batch", "policy", "rbac.authorization.k8s.io", "coordination.k8s.io")) {
            result.put(group.split("\\.")[0], "/apis/" + group + "/v1/namespaces/" + namespace);
        }
        result.put("things", "/apis/contract.downgrade.sourcegraph.com/v1/namespaces/" + namespace + "/things");
        result.put(
                "downgrades",
                "/apis/downgrade.sourcegraph.com/v1alpha1/namespaces/" + namespace + "/sourcegraphdowngrades");
        return result;
    }

    void put(String name, String value) {
        values.put(name, value);
    }

    String fill(String text) {
        String result = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            result = result.replace("${" + value.getKey() + "}", value.getValue())
                    .replace(
                            "${url " + value.getKey() + "}",
                            URLEncoder.encode(value.getValue(), StandardCharsets.UTF_8));
        }
        return result;
    }
}
