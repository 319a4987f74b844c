package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a whole run asks of the API server: a bounded number of requests, and nothing again and again while it waits. */
class RequestCountTest {

    /** Some more than are needed: how often a controller is ahead of a write is chance. */
    private static final int MOST = 145;

    /** How often a wait is told of depends on how long it lasts. */
    private static final int MOST_OF_THE_STATUS = 50;

    @Test
    void aWholeRunAsksLittle() {
        try (DowngradeWorld world = new DowngradeWorld(
                "4.5.1",
                SampleRelease.of("4.5.1").full(),
                SampleRelease.of("4.0.1").full())) {
            RequestBreakdown asked = world.countRequests("back");
            world.startOperator();
            world.apply("back", "to: v4.0.1\nmanifests: {configMapRef: {name: target}}");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            int told = (int)
                    asked.requests().stream().filter(RequestCountTest::status).count();
            assertThat(told).as(asked.table()).isLessThanOrEqualTo(MOST_OF_THE_STATUS);
            assertThat(asked.count() - told).as(asked.table()).isLessThanOrEqualTo(MOST);
        }
    }

    /** Every turn that is taken while the migrator is at work leaves exactly one trace: that it has seen the changed spec. */
    @Test
    void whileTheMigratorWorksNothingIsAsked() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.programs().failNextDowngrades(MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 1));
            world.startOperator();
            world.applyMigrator("back");
            world.awaitHung(1);
            world.await(
                    "back",
                    resource -> DowngradeWorld.running(resource, StepName.MIGRATE)
                            && resource.getStatus().migration() != null
                            && resource.getStatus().migration().hop() != null);
            turn(world, 1);
            RequestBreakdown asked = world.countRequests("back");

            for (int number = 2; number < 7; number++) {
                turn(world, number);
            }

            List<RequestRecord> beside = asked.requests().stream()
                    .filter(request -> !status(request))
                    .toList();
            assertThat(beside).as(asked.table()).isEmpty();
        }
    }

    private static boolean status(RequestRecord request) {
        return request.resource().equals("sourcegraphdowngrades")
                && request.subresource().equals("status");
    }

    /** Makes the operator take a turn, and waits until it has. */
    private static void turn(DowngradeWorld world, int number) {
        world.patch("back", "{\"spec\":{\"ttlSecondsAfterFinished\":" + (1_000 + number) + "}}");
        world.await("back", resource -> resource.getMetadata()
                .getGeneration()
                .equals(resource.getStatus().observedGeneration()));
    }
}
