package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom resources are judged by their definition, with the words of a real API server. */
class CustomResourcesTest {
    private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";

    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder()
                .controllers()
                .customResourceDefinition(Objects.WIDGETS)
                .start();
        api = new Api(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static ObjectNode widget(String spec) {
        return Objects.yaml("{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: " + spec + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | spec.size: Required value",
                "{size: big} | spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"",
                "{size: 0} | spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
                "{size: 101} | spec.size: Invalid value: 101: spec.size in body should be less than or equal to 100",
                "{size: 1, colour: blue} | spec.colour: Unsupported value: \"blue\": supported values: \"red\", \"green\"",
                "{size: 1, name: abcdefghijk} | spec.name: Too long: may not be more than 10 bytes",
                "{size: 1, name: a1} | spec.name: Invalid value: \"string\": no digits in a1",
                "{size: 1, until: soon} | spec.until: Invalid value: \"soon\": spec.until in body must be of type date-time",
                "{size: 50, until: '2030-01-01T00:00:00Z'} | spec: Invalid value: \"object\": a widget with an end is small",
                "{size: 1, parts: [{id: a}, {id: a}]} | spec.parts[1]: Duplicate value: {\"id\":\"a\"}",
            })
    void whatTheDefinitionForbidsIsRefused(String spec, String message) {
        Api.Answer answer = api.post(WIDGETS, widget(spec));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message())
                .startsWith("Widget.example.com \"w\" is invalid: ")
                .contains(message);
        assertThat(CustomResourceAdmission.ofYaml(Objects.WIDGETS).refusal(widget(spec), null))
                .contains(answer.message());
    }

    @Test
    void defaultsAreFilledInAndUnknownFieldsDropped() {
        ObjectNode created = api.post(WIDGETS, widget("{size: 1, weight: 3}")).body();

        assertThat(created.get("spec").toString()).isEqualTo("{\"size\":1,\"colour\":\"red\"}");
        assertThat(api.post(WIDGETS + "?fieldValidation=Strict", widget("{size: 1, weight: 3}"))
                        .message())
                .isEqualTo(
                        "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field"
                                + " \"spec.weight\"");
    }

    @Test
    void transitionRulesCompareWithWhatIsStored() {
        api.post(WIDGETS, widget("{size: 1, name: a}"));

        assertThat(api.mergePatch(WIDGETS + "/w", Objects.yaml("spec: {name: b}"))
                        .message())
                .isEqualTo("Widget.example.com \"w\" is invalid: spec.name: Invalid value: \"string\": name cannot be"
                        + " changed");
        assertThat(api.mergePatch(WIDGETS + "/w", Objects.yaml("spec: {name: null}"))
                        .message())
                .isEqualTo("Widget.example.com \"w\" is invalid: spec.name: Invalid value: \"object\": a name stays");
        assertThat(api.mergePatch(WIDGETS + "/w", Objects.yaml("spec: {size: 2}"))
                        .code())
                .isEqualTo(200);
    }

    @Test
    void statusAndSpecAreWrittenApart() {
        api.post(WIDGETS, widget("{size: 1}"));
        ObjectNode status = api.mergePatch(
                        WIDGETS + "/w/status", Objects.yaml("{spec: {size: 9}, status: {phase: Running}}"))
                .body();
        assertThat(status.at("/spec/size").asInt()).isEqualTo(1);
        assertThat(status.at("/status/phase").asText()).isEqualTo("Running");

        ObjectNode spec = api.mergePatch(WIDGETS + "/w", Objects.yaml("{spec: {size: 9}, status: {phase: Lost}}"))
                .body();
        assertThat(spec.at("/status/phase").asText()).isEqualTo("Running");
        assertThat(spec.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void anUpdateHasToNameTheVersionItIsMadeFrom() {
        api.post(WIDGETS, widget("{size: 1}"));

        assertThat(api.put(WIDGETS + "/w", widget("{size: 2}")).message())
                .isEqualTo("widgets.example.com \"w\" is invalid: metadata.resourceVersion: Invalid value: 0: must be"
                        + " specified for an update");
    }

    @Test
    void aDefinitionWhoseRuleNamesAnUnknownFieldIsRefused() {
        ObjectNode definition = Objects.yaml(Objects.WIDGETS
                .replace("widgets", "gadgets")
                .replace("Widget", "Gadget")
                .replace("self.size < 10", "self.sise < 10"));

        Api.Answer answer = api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("compilation failed").contains("undefined field 'sise'");
        assertThatThrownBy(() -> CustomResourceAdmission.ofYaml(Objects.WIDGETS.replace("self.size < 10", "self.size")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTableHasTheColumnsOfTheDefinition() {
        api.post(WIDGETS, widget("{size: 7}"));
        api.mergePatch(WIDGETS + "/w/status", Objects.yaml("status: {conditions: [{type: Ready, status: 'True'}]}"));

        ObjectNode table = api.send(
                        "GET",
                        WIDGETS,
                        "application/json",
                        null,
                        "Accept",
                        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .body();

        assertThat(table.get("kind").asText()).isEqualTo("Table");
        assertThat(table.at("/rows/0/cells").toString()).isEqualTo("[\"w\",7,\"True\"]");
        assertThat(table.at("/columnDefinitions/1/name").asText()).isEqualTo("Size");
    }

    @Test
    void discoveryTellsOfTheResourceAndForgetsItWithItsDefinition() {
        ObjectNode resources = api.get("/apis/example.com/v1").body();
        assertThat(resources.at("/resources/0/shortNames/0").asText()).isEqualTo("wd");
        assertThat(api.get("/openapi/v3/apis/example.com/v1").body().toString()).contains("fieldValidation");
        ObjectNode definition = api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com")
                .body();
        assertThat(Nodes.each(definition, "status", "conditions").toString()).contains("Established");

        api.post(WIDGETS, widget("{size: 1}"));
        ObjectNode held = widget("{size: 1}");
        Nodes.metadata(held).put("name", "held").putArray("finalizers").add("example.com/hold");
        api.post(WIDGETS, held);

        api.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com", null);
        await().until(() -> api.get(WIDGETS + "/w").code() == 404);
        assertThat(api.get(WIDGETS + "/held").code()).isEqualTo(200);
        api.mergePatch(WIDGETS + "/held", Objects.yaml("metadata: {finalizers: null}"));

        await().until(() -> api.get("/apis/example.com/v1").code() == 404);
        assertThat(api.get(WIDGETS).code()).isEqualTo(404);
    }
}
