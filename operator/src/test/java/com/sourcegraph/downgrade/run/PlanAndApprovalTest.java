package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code mode: Plan} touches nothing; {@code approval: Manual} acts on the approved plan and on no other. */
class PlanAndApprovalTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    private static String approve(String digest) {
        return "{\"spec\":{\"approvedPlan\":\"" + digest + "\"}}";
    }

    private SourcegraphDowngrade complete() {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        return ended;
    }

    /** But for the migrator's own dry run, which is a Job. */
    @Test
    void aPlanIsAPlan() {
        Map<String, String> before = world.workloads();
        world.startOperator();
        world.applyMigrator("back", "mode: Plan");

        SourcegraphDowngrade ended = world.awaitEnd("back");

        assertThat(DowngradeWorld.condition(ended, "Complete").getReason()).isEqualTo("Planned");
        assertThat(ended.getStatus().phase()).isEqualTo(Phase.PLANNED);
        assertThat(ended.getStatus().plan().digest()).startsWith("sha256:");
        assertThat(ended.getStatus().plan().scale())
                .contains("Deployment/sourcegraph-frontend", "Deployment/worker", "StatefulSet/gitserver");
        assertThat(ended.getStatus().plan().irreversible()).isNotEmpty();
        assertThat(world.workloads()).isEqualTo(before);
        assertThat(world.operatorWrites()).allSatisfy(write -> assertThat(write.verb() + " " + write.resource())
                .isEqualTo("create jobs"));
        assertThat(world.jobs("downgrade")).isEmpty();
    }

    @Test
    void aPlanByManifestsWritesNothingAtAll() {
        world.startOperator();
        world.apply("back", "to: v4.5.1\nmode: Plan\nstrategy: Manifests\nmanifests: {configMapRef: {name: target}}");

        SourcegraphDowngrade ended = world.awaitEnd("back");

        assertThat(DowngradeWorld.condition(ended, "Complete").getReason()).isEqualTo("Planned");
        assertThat(world.operatorWrites()).isEmpty();
    }

    @Test
    void waitsForTheApprovalOfItsPlan() {
        Map<String, String> before = world.workloads();
        world.startOperator();
        world.applyMigrator("back", "approval: Manual");

        SourcegraphDowngrade waiting = world.awaitPhase("back", Phase.AWAITING_APPROVAL);

        String digest = waiting.getStatus().plan().digest();
        assertThat(waiting.getStatus().nextAction()).contains(digest);
        assertThat(world.workloads()).isEqualTo(before);

        world.patch("back", approve("sha256:" + "0".repeat(64)));
        SourcegraphDowngrade differs = world.awaitStall("back", "ApprovedPlanDiffers");
        assertThat(differs.getStatus().nextAction()).contains(digest);
        assertThat(world.workloads()).isEqualTo(before);

        world.patch("back", approve(digest));
        assertThat(complete().getStatus().plan().digest()).isEqualTo(digest);
    }

    /** The frontend names another image of the migrator a moment after the approval. */
    @Test
    void theMigratorThatWasApprovedIsTheOneThatRuns() {
        world.startOperator();
        world.applyMigrator("back", "approval: Manual");
        PlanStatus plan =
                world.awaitPhase("back", Phase.AWAITING_APPROVAL).getStatus().plan();
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("sourcegraph-frontend")
                .edit(frontend -> {
                    frontend.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getInitContainers()
                            .forEach(container -> container.setImage("mirror.example.com/" + container.getImage()));
                    return frontend;
                });

        world.patch("back", approve(plan.digest()));
        complete();

        assertThat(world.jobs("downgrade"))
                .singleElement()
                .extracting(job -> job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getImage())
                .isEqualTo(plan.migratorImage());
    }

    /** While the plan waited, someone put other manifests there: what was approved is not what would be done. */
    @Test
    void aPlanThatChangedSinceItsApprovalIsNotActedOn() {
        Map<String, String> before = world.workloads();
        world.startOperator();
        world.applyMigrator("back", "approval: Manual");
        String digest = world.awaitPhase("back", Phase.AWAITING_APPROVAL)
                .getStatus()
                .plan()
                .digest();
        world.putTarget(SampleRelease.of("4.5.1")
                .small()
                .connectedTo(world.databases().environment())
                .yaml()
                .replace("max_connections = 100", "max_connections = 200"));
        world.clock().advance(Duration.ofMinutes(10));

        world.patch("back", approve(digest));

        SourcegraphDowngrade differs = world.awaitStall("back", "ApprovedPlanDiffers");
        assertThat(differs.getStatus().plan().digest()).isNotEqualTo(digest);
        assertThat(world.workloads()).isEqualTo(before);

        world.patch("back", approve(differs.getStatus().plan().digest()));
        complete();
        assertThat(world.client()
                        .configMaps()
                        .inNamespace(world.namespace())
                        .withName("pgsql-conf")
                        .get()
                        .getData()
                        .get("postgresql.conf"))
                .contains("max_connections = 200");
    }
}
