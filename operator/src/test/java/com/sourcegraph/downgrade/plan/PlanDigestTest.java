package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.ObjectCounts;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a person approves: everything that would be done, and nothing that changes by itself. */
class PlanDigestTest {
    /** When it was made, what it is called, what only the dry run adds, and remarks. */
    private static final Set<String> NOT_DIGESTED = Set.of("digest", "resolvedAt", "hops", "warnings");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PlanDigest digest = new PlanDigest();

    private final PlanStatus plan = new PlanStatus(
            null,
            "2026-01-01T10:00:00Z",
            "4.5.1",
            "4.0.1",
            Strategy.MIGRATOR,
            "5 minors lie between",
            "Kustomize",
            "index.docker.io/sourcegraph/migrator:4.5.1",
            List.of("4.4"),
            List.of(19, 20),
            "sha256:" + "a".repeat(64),
            new ObjectCounts(1, 2, 3, 4, 5, 6),
            List.of("Deployment/embeddings"),
            List.of("Deployment/sourcegraph-frontend"),
            List.of("Down migrations drop tables"),
            List.of("a remark"));

    @Test
    void theSamePlanHasTheSameDigestInEveryBuild() {
        assertThat(digest.sign(plan).digest())
                .isEqualTo(digest.sign(plan).digest())
                .isEqualTo(new PlanDigest().sign(digest.sign(plan)).digest())
                .matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void theOrderOfFieldsDoesNotMatter() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("b", 1);
        one.put("a", new TreeMap<>(Map.of("d", 2, "c", 3)));
        Map<String, Object> other = new LinkedHashMap<>();
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("d", 2);
        inner.put("c", 3);
        other.put("a", inner);
        other.put("b", 1);

        assertThat(digest.digest(one)).isEqualTo(digest.digest(other));
    }

    @Test
    void everyFieldThatSaysWhatIsDoneChangesItAndNoOther() throws Exception {
        String before = digest.sign(plan).digest();
        ObjectNode json = JSON.valueToTree(digest.sign(plan));
        List<String> fields = new ArrayList<>();
        json.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .as("every component has a value here")
                .hasSize(PlanStatus.class.getRecordComponents().length);

        for (String field : fields) {
            ObjectNode changed = json.deepCopy();
            changed.set(field, other(field, json.get(field)));
            String after =
                    digest.sign(JSON.treeToValue(changed, PlanStatus.class)).digest();

            assertThat(!after.equals(before))
                    .as("%s is part of what is approved", field)
                    .isEqualTo(!NOT_DIGESTED.contains(field));
        }
    }

    @Test
    void withoutItsDigestAPlanIsNotActedOn() {
        PlanStatus unsigned = PlanDigest.unsigned(digest.sign(plan));

        assertThat(unsigned).isEqualTo(plan);
        assertThat(PlanDigest.withHops(digest.sign(plan), List.of("4.3")).digest())
                .isEqualTo(digest.sign(plan).digest());
    }

    private static JsonNode other(String field, JsonNode value) {
        if (field.equals("strategy")) {
            return JSON.getNodeFactory().textNode("Manifests");
        }
        if (value.isArray()) {
            return JSON.createArrayNode()
                    .add(
                            value.get(0).isInt()
                                    ? JSON.getNodeFactory().numberNode(7)
                                    : JSON.getNodeFactory().textNode("another"));
        }
        if (value.isObject()) {
            return ((ObjectNode) value.deepCopy()).put("create", 99);
        }
        return JSON.getNodeFactory().textNode(field.equals("resolvedAt") ? "2026-01-02T10:00:00Z" : "another");
    }
}
