package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Parts of Kubernetes itself end or hang in the middle of a run. Nobody has to do anything, before or after. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartedClusterTest {

    private TestCluster parts;
    private GivenCluster cluster;
    private InstalledOperator operator;

    @BeforeAll
    void install() {
        parts = TestCluster.given();
        cluster = new GivenCluster();
        operator = new InstalledOperator(cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
    }

    @AfterAll
    void close() {
        if (operator != null) {
            operator.close();
            cluster.close();
        }
    }

    @Test
    void kubelet() {
        try (SampleRun run = new SampleRun(cluster, "e2e-kubelet")) {
            // Longer than it takes to end a kubelet and to look, and shorter than a node may be silent before its pods
            // are given up.
            run.migratorFaults("slow:3000");
            run.start();
            Pod migrator = run.awaitMigrating();
            parts.kill("kubelet");
            assertThat(parts.runs(migrator)).as("the migrator still runs").isTrue();

            parts.freeze("kubelet");
            Awaitility.await("the migrator ends while its node tells nobody")
                    .atMost(InstalledInstance.PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> !parts.runs(migrator));
            parts.thaw("kubelet");

            run.awaitStep(StepName.ROLLOUT);
            parts.kill("kubelet");

            run.assertEndsAsUndisturbed();
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance())).hasSize(1);
            assertThat(operator.wholeLog()).doesNotContain(" ERROR ");
        }
    }

    @Test
    void apiServer() {
        // Without an API server it cannot renew its lease, and whoever may have lost that ends.
        operator.mayRestart();
        try (SampleRun run = new SampleRun(cluster, "e2e-apiserver")) {
            run.migratorFaults("slow:2000");
            run.start();
            run.awaitStep(StepName.QUIESCE);
            parts.kill("apiserver");
            run.awaitMigrating();
            parts.restart("apiserver");
            run.awaitStep(StepName.APPLY_MANIFESTS);
            parts.kill("apiserver");
            // Kubernetes' own pause, not the operator's: behind three outages in half a minute the endpoint
            // controller's view lags,
            // every look at a service fails for that ("informer cache is out of date"), and each failure doubles the
            // time until
            // the next, up to 1000 s. Seen: databases that were replaced meanwhile had no address for more than four
            // minutes. One
            // that begins anew has no failures behind it; in a longer outage it loses its lease and does so by itself.
            parts.restart("controller-manager");

            run.assertEndsAsUndisturbed();
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance())).hasSize(1);
            assertThat(operator.wholeLog())
                    .as("an outage is no error, and not worth a stack trace for each watch")
                    .doesNotContain(" ERROR ")
                    .doesNotContain("WebSocket");
        }
    }
}
