package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The committed definition is the one that the model gives, and says what a user and an API server need. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrdTest {

    static final String WRITE_COMMAND =
            "mvn -pl operator -am test -Dtest=CrdTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrd.write=true";

    private final GeneratedCrd generated = new GeneratedCrd();
    private final ObjectNode tree = generated.tree();

    @Test
    void theCommittedFilesFollowFromTheModel() throws IOException {
        String text = generated.text();
        for (Path committed : List.of(GeneratedCrd.FILE, GeneratedCrd.IN_CHART)) {
            Path file = ProjectRoot.resolve(committed);
            if (Boolean.getBoolean("crd.write")) {
                Files.writeString(file, text);
            }

            assertThat(file)
                    .as("The model and the committed definition differ; rewrite it with: %s", WRITE_COMMAND)
                    .hasContent(text);
        }
    }

    @Test
    void theTextIsWhatWasGenerated() throws IOException {
        JsonNode read = new ObjectMapper(new YAMLFactory()).readTree(generated.text());

        assertThat(read.toString()).isEqualTo(tree.toString());
    }

    @Test
    void kubectlGetShowsItsColumnsInTheOrderOfTheDesign() {
        List<String> columns = new ArrayList<>();
        generated
                .tree()
                .at("/spec/versions/0/additionalPrinterColumns")
                .forEach(column -> columns.add(column.get("name").asText().toUpperCase(Locale.ROOT)
                        + (column.path("priority").asInt() > 0 ? " (wide)" : "")));

        assertThat(columns)
                .containsExactly("FROM", "TO", "PHASE", "STEP", "PROGRESS", "AGE", "REASON (wide)", "MESSAGE (wide)");
    }

    @Test
    void kubectlExplainHasAWordForEveryField() {
        List<String> silent = new ArrayList<>();
        visit("", root(), (path, schema) -> {
            if (!path.isEmpty()
                    && !path.equals("/metadata")
                    && !path.endsWith("[]")
                    && schema.path("description").asText().isBlank()) {
                silent.add(path);
            }
        });

        assertThat(root().path("description").asText()).isNotBlank();
        assertThat(silent).as("fields without a description").isEmpty();
    }

    @Test
    void everyListSaysHowServerSideApplyMergesIt() {
        List<String> unsaid = new ArrayList<>();
        visit("", root(), (path, schema) -> {
            if (schema.has("items") && !schema.has("x-kubernetes-list-type")) {
                unsaid.add(path);
            }
        });

        assertThat(unsaid).isEmpty();
        assertThat(root().at("/properties/status/properties/conditions/x-kubernetes-list-map-keys/0")
                        .asText())
                .isEqualTo("type");
    }

    /** An API server estimates what a rule may cost from these limits and refuses the whole definition without them. */
    @Test
    void everyStringAndListOfTheSpecIsBounded() {
        List<String> unbounded = new ArrayList<>();
        visit("/spec", root().at("/properties/spec"), (path, schema) -> {
            boolean text = schema.path("type").asText().equals("string") && !schema.has("enum");
            if (text && !schema.has("maxLength") || schema.has("items") && !schema.has("maxItems")) {
                unbounded.add(path);
            }
        });

        assertThat(unbounded).isEmpty();
    }

    @Test
    void noRuleIsWrittenTwice() {
        visit("", root(), (path, schema) -> {
            List<JsonNode> rules = new ArrayList<>();
            schema.path("x-kubernetes-validations").forEach(rules::add);
            assertThat(rules).as(path).doesNotHaveDuplicates();
        });
    }

    private JsonNode root() {
        return tree.at("/spec/versions/0/schema/openAPIV3Schema");
    }

    private interface Visitor {
        void visit(String path, JsonNode schema);
    }

    private static void visit(String path, JsonNode schema, Visitor visitor) {
        visitor.visit(path, schema);
        schema.path("properties")
                .properties()
                .forEach(entry -> visit(path + "/" + entry.getKey(), entry.getValue(), visitor));
        if (schema.has("items")) {
            visit(path + "[]", schema.get("items"), visitor);
        }
    }
}
