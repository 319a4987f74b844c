package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rights the real Helm makes of the chart, and where, for each scope; and what it refuses because of them. */
@Tag("helm")
class HelmRightsTest {

    @BeforeAll
    static void helmIsThere() {
        Helm.required();
    }

    @Test
    void oneNamespaceGetsRolesThereAndNowhereElse() throws Exception {
        Rendered rendered = Helm.template();

        assertThat(rendered.named("Role"))
                .containsExactlyInAnyOrder(
                        "operations/sourcegraph-downgrade-operator",
                        "operations/sourcegraph-downgrade-operator-leader");
        assertThat(rendered.named("ClusterRoleBinding")).isEmpty();
        assertThat(rendered.variable("WATCH_NAMESPACES")
                        .at("/valueFrom/fieldRef/fieldPath")
                        .asText())
                .isEqualTo("metadata.namespace");
    }

    @Test
    void severalNamespacesGetARoleEach() throws Exception {
        Rendered rendered = Helm.template(
                "--set",
                "watch.scope=Namespaces",
                "--set",
                "watch.namespaces={a,b}",
                "--set",
                "instanceAccount.create=true");

        assertThat(rendered.named("Role"))
                .containsExactlyInAnyOrder(
                        "a/sourcegraph-downgrade-operator",
                        "b/sourcegraph-downgrade-operator",
                        "a/sourcegraph-downgrade",
                        "b/sourcegraph-downgrade",
                        "operations/sourcegraph-downgrade-operator-leader");
        assertThat(rendered.named("ServiceAccount"))
                .contains(
                        "a/sourcegraph-downgrade",
                        "b/sourcegraph-downgrade",
                        "operations/sourcegraph-downgrade-operator");
        assertThat(rendered.named("ClusterRoleBinding")).isEmpty();
        assertThat(rendered.environment("WATCH_NAMESPACES")).isEqualTo("a,b");
    }

    @Test
    void theClusterGetsOneClusterRole() throws Exception {
        Rendered rendered = Helm.template("--set", "watch.scope=Cluster");

        assertThat(rendered.named("ClusterRoleBinding")).containsExactly("/operations:sourcegraph-downgrade-operator");
        assertThat(rendered.named("Role")).containsExactly("operations/sourcegraph-downgrade-operator-leader");
        assertThat(rendered.environment("WATCH_NAMESPACES")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Cluster"})
    void theOperatorItselfWritesOnlyItsOwnAndNeverListsSecrets(String scope) throws Exception {
        JsonNode rules = operatorsRules(Helm.template("--set", "watch.scope=" + scope));

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            List<String> resources = Rendered.texts(rule.get("resources"));
            List<String> verbs = Rendered.texts(rule.get("verbs"));
            assertThat(resources).doesNotContain("*");
            assertThat(verbs).doesNotContain("*");
            if (resources.contains("secrets")) {
                assertThat(verbs).containsExactly("get");
            }
            if (verbs.contains("impersonate")) {
                assertThat(Rendered.texts(rule.get("resourceNames"))).containsExactly("sourcegraph-downgrade");
                assertThat(resources).containsExactly("serviceaccounts");
            }
            boolean own = Rendered.texts(rule.get("apiGroups")).contains("downgrade.sourcegraph.com")
                    || resources.equals(List.of("events"));
            if (!own) {
                assertThat(List.of("get", "list", "watch", "impersonate")).containsAll(verbs);
            }
        });
    }

    /** Whoever may write any lease of a namespace may take the lead from whatever else runs there. */
    @Test
    void theLeaderWritesItsOwnLeaseOnly() throws Exception {
        JsonNode rules = Helm.template()
                .ofKind("Role")
                .filter(role -> Rendered.name(role).equals("operations/sourcegraph-downgrade-operator-leader"))
                .findFirst()
                .orElseThrow()
                .get("rules");

        assertThat(rules).hasSize(2).allSatisfy(rule -> {
            assertThat(Rendered.texts(rule.get("resources"))).containsExactly("leases");
            if (!Rendered.texts(rule.get("verbs")).equals(List.of("create"))) {
                assertThat(Rendered.texts(rule.get("resourceNames"))).containsExactly("sourcegraph-downgrade-operator");
            }
        });
    }

    /** The rights that a recorded run is compared with are those of the plain installation. */
    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Namespaces", "Cluster"})
    void theOperatorHasTheSameRightsInEveryScope(String scope) throws Exception {
        List<String> settings = new ArrayList<>(List.of("--set", "watch.scope=" + scope));
        if (scope.equals("Namespaces")) {
            settings.addAll(List.of("--set", "watch.namespaces={a}"));
        }
        JsonNode rules = operatorsRules(Helm.template(settings.toArray(String[]::new)));

        assertThat(rules).isNotEmpty().isEqualTo(operatorsRules(Rendered.of(PlainInstall.text())));
    }

    private static JsonNode operatorsRules(Rendered rendered) {
        return rendered.objects().stream()
                .filter(object -> object.path("kind").asText().matches("(Cluster)?Role"))
                .filter(object -> object.at("/metadata/name").asText().endsWith("sourcegraph-downgrade-operator"))
                .findFirst()
                .orElseThrow()
                .get("rules");
    }

    /** Both would work on the same resources: so one of them waits. */
    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Cluster"})
    void twoReleasesThatWatchTheSameShareALease(String scope) throws Exception {
        Rendered rendered = Helm.template("--set", "watch.scope=" + scope, "--set", "fullnameOverride=second");

        assertThat(rendered.environment("LEASE_NAME")).isEqualTo("sourcegraph-downgrade-operator");
        assertThat(leases(rendered)).containsExactly("sourcegraph-downgrade-operator");
    }

    @Test
    void twoReleasesWithNamespacesOfTheirOwnDoNot() throws Exception {
        Rendered rendered = Helm.template(
                "--set", "watch.scope=Namespaces", "--set", "watch.namespaces={a}", "--set", "fullnameOverride=second");

        assertThat(rendered.environment("LEASE_NAME")).isEqualTo("second");
        assertThat(leases(rendered)).containsExactly("second");
    }

    private static List<String> leases(Rendered rendered) {
        return rendered.ofKind("Role")
                .filter(role -> Rendered.name(role).endsWith("-leader"))
                .flatMap(role -> StreamSupport.stream(role.get("rules").spliterator(), false))
                .filter(rule -> rule.has("resourceNames"))
                .flatMap(rule -> Rendered.texts(rule.get("resourceNames")).stream())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serviceAccount.name=sourcegraph-downgrade",
                "impersonate.serviceAccountNames={other,sourcegraph-downgrade-operator}",
                "fullnameOverride=sourcegraph-downgrade",
            })
    void theOperatorsOwnAccountIsNoInstances(String setting) throws Exception {
        String refusal = Helm.refusal("--set", setting);

        assertThat(refusal).contains("impersonate.serviceAccountNames: ", "is the operator's own service account");
    }

    @ParameterizedTest
    @ValueSource(strings = {"second", "second-leader"})
    void theOperatorsOwnRoleIsNoInstances(String account) throws Exception {
        String refusal = Helm.refusal(
                "--set",
                "fullnameOverride=second",
                "--set",
                "serviceAccount.name=runner",
                "--set",
                "impersonate.serviceAccountNames={" + account + "}");

        assertThat(refusal)
                .contains("impersonate.serviceAccountNames: " + account + " is the name of the operator's own Role");
    }

    @Test
    void anAccountInUnknownNamespacesCannotBeCreated() throws Exception {
        String refusal = Helm.refusal("--set", "watch.scope=Cluster", "--set", "instanceAccount.create=true");

        assertThat(refusal).contains("apply examples/instance-rbac.yaml in each namespace of an instance");
    }

    /** Whoever may run pods in the operator's namespace may run them as the operator. */
    @Test
    void theOperatorsOwnNamespaceIsNoneOfSeveral() throws Exception {
        String refusal = Helm.refusal("--set", "watch.scope=Namespaces", "--set", "watch.namespaces={a,operations}");

        assertThat(refusal).contains("watch.namespaces: operations is the namespace of this release", "of its own");
    }
}
