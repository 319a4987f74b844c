package com.sourcegraph.downgrade.manifest;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.controller.ControllerKind;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on the in-memory cluster, without pods: what is looked at are the objects. */
class InMemoryClusterTest extends OwnedApplyContract {

    private static InMemoryCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = InMemoryCluster.builder()
                .controllers(ControllerKind.GARBAGE_COLLECTOR)
                .start();
        client = InMemoryCluster.clientBuilder(cluster.config()).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    /** Seen for {@code securityContext: {}} of a server-side owner; a real API server keeps it. Both mean the same. */
    @Override
    boolean keepsEmptyObjects() {
        return false;
    }

    @Override
    KubernetesClient client() {
        return client;
    }
}
