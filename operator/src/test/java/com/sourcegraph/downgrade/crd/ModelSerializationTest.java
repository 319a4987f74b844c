package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.DriftCheck;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.Strategy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the client reads and writes for the model: the wire form that the definition describes. */
class ModelSerializationTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final JsonNode SCHEMA = new GeneratedCrd().tree().at("/spec/versions/0/schema/openAPIV3Schema");

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void everyFieldOfTheStatusComesBackAsItWasWritten() {
        SourcegraphDowngrade written = SampleResources.resource("back-to-4-0", "sourcegraph");
        written.setStatus(SampleResources.full());

        SourcegraphDowngrade read = read(SERIALIZATION.asJson(written));

        assertThat(read.getSpec()).isEqualTo(written.getSpec());
        assertThat(read.getStatus()).isEqualTo(written.getStatus());
    }

    @Test
    void theFullStatusHasEveryFieldOfTheSchema() {
        JsonNode status = json.valueToTree(SERIALIZATION.convertValue(SampleResources.full(), ObjectNode.class));

        List<String> missing = new ArrayList<>();
        missing("", SCHEMA.at("/properties/status"), status, missing);

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void phasesAreWrittenAsTheyAreRead(Phase phase) {
        assertThat(roundTrip(phase, Phase.class)).isEqualTo(phase);
        assertThat(enumOf("/properties/status/properties/phase")).contains(wireForm(phase));
    }

    @ParameterizedTest
    @EnumSource
    void stepNamesAreWrittenAsTheyAreShown(StepName step) {
        assertThat(roundTrip(step, StepName.class)).isEqualTo(step);
        assertThat(wireForm(step)).isEqualTo(step.label());
        assertThat(enumOf("/properties/status/properties/currentStep")).contains(step.label());
    }

    @Test
    void whatIsLeftOutOrNullReadsAsItsDefault() {
        SourcegraphDowngradeSpec absent =
                read(SampleResources.smallest("back-to-4-0")).getSpec();
        SourcegraphDowngradeSpec nulls = read("""
                        {"apiVersion": "downgrade.sourcegraph.com/v1alpha1", "kind": "SourcegraphDowngrade",
                         "metadata": {"name": "back-to-4-0"},
                         "spec": {"to": "v4.0.1", "from": null, "strategy": null, "suspend": null, "migrator": null,
                          "quiesce": {"workloads": null}, "deadlines": {}, "recovery": {"retries": null},
                          "manifests": {"configMapRef": {"name": "sourcegraph-v4.0.1", "keys": null}, "secretRef": null}}}
                        """).getSpec();

        assertThat(nulls).isEqualTo(absent);
        assertThat(absent.from()).isNull();
        assertThat(absent.ttlSecondsAfterFinished()).isNull();
        assertThat(absent.strategy()).isEqualTo(Strategy.AUTO);
        assertThat(absent.mode()).isEqualTo(Mode.RUN);
        assertThat(absent.approval()).isEqualTo(Approval.AUTOMATIC);
        assertThat(absent.suspend()).isFalse();
        assertThat(absent.cancel()).isFalse();
        assertThat(absent.migrator().driftCheck()).isEqualTo(DriftCheck.ENFORCE);
        assertThat(absent.quiesce().workloads()).isEmpty();
        assertThat(absent.recovery().retries()).isZero();
        for (StepName step : StepName.values()) {
            assertThat(absent.deadlines().of(step)).as(step.label()).isNotBlank();
        }
    }

    /** An API server fills in the schema's defaults, a test or a dry rendering the model's: they must not differ. */
    @Test
    void theDefaultsOfTheSchemaAreThoseOfTheModel() {
        ObjectNode spec = SERIALIZATION.convertValue(SampleResources.spec(), ObjectNode.class);

        List<String> compared = new ArrayList<>();
        compareDefaults("", SCHEMA.at("/properties/spec"), spec, compared);

        assertThat(compared).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void nothingIsWrittenForWhatIsNotThere() throws IOException {
        SourcegraphDowngrade resource = SampleResources.resource("back-to-4-0", "sourcegraph");
        resource.setStatus(SampleResources.empty());

        JsonNode written = json.readTree(SERIALIZATION.asJson(resource));

        assertThat(written.path("status").isEmpty()).isTrue();
        assertThat(written.at("/spec/from").isMissingNode()).isTrue();
        assertThat(written.at("/spec/manifests/secretRef").isMissingNode()).isTrue();
        assertThat(written.toString()).doesNotContain("null", "[]");
    }

    /** A newer definition may be installed than the operator knows: while the operator is being replaced. */
    @Test
    void unknownFieldsAreIgnoredAtEveryLevel() throws IOException {
        SourcegraphDowngrade written = SampleResources.resource("back-to-4-0", "sourcegraph");
        written.setStatus(SampleResources.full());
        JsonNode tree = json.readTree(SERIALIZATION.asJson(written));
        addUnknown(tree);

        SourcegraphDowngrade read = read(tree.toString());

        assertThat(read.getSpec()).isEqualTo(written.getSpec());
        assertThat(read.getStatus().plan()).isEqualTo(written.getStatus().plan());
        assertThat(read.getStatus().steps()).isEqualTo(written.getStatus().steps());
        assertThat(read.getStatus().migration()).isEqualTo(written.getStatus().migration());
    }

    /** A word that the operator does not know must stop it: to read it as nothing could make a run begin anew. */
    @Test
    void anUnknownWordIsNotReadAsNothing() {
        assertThatThrownBy(() -> read(SampleResources.smallest("back-to-4-0")
                        .replace("\"to\"", "\"strategy\": \"Teleport\", \"to\"")))
                .hasStackTraceContaining("Teleport");
    }

    static List<CorpusCase> accepted() {
        return CorpusCase.valid();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void everyAcceptedResourceCanBeRead(CorpusCase accepted) {
        SourcegraphDowngradeSpec spec = read(accepted.create().toString()).getSpec();

        assertThat(spec.to()).isEqualTo(accepted.create().at("/spec/to").asText());
        assertThat(spec.deadlines().migrate())
                .isEqualTo(accepted.create().at("/spec/deadlines/migrate").asText("4h"));
    }

    private SourcegraphDowngrade read(String text) {
        return SERIALIZATION.unmarshal(text, SourcegraphDowngrade.class);
    }

    private <T> T roundTrip(T value, Class<T> type) {
        return SERIALIZATION.unmarshal(SERIALIZATION.asJson(value), type);
    }

    private String wireForm(Enum<?> value) {
        return SERIALIZATION.asJson(value).replace("\"", "");
    }

    private static List<String> enumOf(String pointer) {
        List<String> words = new ArrayList<>();
        SCHEMA.at(pointer + "/enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static void missing(String path, JsonNode schema, JsonNode value, List<String> missing) {
        schema.path("properties").properties().forEach(entry -> {
            JsonNode member = value.path(entry.getKey());
            if (member.isMissingNode()) {
                missing.add(path + "/" + entry.getKey());
            }
            missing(path + "/" + entry.getKey(), entry.getValue(), member, missing);
        });
        if (schema.has("items")) {
            missing(path + "/0", schema.get("items"), value.path(0), missing);
        }
    }

    private static void compareDefaults(String path, JsonNode schema, JsonNode value, List<String> compared) {
        schema.path("properties").properties().forEach(entry -> {
            String below = path + "/" + entry.getKey();
            JsonNode standard = entry.getValue().get("default");
            if (standard != null) {
                assertThat(value.path(entry.getKey()).asText())
                        .as("spec%s", below)
                        .isEqualTo(standard.asText());
                compared.add(below);
            }
            compareDefaults(below, entry.getValue(), value.path(entry.getKey()), compared);
        });
    }

    private static void addUnknown(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.forEach(ModelSerializationTest::addUnknown);
            object.putObject("unknownToThisOperator").put("answer", 42);
        } else if (node instanceof ArrayNode array) {
            array.forEach(ModelSerializationTest::addUnknown);
        }
    }
}
