package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator installed without Helm: by {@code kubectl apply -k}, in a namespace of another name than the base's. */
@EndToEnd
class PlainInstallTest {

    private static final String NAMESPACE = "e2e-plain";
    private static final String DEFINITION = "crd/sourcegraphdowngrades.downgrade.sourcegraph.com";

    @Test
    void kustomizeBaseInAnotherNamespace(@TempDir Path folder) throws IOException {
        Path base = folder.toRealPath()
                .relativize(GivenCluster.project().toRealPath().resolve("deploy"));
        Files.writeString(folder.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: %s
                resources: ["%s"]
                """.formatted(NAMESPACE, base));
        try (GivenCluster cluster = new GivenCluster();
                InstalledInstance instance =
                        InstalledInstance.install(cluster, NAMESPACE, InstalledInstance.sample("5.0.6"))) {
            // A release of the chart has left it, and kubectl installs it as on a cluster that has never had one.
            cluster.kubectl("delete", DEFINITION, "--ignore-not-found", "--wait");
            cluster.kubectl("apply", "--kustomize=" + folder);
            try {
                plan(cluster, instance);
            } finally {
                cluster.kubectl("delete", "--kustomize=" + folder, "--wait");
            }
        }
    }

    private static void plan(GivenCluster cluster, InstalledInstance instance) {
        cluster.kubectl("wait", DEFINITION, "--for=condition=Established", "--timeout=1m");
        cluster.kubectl(
                "rollout",
                "status",
                "deployment/sourcegraph-downgrade-operator",
                "--namespace=" + NAMESPACE,
                "--timeout=2m");
        instance.store("target", InstalledInstance.sample("4.5.1"));
        instance.downgrade(
                "plan", "to: v4.5.1\nmode: Plan\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}");

        SourcegraphDowngrade ended = instance.awaitEnd("plan");

        assertThat(InstalledInstance.has(ended, "Complete"))
                .as(Serialization.asYaml(ended.getStatus()))
                .isTrue();
        // It answers "no" by failing.
        assertThat(cluster.kubectlFails(
                        "",
                        "auth",
                        "can-i",
                        "get",
                        "secrets",
                        "--namespace=default",
                        "--as=system:serviceaccount:" + NAMESPACE + ":sourcegraph-downgrade-operator"))
                .as("rights beyond its namespace")
                .contains("no");
    }
}
