package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.MemoryLimits;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The migrator needs more memory than it may have. Not beside others: on a busy machine containerd may hear that a container has
 * ended before it hears that the kernel ended it for its memory, and then the kubelet does not tell of that.
 */
@EndToEnd
class MigratorMemoryTest {

    /** What it needs lies between the memory of the third attempt and that of the fourth. */
    @Test
    void oneThatIsKilledByTheKernelForItsMemoryGetsMoreWithEachAttempt() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator =
                        new InstalledOperator(cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
                SampleRun run = new SampleRun(cluster, "e2e-memory")) {
            run.migratorFaults("memory:600");
            run.start("migrator: {memory: 128Mi}");

            SourcegraphDowngrade stopped = run.awaitStall("MigratorFailed");

            assertThat(SampleRun.condition(stopped, "Stalled").getMessage())
                    .contains("Job back-downgrade-3", "OUT_OF_MEMORY", "more memory than its limit", "OOMKilled");
            run.assertServicesAtZero();

            run.patchAsTold(stopped);

            run.assertEndsAsUndisturbed();
            assertThat(MemoryLimits.of(WholeDowngradeTest.downgradeJobs(run.instance())))
                    .containsExactlyInAnyOrderElementsOf(List.of(
                            new Quantity("128Mi"), new Quantity("256Mi"), new Quantity("512Mi"), new Quantity("1Gi")));
            assertThat(operator.log()).doesNotContain(" ERROR ").doesNotContain("password");
        }
    }
}
