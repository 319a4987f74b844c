package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Admissions that have been compiled already. Compiling the rules of a definition takes far longer than starting a
 * cluster, and what comes out depends on the definition's text alone; so it is shared by all clusters of the process.
 */
public final class CompiledDefinitions {
    private static final int MOST = 32;
    private static final Map<Text, CustomResourceAdmission> COMPILED = new LinkedHashMap<>();

    private record Text(String group, String kind, String versions, String version) {}

    private CompiledDefinitions() {}

    /**
     * The admission of one version of a definition.
     *
     * @throws IllegalArgumentException where a rule does not compile
     */
    public static CustomResourceAdmission of(JsonNode definition, String version) {
        Text text = new Text(
                Nodes.text(definition, "spec", "group"),
                Nodes.text(definition, "spec", "names", "kind"),
                String.valueOf(Nodes.at(definition, "spec", "versions")),
                version);
        synchronized (COMPILED) {
            CustomResourceAdmission known = COMPILED.get(text);
            if (known == null) {
                known = new CustomResourceAdmission(definition, version);
                if (COMPILED.size() >= MOST) {
                    COMPILED.remove(COMPILED.keySet().iterator().next());
                }
                COMPILED.put(text, known);
            }
            return known;
        }
    }
}
