package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What can be said of {@code deploy/} without Helm. That it is what the chart renders now is said by digests; {@link HelmTest}
 * compares it with what Helm renders.
 */
class PlainInstallTest {

    private static final Set<String> OF_NO_NAMESPACE = Set.of("CustomResourceDefinition", "ClusterRole");

    private static final String MAKE_ANEW = "deploy/install.yaml has to be made anew, as its first lines tell";

    @Test
    void itIsMadeFromTheChartAsItIsNow() {
        assertThat(PlainInstall.chartDigestWhenMade()).as(MAKE_ANEW).isEqualTo(PlainInstall.chartDigest());
    }

    @Test
    void nobodyHasChangedItByHand() {
        assertThat(PlainInstall.contentDigestWhenMade()).as(MAKE_ANEW).isEqualTo(PlainInstall.contentDigest());
    }

    /** Whoever deletes what is in the file must not delete the instance: hence no Namespace. */
    @Test
    void everythingIsInTheInstancesNamespaceAndTheNamespaceItselfIsNot() {
        List<JsonNode> objects = Chart.documents(PlainInstall.text());

        assertThat(objects).hasSizeGreaterThan(8).allSatisfy(object -> {
            String kind = object.path("kind").asText();
            assertThat(kind).isNotEqualTo("Namespace");
            assertThat(object.at("/metadata/namespace").asText(""))
                    .as(kind)
                    .isEqualTo(OF_NO_NAMESPACE.contains(kind) ? "" : PlainInstall.NAMESPACE);
        });
        assertThat(objects)
                .extracting(object -> object.path("kind").asText())
                .doesNotContain("ClusterRoleBinding")
                .contains("Deployment", "Role", "RoleBinding", "ServiceAccount");
    }

    /** An object that says that Helm manages it is taken for part of a release that does not exist. */
    @Test
    void nothingSaysThatHelmManagesIt() {
        assertThat(PlainInstall.text()).doesNotContain("helm.sh/", "managed-by: Helm");
    }

    @Test
    void theDefinitionIsTheCommittedOne() {
        JsonNode committed = Chart.documents(Chart.read(
                        Chart.projectRoot().resolve("crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml")))
                .get(0);

        assertThat(Chart.documents(PlainInstall.text()))
                .filteredOn(object -> object.path("kind").asText().equals("CustomResourceDefinition"))
                .singleElement()
                .satisfies(definition -> assertThat(definition.get("spec")).isEqualTo(committed.get("spec")));
    }

    @Test
    void theKustomizeBaseIsThatFileAndNothingElse() {
        JsonNode base = Chart.documents(Chart.read(PlainInstall.FILE.resolveSibling("kustomization.yaml")))
                .get(0);

        assertThat(base.get("resources")).hasToString("[\"install.yaml\"]");
        assertThat(base.fieldNames()).toIterable().containsExactly("apiVersion", "kind", "resources");
    }
}
