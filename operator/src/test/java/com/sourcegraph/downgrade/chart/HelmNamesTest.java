package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real Helm makes of the names that people give, and of what they add to the operator's rights. */
@Tag("helm")
class HelmNamesTest {

    private static final String COMPONENT = "downgrade.sourcegraph.com/component";

    @BeforeAll
    static void helmIsThere() {
        Helm.required();
    }

    /** As YAML reads them: numbers, and in older YAML truth values. */
    @ParameterizedTest
    @ValueSource(strings = {"123", "1e3", "0x10", "null", "true"})
    void aNameThatIsSomethingElseInYamlStaysText(String name) throws Exception {
        Rendered rendered = Helm.templateAs(
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

        assertThat(rendered.objects()).hasSizeGreaterThan(10).allSatisfy(object -> {
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
        JsonNode pod = rendered.deployment().at("/spec/template/spec");
        assertThat(pod.get("serviceAccountName").isTextual()).isTrue();
        assertThat(pod.get("priorityClassName").isTextual()).isTrue();
        assertThat(pod.at("/containers/0/env")).allSatisfy(variable -> assertThat(
                        variable.has("valueFrom") || variable.get("value").isTextual())
                .isTrue());
        assertThat(rendered.objects())
                .filteredOn(object -> object.at("/metadata/name").asText().endsWith("-leader")
                        && object.path("kind").asText().equals("Role"))
                .singleElement()
                .satisfies(
                        role -> assertThat(role.at("/rules/1/resourceNames/0").isTextual())
                                .isTrue());
    }

    @Test
    void theDotsOfAReleasesNameAreInNoName() throws Exception {
        assertThat(Helm.templateAs("my.release", "operations").objects())
                .filteredOn(object -> !object.path("kind").asText().equals("CustomResourceDefinition"))
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/name").asText()).doesNotContain("."));
    }

    @Test
    void aServicesNameBeginsWithALetter() throws Exception {
        assertThat(Helm.refusalAs("1st", "operations"))
                .contains("The name of this release, 1st,", "set fullnameOverride");
        assertThat(Helm.templateAs("1st", "operations", "--set", "fullnameOverride=first")
                        .ofKind("Service"))
                .extracting(object -> object.at("/metadata/name").asText())
                .containsExactly("first-metrics");
        assertThat(Helm.templateAs("1st", "operations", "--set", "metrics.service.create=false")
                        .objects())
                .isNotEmpty();
    }

    /** The operator knows its own objects by it, and no other name of theirs can be relied on. */
    @Test
    void everyObjectIsTheOperatorsWhateverItIsCalled() throws Exception {
        Rendered rendered = Helm.templateAs(
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

        assertThat(rendered.objects()).hasSizeGreaterThan(10).allSatisfy(object -> assertThat(
                        object.at("/metadata/labels").path(COMPONENT).asText())
                .isEqualTo("operator"));
        JsonNode deployment = rendered.deployment();
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

        List<String> roles = Helm.template(settings.toArray(String[]::new)).objects().stream()
                .filter(object -> object.path("rules").toString().contains("backendconfigs"))
                .map(Rendered::name)
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
}
