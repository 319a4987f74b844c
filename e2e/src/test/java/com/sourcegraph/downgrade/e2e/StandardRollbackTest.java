package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The rollback of a standard upgrade: manifests only, and no user notices. */
@Story
class StandardRollbackTest {
    private static final String NAMESPACE = "e2e-rollback";

    private final StoryOperator operator;

    StandardRollbackTest(StoryOperator operator) {
        this.operator = operator;
    }

    /**
     * A frontend that goes on serving until its Service has learnt that it stops. One that stops listening at once, as Sourcegraph's
     * own does, can refuse a connection in any rollout, with or without an operator.
     */
    private static ReleaseManifests serving(String release) {
        return new ContainerSettings(InstalledInstance.sample(release))
                .env("sourcegraph-frontend", "STAND_IN_STOP_MILLIS", "10000");
    }

    @Test
    void noRequestFails() {
        try (InstalledInstance instance = InstalledInstance.install(operator.cluster(), NAMESPACE, serving("5.0.6"))) {
            ReleaseManifests target = serving("4.5.1");
            instance.store("target", target);
            ExpectedEnd end = new ExpectedEnd(instance, target, "4.5.1");
            FrontendClient client = new FrontendClient(instance);
            assertThat(client.last()).endsWith(" frontend 5.0.6");

            instance.downgrade("back", "to: v4.5.1\nstrategy: Manifests\nmanifests: {configMapRef: {name: target}}");
            SourcegraphDowngrade ended = instance.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(client::last, last -> last.endsWith(" frontend 4.5.1"));
            assertThat(client.failures()).isEmpty();
            client.assertAskedThroughout();
            end.assertInstanceIsTarget();
            assertThat(WholeDowngradeTest.downgradeJobs(instance)).isEmpty();
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }
}
