package com.sourcegraph.downgrade.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Situations;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Target manifests that hold the operator itself, by the names that the chart gives its objects. */
class TargetLookTest {

    private static final String MANIFESTS = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: sg-downgrade}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: sourcegraph-downgrade-operator}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: sourcegraph-downgrade-operator-leader}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: sourcegraph-frontend}}
            """;

    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

    private InMemoryCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void store() {
        cluster = InMemoryCluster.builder()
                .accessPolicy(attempt -> !forbidden.contains(attempt.resource())
                        || !List.of("get", "list").contains(attempt.verb()))
                .start();
        client = cluster.client();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("target")
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("manifests.yaml", MANIFESTS)
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void theOperatorIsReservedInItsOwnNamespace() {
        assertThat(refused(Optional.of(place("default"))))
                .containsExactly(
                        "Deployment/sg-downgrade",
                        "ServiceAccount/sourcegraph-downgrade-operator",
                        "Role/sourcegraph-downgrade-operator-leader");
    }

    @Test
    void elsewhereThoseNamesAreAnybodys() {
        assertThat(refused(Optional.of(place("operators")))).isEmpty();
        assertThat(refused(Optional.empty())).isEmpty();
    }

    /** What cannot be read would pass for what does not exist. */
    @Test
    void kindsThatTheOperatorMayNotReadAreAllToldAndReadOnceTheyAreGranted() {
        offer(MANIFESTS + """
                ---
                {apiVersion: v1, kind: LimitRange, metadata: {name: limits}}
                ---
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: quota}}
                """);
        forbidden.addAll(List.of("limitranges", "resourcequotas"));
        TargetMemory memory = new TargetMemory();

        assertThat(look(memory)).isInstanceOfSatisfying(TargetFacts.Unreadable.class, unreadable -> {
            assertThat(unreadable.problems())
                    .extracting(ManifestProblem::message)
                    .containsExactly(
                            "The operator may not get, list limitranges in namespace default, which the target manifests hold.",
                            "The operator may not get, list resourcequotas in namespace default, which the target manifests hold.");
            assertThat(unreadable.problems()).allSatisfy(problem -> assertThat(problem.remedy())
                    .contains("rbac.extraRules", "examples/instance-rbac.yaml"));
        });

        forbidden.clear();

        assertThat(look(memory)).isInstanceOf(TargetFacts.Read.class);
    }

    /** It is no matter of the manifests: the chart's own roles are not there. */
    @Test
    void aKindOfEveryReleaseThatTheOperatorMayNotReadIsAnError() {
        forbidden.add("services");

        assertThatThrownBy(() -> look(new TargetMemory()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("cannot list resource \"services\"");
    }

    /** The manifests are those of the plan all the same, and to say that they had changed would send a person to the wrong place. */
    @Test
    void aKindThatMayNotBeReadAnyMoreWhileTheManifestsAreAppliedIsAnError() throws Exception {
        offer(MANIFESTS + "---\n{apiVersion: v1, kind: LimitRange, metadata: {name: limits}}\n");
        forbidden.add("limitranges");
        Situation first = Situations.first("default", Specs.to("4.5.1", "target"));
        Situation applying = new Situation(
                first.run(),
                first.spec(),
                new Journal(Optional.of(new ObjectMapper().readValue("""
                        {"steps": [{"name": "ApplyManifests", "state": "Running", "attempt": 1}]}
                        """, SourcegraphDowngradeStatus.class))),
                first.facts(),
                first.now());
        TargetMemory memory = new TargetMemory();

        assertThatThrownBy(() -> new TargetLook(client, Optional.empty()).look(applying, memory, key -> false))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("cannot list resource \"limitranges\"");
        assertThat(memory.picture()).isEmpty();
    }

    private TargetFacts look(TargetMemory memory) {
        return new TargetLook(client, Optional.empty())
                .look(Situations.first("default", Specs.to("4.5.1", "target")), memory, key -> false);
    }

    private void offer(String manifests) {
        client.configMaps().inNamespace("default").withName("target").edit(map -> {
            map.getData().put("manifests.yaml", manifests);
            return map;
        });
    }

    private static OperatorPlace place(String namespace) {
        return new OperatorPlace(namespace, new WorkloadRef("Deployment", "sg-downgrade"), false);
    }

    private List<String> refused(Optional<OperatorPlace> operator) {
        TargetFacts facts = new TargetLook(client, operator)
                .now(Situations.first("default", Specs.to("4.5.1", "target")), new TargetMemory());
        return ((TargetFacts.Read) facts)
                .inspection().findings().stream()
                        .filter(finding -> finding.topic() == Finding.Topic.RIGHTS)
                        .map(finding -> finding.object().orElseThrow().toString())
                        .toList();
    }
}
