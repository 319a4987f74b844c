package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed definition accepts and refuses as the corpus says, with the messages that a user reads. */
class CorpusTest {

    private static final CustomResourceAdmission ADMISSION = CustomResourceAdmission.ofYaml(committedDefinition());

    static List<CorpusCase> valid() {
        return CorpusCase.valid();
    }

    static List<CorpusCase> invalid() {
        return CorpusCase.invalid();
    }

    @ParameterizedTest
    @MethodSource
    void valid(CorpusCase accepted) {
        assertThat(ADMISSION.refusal(accepted.create(), null)).isEmpty();
        accepted.update().ifPresent(update -> assertThat(ADMISSION.refusal(update, stored(accepted.create())))
                .isEmpty());
    }

    @ParameterizedTest
    @MethodSource
    void invalid(CorpusCase refused) {
        Optional<String> message = ADMISSION.refusal(refused.create(), null);
        if (refused.update().isPresent()) {
            assertThat(message).as("the creation").isEmpty();
            message = ADMISSION.refusal(refused.update().get(), stored(refused.create()));
        }

        assertThat(message).as(refused.name()).isPresent();
        refused.assertRefusedAsWritten(message.get());
    }

    @Test
    void everyRuleIsBrokenBySomeResource() {
        List<String> said =
                invalid().stream().flatMap(each -> each.refusals().stream()).toList();

        List<String> unbroken = new ArrayList<>();
        collectRules("", ADMISSION.schema(), (path, rule) -> {
            String message = rule.get("message").asText();
            if (said.stream().noneMatch(line -> line.startsWith(path) && line.endsWith(message))) {
                unbroken.add(path + ": " + message);
            }
        });

        assertThat(unbroken).as("rules that no resource of the corpus breaks").isEmpty();
    }

    @Test
    void everyFieldOfTheSpecIsInAnAcceptedResource() {
        List<ObjectNode> accepted = valid().stream().map(CorpusCase::create).toList();

        List<String> unused = new ArrayList<>();
        collectFields("/spec", ADMISSION.schema().at("/properties/spec"), field -> {
            if (accepted.stream().noneMatch(resource -> holds(resource, field))) {
                unused.add(field);
            }
        });

        assertThat(unused).isEmpty();
    }

    @Test
    void theCorpusIsLargeEnoughToBeTrusted() {
        assertThat(invalid()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(invalid())
                .allSatisfy(each -> assertThat(each.refusals()).as(each.name()).isNotEmpty());
        assertThat(valid()).hasSizeGreaterThanOrEqualTo(15);
        assertThat(valid())
                .allSatisfy(each -> assertThat(each.refusals()).as(each.name()).isEmpty());
    }

    private static ObjectNode stored(ObjectNode created) {
        ObjectNode stored = created.deepCopy();
        ADMISSION.prepare(stored);
        return stored;
    }

    private static String committedDefinition() {
        try {
            return Files.readString(ProjectRoot.resolve(GeneratedCrd.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface RuleVisitor {
        void visit(String path, JsonNode rule);
    }

    /** Paths of list members end before their index. */
    private static void collectRules(String path, JsonNode schema, RuleVisitor visitor) {
        schema.path("x-kubernetes-validations").forEach(rule -> {
            String place = path + rule.path("fieldPath").asText();
            visitor.visit(place.startsWith(".") ? place.substring(1) : place, rule);
        });
        schema.path("properties")
                .properties()
                .forEach(entry -> collectRules(path + "." + entry.getKey(), entry.getValue(), visitor));
        if (schema.has("items")) {
            collectRules(path + "[0]", schema.get("items"), visitor);
        }
    }

    private static void collectFields(String path, JsonNode schema, Consumer<String> visitor) {
        schema.path("properties").properties().forEach(entry -> {
            visitor.accept(path + "/" + entry.getKey());
            collectFields(path + "/" + entry.getKey(), entry.getValue(), visitor);
        });
        if (schema.has("items")) {
            collectFields(path + "/0", schema.get("items"), visitor);
        }
    }

    private static boolean holds(JsonNode resource, String path) {
        return !resource.at(path).isMissingNode();
    }
}
