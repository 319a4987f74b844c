package com.sourcegraph.downgrade.manifest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract on a real API server without controllers, whose writes in between would make conflicts of some writes that it holds: {@code
 * -Dtest.bare.kubeconfig=FILE} names it. It needs the right to make namespaces.
 */
@Tag("bare-apiserver")
@Execution(ExecutionMode.CONCURRENT)
class RealApiServerTest extends OwnedApplyContract {

    private static KubernetesClient client;

    @BeforeAll
    static void connect() {
        String kubeconfig = System.getProperty("test.bare.kubeconfig", "");
        if (kubeconfig.isEmpty()) {
            System.out.println("Skipped: no real API server; name one with -Dtest.bare.kubeconfig=FILE");
        }
        assumeTrue(!kubeconfig.isEmpty(), "no real API server: -Dtest.bare.kubeconfig=FILE names one");
        client = new KubernetesClientBuilder()
                .withConfig(new GivenKubeconfig(Path.of(kubeconfig)).config())
                .build();
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.close();
        }
    }

    @Override
    KubernetesClient client() {
        return client;
    }
}
