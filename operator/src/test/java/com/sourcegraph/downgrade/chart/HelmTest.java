package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real Helm makes of the chart. Runs where {@code HELM} names one (3 or 4); skipped loudly elsewhere. */
@Tag("helm")
class HelmTest {

    private static final String VARIABLE = "HELM";

    @BeforeAll
    static void helmIsThere() {
        if (System.getenv(VARIABLE) == null) {
            String skipped =
                    "SKIPPED: the chart was not rendered; set " + VARIABLE + " to a helm binary to have it done";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
    }

    @Test
    void lintIsContent() throws Exception {
        Result result = helm("lint", "--strict", Chart.FOLDER.toString());

        assertThat(result.output()).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
        assertThat(result.exit()).isZero();
    }

    @Test
    void oneNamespaceGetsRolesThereAndNowhereElse() throws Exception {
        List<JsonNode> objects = template();

        assertThat(named(objects, "Role"))
                .containsExactlyInAnyOrder(
                        "operations/sourcegraph-downgrade-operator",
                        "operations/sourcegraph-downgrade-operator-leader");
        assertThat(named(objects, "ClusterRoleBinding")).isEmpty();
        assertThat(variable(objects, "WATCH_NAMESPACES")
                        .at("/valueFrom/fieldRef/fieldPath")
                        .asText())
                .isEqualTo("metadata.namespace");
    }

    @Test
    void severalNamespacesGetARoleEach() throws Exception {
        List<JsonNode> objects = template(
                "--set",
                "watch.scope=Namespaces",
                "--set",
                "watch.namespaces={a,b}",
                "--set",
                "instanceAccount.create=true");

        assertThat(named(objects, "Role"))
                .containsExactlyInAnyOrder(
                        "a/sourcegraph-downgrade-operator",
                        "b/sourcegraph-downgrade-operator",
                        "a/sourcegraph-downgrade",
                        "b/sourcegraph-downgrade",
                        "operations/sourcegraph-downgrade-operator-leader");
        assertThat(named(objects, "ServiceAccount"))
                .contains(
                        "a/sourcegraph-downgrade",
                        "b/sourcegraph-downgrade",
                        "operations/sourcegraph-downgrade-operator");
        assertThat(named(objects, "ClusterRoleBinding")).isEmpty();
        assertThat(environment(objects, "WATCH_NAMESPACES")).isEqualTo("a,b");
    }

    @Test
    void theClusterGetsOneClusterRole() throws Exception {
        List<JsonNode> objects = template("--set", "watch.scope=Cluster");

        assertThat(named(objects, "ClusterRoleBinding")).containsExactly("/operations:sourcegraph-downgrade-operator");
        assertThat(named(objects, "Role")).containsExactly("operations/sourcegraph-downgrade-operator-leader");
        assertThat(environment(objects, "WATCH_NAMESPACES")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Cluster"})
    void theOperatorItselfWritesOnlyItsOwnAndNeverListsSecrets(String scope) throws Exception {
        JsonNode rules = template("--set", "watch.scope=" + scope).stream()
                .filter(object -> object.at("/metadata/name").asText().endsWith("sourcegraph-downgrade-operator")
                        && object.path("kind").asText().endsWith("Role"))
                .findFirst()
                .orElseThrow()
                .get("rules");

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            List<String> resources = texts(rule.get("resources"));
            List<String> verbs = texts(rule.get("verbs"));
            assertThat(resources).doesNotContain("*");
            assertThat(verbs).doesNotContain("*");
            if (resources.contains("secrets")) {
                assertThat(verbs).containsExactly("get");
            }
            if (verbs.contains("impersonate")) {
                assertThat(texts(rule.get("resourceNames"))).containsExactly("sourcegraph-downgrade");
                assertThat(resources).containsExactly("serviceaccounts");
            }
            boolean own = texts(rule.get("apiGroups")).contains("downgrade.sourcegraph.com")
                    || resources.equals(List.of("events"));
            if (!own) {
                assertThat(List.of("get", "list", "watch", "impersonate")).containsAll(verbs);
            }
        });
    }

    /** Whoever may write any lease of a namespace may take the lead from whatever else runs there. */
    @Test
    void theLeaderWritesItsOwnLeaseOnly() throws Exception {
        JsonNode rules = template().stream()
                .filter(object -> object.path("kind").asText().equals("Role")
                        && name(object).equals("operations/sourcegraph-downgrade-operator-leader"))
                .findFirst()
                .orElseThrow()
                .get("rules");

        assertThat(rules).hasSize(2).allSatisfy(rule -> {
            assertThat(texts(rule.get("resources"))).containsExactly("leases");
            if (!texts(rule.get("verbs")).equals(List.of("create"))) {
                assertThat(texts(rule.get("resourceNames"))).containsExactly("sourcegraph-downgrade-operator");
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
        JsonNode rules = operatorsRules(template(settings.toArray(String[]::new)));

        assertThat(rules).isNotEmpty().isEqualTo(operatorsRules(Chart.documents(PlainInstall.text())));
    }

    private static JsonNode operatorsRules(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().matches("(Cluster)?Role"))
                .filter(object -> object.at("/metadata/name").asText().endsWith("sourcegraph-downgrade-operator"))
                .findFirst()
                .orElseThrow()
                .get("rules");
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
        Result result = helm(words.toArray(String[]::new));
        assertThat(result.exit()).as(result.output()).isZero();
        String made = PlainInstall.of(result.output());
        if (Boolean.getBoolean("install.write")) {
            PlainInstall.write(made);
        }

        assertThat(PlainInstall.text()).isEqualTo(made);
    }

    @Test
    void thePodFitsTheRestrictedStandard() throws Exception {
        JsonNode pod = deployment(template()).at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(texts(container.at("/securityContext/capabilities/drop"))).containsExactly("ALL");
        assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    }

    @Test
    void twoReplicasAreSpreadAndProtected() throws Exception {
        List<JsonNode> one = template();
        List<JsonNode> two = template("--set", "replicas=2");

        assertThat(named(one, "PodDisruptionBudget")).isEmpty();
        assertThat(named(two, "PodDisruptionBudget")).containsExactly("operations/sourcegraph-downgrade-operator");
        assertThat(deployment(two)
                        .at("/spec/template/spec/affinity/podAntiAffinity")
                        .isMissingNode())
                .isFalse();
    }

    @Test
    void aPodThatIsNotReadyMayBeEvicted() throws Exception {
        assertThat(template("--set", "replicas=2"))
                .filteredOn(object -> object.path("kind").asText().equals("PodDisruptionBudget"))
                .singleElement()
                .satisfies(budget -> assertThat(
                                budget.at("/spec/unhealthyPodEvictionPolicy").asText())
                        .isEqualTo("AlwaysAllow"));
    }

    /** Both would work on the same resources: so one of them waits. */
    @ParameterizedTest
    @ValueSource(strings = {"Namespace", "Cluster"})
    void twoReleasesThatWatchTheSameShareALease(String scope) throws Exception {
        List<JsonNode> objects = template("--set", "watch.scope=" + scope, "--set", "fullnameOverride=second");

        assertThat(environment(objects, "LEASE_NAME")).isEqualTo("sourcegraph-downgrade-operator");
        assertThat(leases(objects)).containsExactly("sourcegraph-downgrade-operator");
    }

    @Test
    void twoReleasesWithNamespacesOfTheirOwnDoNot() throws Exception {
        List<JsonNode> objects = template(
                "--set", "watch.scope=Namespaces", "--set", "watch.namespaces={a}", "--set", "fullnameOverride=second");

        assertThat(environment(objects, "LEASE_NAME")).isEqualTo("second");
        assertThat(leases(objects)).containsExactly("second");
    }

    private static List<String> leases(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("Role")
                        && name(object).endsWith("-leader"))
                .flatMap(role -> StreamSupport.stream(role.get("rules").spliterator(), false))
                .filter(rule -> rule.has("resourceNames"))
                .flatMap(rule -> texts(rule.get("resourceNames")).stream())
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
        Result result = helm(arguments("--set", setting));

        assertThat(result.exit()).isNotZero();
        assertThat(result.output())
                .contains("impersonate.serviceAccountNames: ", "is the operator's own service account");
    }

    @ParameterizedTest
    @ValueSource(strings = {"second", "second-leader"})
    void theOperatorsOwnRoleIsNoInstances(String account) throws Exception {
        Result result = helm(arguments(
                "--set",
                "fullnameOverride=second",
                "--set",
                "serviceAccount.name=runner",
                "--set",
                "impersonate.serviceAccountNames={" + account + "}"));

        assertThat(result.exit()).isNotZero();
        assertThat(result.output())
                .contains("impersonate.serviceAccountNames: " + account + " is the name of the operator's own Role");
    }

    @Test
    void aNetworkPolicyIsMadeOnDemand() throws Exception {
        assertThat(named(template(), "NetworkPolicy")).isEmpty();
        JsonNode closed = policy(template("--set", "networkPolicy.create=true"));
        JsonNode open = policy(template(
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

    private static JsonNode policy(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("NetworkPolicy"))
                .findFirst()
                .orElseThrow()
                .get("spec");
    }

    @Test
    void withoutLeaderElectionTwoNeverRunAtOnce() throws Exception {
        List<JsonNode> objects = template("--set", "leaderElection.enabled=false");

        assertThat(deployment(objects).at("/spec/strategy/type").asText()).isEqualTo("Recreate");
        assertThat(environment(objects, "LEADER_ELECTION")).isEqualTo("false");
        assertThat(named(objects, "Role")).containsExactly("operations/sourcegraph-downgrade-operator");
    }

    @Test
    void theDefinitionIsUpgradedWithTheReleaseAndKeptAfterIt() throws Exception {
        JsonNode rendered = definition(template());
        JsonNode committed = Chart.documents(Chart.read(
                        Chart.projectRoot().resolve("crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml")))
                .get(0);

        assertThat(rendered.get("spec")).isEqualTo(committed.get("spec"));
        assertThat(rendered.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                .isEqualTo("keep");
        assertThat(definition(template("--set", "crds.keep=false"))
                        .at("/metadata/annotations")
                        .isMissingNode())
                .isTrue();
        assertThat(named(template("--set", "crds.install=false"), "CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void aDigestTakesThePlaceOfTheTag() throws Exception {
        String digest = "sha256:" + "a".repeat(64);

        assertThat(deployment(template("--set", "image.digest=" + digest))
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .endsWith("/sourcegraph-downgrade-operator@" + digest);
    }

    @Test
    void anAccountInUnknownNamespacesCannotBeCreated() throws Exception {
        Result result = helm(arguments("--set", "watch.scope=Cluster", "--set", "instanceAccount.create=true"));

        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("apply examples/instance-rbac.yaml in each namespace of an instance");
    }

    /** Whoever may run pods in the operator's namespace may run them as the operator. */
    @Test
    void theOperatorsOwnNamespaceIsNoneOfSeveral() throws Exception {
        Result result = helm(arguments("--set", "watch.scope=Namespaces", "--set", "watch.namespaces={a,operations}"));

        assertThat(result.exit()).isNotZero();
        assertThat(result.output())
                .contains("watch.namespaces: operations is the namespace of this release", "of its own");
    }

    @Test
    void everyNameIsTakenOnce() throws Exception {
        List<String> all = new ArrayList<>();
        for (JsonNode object : template("--set", "replicas=2", "--set", "instanceAccount.create=true")) {
            all.add(object.path("kind").asText() + " " + name(object));
        }

        assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(10);
        assertThat(new TreeSet<>(all)).anyMatch(name -> name.startsWith("Service "));
    }

    private static JsonNode definition(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("CustomResourceDefinition"))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode deployment(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow();
    }

    private static String environment(List<JsonNode> objects, String name) {
        return variable(objects, name).get("value").asText();
    }

    private static JsonNode variable(List<JsonNode> objects, String name) {
        return StreamSupport.stream(
                        deployment(objects)
                                .at("/spec/template/spec/containers/0/env")
                                .spliterator(),
                        false)
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> named(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> !object.at("/metadata/name").asText().matches(".*:(view|admin)"))
                .map(HelmTest::name)
                .toList();
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/namespace").asText() + "/"
                + object.at("/metadata/name").asText();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<JsonNode> template(String... settings) throws IOException, InterruptedException {
        Result result = helm(arguments(settings));
        assertThat(result.exit()).as(result.output()).isZero();
        return Chart.documents(result.output());
    }

    private static String[] arguments(String... settings) {
        return Stream.concat(
                        Stream.of(
                                "template",
                                "op",
                                Chart.FOLDER.toString(),
                                "-n",
                                "operations",
                                "--kube-version",
                                "1.34.0"),
                        Arrays.stream(settings))
                .toArray(String[]::new);
    }

    private record Result(int exit, String output) {}

    private static Result helm(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getenv(VARIABLE)));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(Path.of("").toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
