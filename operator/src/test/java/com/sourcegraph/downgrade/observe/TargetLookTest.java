package com.sourcegraph.downgrade.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.Situations;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
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

    private InMemoryCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void store() {
        cluster = InMemoryCluster.builder().start();
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
