package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real Helm makes of the names that people give, and of what they add to the operator's rights. */
@Tag("helm")
class HelmNamesTest {

    private static final String VARIABLE = "HELM";

    private static final String COMPONENT = "downgrade.sourcegraph.com/component";

    @BeforeAll
    static void helmIsThere() {
        if (System.getenv(VARIABLE) == null) {
            String skipped = "SKIPPED: the chart's names were not rendered; set " + VARIABLE
                    + " to a helm binary to have it done";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
    }

    /** As YAML reads them: numbers, and in older YAML truth values. */
    @ParameterizedTest
    @ValueSource(strings = {"123", "1e3", "0x10", "null", "true"})
    void aNameThatIsSomethingElseInYamlStaysText(String name) throws Exception {
        List<JsonNode> objects = template(
                name,
                name,
                "--set",
                "watch.scope=Namespaces",
                "--set-json",
                "watch.namespaces=[\"7\",\"other\"]",
                "--set-json",
                "impersonate.serviceAccountNames=[\"8\"]",
                "--set-string",
                "serviceAccount.name=9",
                "--set-string",
                "priorityClassName=10",
                "--set",
                "replicas=2",
                "--set",
                "networkPolicy.create=true",
                "--set",
                "instanceAccount.create=true",
                "--set",
                "metrics.service.create=false");

        assertThat(objects).hasSizeGreaterThan(10).allSatisfy(object -> {
            assertThat(object.at("/metadata/name").isTextual()).isTrue();
            JsonNode namespace = object.at("/metadata/namespace");
            assertThat(namespace.isMissingNode() || namespace.isTextual()).isTrue();
            assertThat(object.at("/metadata/labels"))
                    .allSatisfy(label -> assertThat(label.isTextual()).isTrue());
            assertThat(object.at("/subjects")).allSatisfy(subject -> {
                assertThat(subject.path("name").isTextual()).isTrue();
                assertThat(subject.path("namespace").isTextual()).isTrue();
            });
            assertThat(object.at("/roleRef/name").isMissingNode()
                            || object.at("/roleRef/name").isTextual())
                    .isTrue();
        });
        JsonNode pod = only(objects, "Deployment").at("/spec/template/spec");
        assertThat(pod.get("serviceAccountName").isTextual()).isTrue();
        assertThat(pod.get("priorityClassName").isTextual()).isTrue();
        assertThat(pod.at("/containers/0/env")).allSatisfy(variable -> assertThat(
                        variable.has("valueFrom") || variable.get("value").isTextual())
                .isTrue());
        assertThat(objects)
                .filteredOn(object -> object.at("/metadata/name").asText().endsWith("-leader")
                        && object.path("kind").asText().equals("Role"))
                .singleElement()
                .satisfies(
                        role -> assertThat(role.at("/rules/1/resourceNames/0").isTextual())
                                .isTrue());
    }

    @Test
    void theDotsOfAReleasesNameAreInNoName() throws Exception {
        assertThat(template("my.release", "operations"))
                .filteredOn(object -> !object.path("kind").asText().equals("CustomResourceDefinition"))
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/name").asText()).doesNotContain("."));
    }

    @Test
    void aServicesNameBeginsWithALetter() throws Exception {
        Result refused = helm(words("1st", "operations"));

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output()).contains("The name of this release, 1st,", "set fullnameOverride");
        assertThat(template("1st", "operations", "--set", "fullnameOverride=first"))
                .filteredOn(object -> object.path("kind").asText().equals("Service"))
                .extracting(object -> object.at("/metadata/name").asText())
                .containsExactly("first-metrics");
        assertThat(template("1st", "operations", "--set", "metrics.service.create=false"))
                .isNotEmpty();
    }

    /** The operator knows its own objects by it, and no other name of theirs can be relied on. */
    @Test
    void everyObjectIsTheOperatorsWhateverItIsCalled() throws Exception {
        List<JsonNode> objects = template(
                "op",
                "operations",
                "--set",
                "nameOverride=other",
                "--set",
                "fullnameOverride=another",
                "--set",
                "replicas=2",
                "--set",
                "networkPolicy.create=true",
                "--set",
                "metrics.serviceMonitor.create=true",
                "--set",
                "instanceAccount.create=true");

        assertThat(objects).hasSizeGreaterThan(10).allSatisfy(object -> assertThat(
                        object.at("/metadata/labels").path(COMPONENT).asText())
                .isEqualTo("operator"));
        JsonNode deployment = only(objects, "Deployment");
        assertThat(deployment
                        .at("/spec/template/metadata/labels")
                        .path(COMPONENT)
                        .asText())
                .isEqualTo("operator");
        // A selector cannot be changed, and those of older installations do not have it.
        assertThat(deployment.at("/spec/selector/matchLabels").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("app.kubernetes.io/name", "app.kubernetes.io/instance");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Namespaces", "Cluster"})
    void moreIsReadWhereTheOperatorReads(String scope) throws Exception {
        List<String> settings = new ArrayList<>(List.of(
                "--set",
                "watch.scope=" + scope,
                "--set-json",
                "rbac.extraRules=[{\"apiGroups\":[\"cloud.google.com\"],\"resources\":[\"backendconfigs\"],"
                        + "\"verbs\":[\"get\",\"list\"]}]"));
        if (scope.equals("Namespaces")) {
            settings.addAll(List.of("--set", "watch.namespaces={a,b}"));
        }

        List<String> roles = template("op", "operations", settings.toArray(String[]::new)).stream()
                .filter(object -> object.path("rules").toString().contains("backendconfigs"))
                .map(object -> object.at("/metadata/namespace").asText() + "/"
                        + object.at("/metadata/name").asText())
                .toList();

        assertThat(roles)
                .containsExactlyElementsOf(
                        switch (scope) {
                            case "Namespace" -> List.of("operations/sourcegraph-downgrade-operator");
                            case "Namespaces" ->
                                List.of("a/sourcegraph-downgrade-operator", "b/sourcegraph-downgrade-operator");
                            default -> List.of("/operations:sourcegraph-downgrade-operator");
                        });
    }

    private static JsonNode only(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> template(String release, String namespace, String... settings) throws Exception {
        Result result = helm(words(release, namespace, settings));
        assertThat(result.exit()).as(result.output()).isZero();
        return Chart.documents(result.output());
    }

    private static List<String> words(String release, String namespace, String... settings) {
        List<String> words = new ArrayList<>(
                List.of("template", release, Chart.FOLDER.toString(), "-n", namespace, "--kube-version", "1.34.0"));
        words.addAll(List.of(settings));
        return words;
    }

    private record Result(int exit, String output) {}

    private static Result helm(List<String> words) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getenv(VARIABLE)));
        command.addAll(words);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
