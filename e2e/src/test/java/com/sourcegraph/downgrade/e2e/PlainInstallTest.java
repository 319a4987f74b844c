package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator installed without Helm. */
@EndToEnd
class PlainInstallTest {

    private static final String NAMESPACE = "e2e-plain";

    /** That of examples and documentation. */
    private static final String DOCUMENTED = "sourcegraph";

    private static final String OPERATOR = "sourcegraph-downgrade-operator";
    private static final String DEFINITION = "crd/sourcegraphdowngrades.downgrade.sourcegraph.com";

    /** As deploy/README.md tells it: a new version is applied over the old one, here while a migrator is at work. */
    @Test
    void theFileOverTheOneOfBefore() {
        // The file names the namespace. On somebody's cluster an instance may be there.
        TestCluster.given();
        String file = "--filename=" + GivenCluster.project().resolve("deploy/install.yaml");
        try (GivenCluster cluster = new GivenCluster()) {
            cluster.kubectl("delete", DEFINITION, "--ignore-not-found", "--wait");
            try (SampleRun run = new SampleRun(cluster, DOCUMENTED)) {
                cluster.kubectlWith(fileOfBefore(cluster), "apply", "--server-side", "--filename=-");
                awaitOperator(cluster, DOCUMENTED);
                assertThat(ChartUpgradeTest.served(cluster))
                        .as("the definition of before")
                        .isNotEqualTo(ChartUpgradeTest.ofThisSource());
                run.migratorFaults("slow:3000");
                run.start();
                run.awaitMigrating();

                cluster.kubectl("apply", "--server-side", file);

                awaitOperator(cluster, DOCUMENTED);
                assertThat(ChartUpgradeTest.served(cluster)).isEqualTo(ChartUpgradeTest.ofThisSource());
                run.assertEndsAsUndisturbed();
                assertThat(cluster.kubectl("logs", "deployment/" + OPERATOR, "--namespace=" + DOCUMENTED))
                        .doesNotContain(" ERROR ");
            } finally {
                cluster.kubectl("delete", file, "--ignore-not-found", "--wait");
            }
        }
    }

    /** What it held when the chart was as it was before. */
    private static String fileOfBefore(GivenCluster cluster) {
        return cluster.helm(
                "helm3",
                "template",
                OPERATOR,
                ChartUpgradeTest.previousChart().toString(),
                "--namespace=" + DOCUMENTED,
                "--set=crds.keep=false");
    }

    private static void awaitOperator(GivenCluster cluster, String namespace) {
        cluster.kubectl("wait", DEFINITION, "--for=condition=Established", "--timeout=1m");
        cluster.kubectl("rollout", "status", "deployment/" + OPERATOR, "--namespace=" + namespace, "--timeout=2m");
    }

    /** By {@code kubectl apply -k}, in a namespace of another name than the base's. */
    @Test
    void kustomizeBaseInAnotherNamespace(@TempDir Path folder) throws IOException {
        // The definition goes, and with it every downgrade that somebody's cluster has.
        TestCluster.given();
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
        awaitOperator(cluster, NAMESPACE);
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
