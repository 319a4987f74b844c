package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real Helm makes of the chart, but for rights. Runs where {@code HELM} names one (3 or 4); skipped loudly elsewhere. */
@Tag("helm")
class HelmTest {

    @BeforeAll
    static void helmIsThere() {
        Helm.required();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Namespaces", "Cluster"})
    void lintIsContent(String scope) throws Exception {
        String values = "watch.scope=" + scope + (scope.equals("Namespaces") ? ",watch.namespaces={a,b}" : "");
        Helm.Result result = Helm.run("lint", "--strict", Chart.FOLDER.toString(), "--set", values);

        assertThat(result.output()).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
        assertThat(result.exit()).isZero();
    }

    /** {@code -Dinstall.write=true} writes it anew. */
    @Test
    void thePlainInstallationIsWhatTheChartRenders() throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "template",
                "sourcegraph-downgrade-operator",
                Chart.FOLDER.toString(),
                "-n",
                PlainInstall.NAMESPACE,
                "--kube-version",
                "1.34.0"));
        words.addAll(PlainInstall.VALUES);
        Helm.Result result = Helm.run(words.toArray(String[]::new));
        assertThat(result.exit()).as(result.output()).isZero();
        String made = PlainInstall.of(result.output());
        if (Boolean.getBoolean("install.write")) {
            PlainInstall.write(made);
        }

        assertThat(PlainInstall.text()).isEqualTo(made);
    }

    @Test
    void thePodFitsTheRestrictedStandard() throws Exception {
        JsonNode pod = Helm.template().deployment().at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(Rendered.texts(container.at("/securityContext/capabilities/drop")))
                .containsExactly("ALL");
        assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    }

    @Test
    void twoReplicasAreSpreadAndProtected() throws Exception {
        Rendered one = Helm.template();
        Rendered two = Helm.template("--set", "replicas=2");

        assertThat(one.named("PodDisruptionBudget")).isEmpty();
        assertThat(two.named("PodDisruptionBudget")).containsExactly("operations/sourcegraph-downgrade-operator");
        assertThat(two.deployment()
                        .at("/spec/template/spec/affinity/podAntiAffinity")
                        .isMissingNode())
                .isFalse();
    }

    @Test
    void aPodThatIsNotReadyMayBeEvicted() throws Exception {
        JsonNode budget = Helm.template("--set", "replicas=2").only("PodDisruptionBudget");

        assertThat(budget.at("/spec/unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
    }

    @Test
    void aNetworkPolicyIsMadeOnDemand() throws Exception {
        assertThat(Helm.template().named("NetworkPolicy")).isEmpty();
        JsonNode closed = policy(Helm.template("--set", "networkPolicy.create=true"));
        JsonNode open = policy(Helm.template(
                "--set",
                "networkPolicy.create=true",
                "--set",
                "networkPolicy.from[0].namespaceSelector.matchLabels.team=monitoring"));

        assertThat(closed.at("/policyTypes")).hasToString("[\"Ingress\"]");
        assertThat(closed.get("ingress")).isEmpty();
        assertThat(open.at("/ingress/0/from"))
                .hasToString("[{\"namespaceSelector\":{\"matchLabels\":{\"team\":\"monitoring\"}}}]");
        assertThat(open.at("/ingress/0/ports/0/port").asText()).isEqualTo("http");
    }

    private static JsonNode policy(Rendered rendered) {
        return rendered.only("NetworkPolicy").get("spec");
    }

    @Test
    void withoutLeaderElectionTwoNeverRunAtOnce() throws Exception {
        Rendered rendered = Helm.template("--set", "leaderElection.enabled=false");

        assertThat(rendered.deployment().at("/spec/strategy/type").asText()).isEqualTo("Recreate");
        assertThat(rendered.environment("LEADER_ELECTION")).isEqualTo("false");
        assertThat(rendered.named("Role")).containsExactly("operations/sourcegraph-downgrade-operator");
    }

    @Test
    void theDefinitionIsUpgradedWithTheReleaseAndKeptAfterIt() throws Exception {
        JsonNode rendered = Helm.template().only("CustomResourceDefinition");
        JsonNode committed = Chart.documents(Chart.read(
                        Chart.projectRoot().resolve("crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml")))
                .get(0);

        assertThat(rendered.get("spec")).isEqualTo(committed.get("spec"));
        assertThat(rendered.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                .isEqualTo("keep");
        assertThat(Helm.template("--set", "crds.keep=false")
                        .only("CustomResourceDefinition")
                        .at("/metadata/annotations")
                        .isMissingNode())
                .isTrue();
        assertThat(Helm.template("--set", "crds.install=false").named("CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void aDigestTakesThePlaceOfTheTag() throws Exception {
        String digest = "sha256:" + "a".repeat(64);

        assertThat(Helm.template("--set", "image.digest=" + digest)
                        .deployment()
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .endsWith("/sourcegraph-downgrade-operator@" + digest);
    }

    @Test
    void everyNameIsTakenOnce() throws Exception {
        List<String> all = new ArrayList<>();
        for (JsonNode object : Helm.template("--set", "replicas=2", "--set", "instanceAccount.create=true")
                .objects()) {
            all.add(object.path("kind").asText() + " " + Rendered.name(object));
        }

        assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(10);
        assertThat(new TreeSet<>(all)).anyMatch(name -> name.startsWith("Service "));
    }
}
