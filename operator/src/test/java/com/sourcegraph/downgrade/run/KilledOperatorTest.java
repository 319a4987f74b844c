package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.service.MigratorInvocation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The operator is killed, not closed, between any two of its writes: from then on nothing of that process reaches the API
 * server. The next process carries on and ends in the same objects as an undisturbed run, with exactly one successful
 * downgrade Job.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledOperatorTest {

    /** -Dkill.events=true goes through those points as well. */
    private static final boolean EVENTS_TOO = Boolean.getBoolean("kill.events");

    @TestFactory
    Stream<DynamicTest> migratorDowngrade() {
        return everyPoint("5.0.6", "4.5.1", "Migrator");
    }

    @TestFactory
    Stream<DynamicTest> standardRollback() {
        return everyPoint("5.0.6", "4.5.1", "Manifests");
    }

    private static Stream<DynamicTest> everyPoint(String from, String to, String strategy) {
        Golden golden = golden(from, to, strategy);
        // -Dkill.point=N repeats one of them.
        int only = Integer.getInteger("kill.point", 0);
        return IntStream.rangeClosed(1, golden.writes().size())
                .filter(point -> only == 0 || point == only)
                // An event is told after the status that it tells of and changes nothing: dying after it is dying after
                // that.
                .filter(point -> EVENTS_TOO || !golden.writes().get(point - 1).startsWith("create events"))
                .mapToObj(point -> DynamicTest.dynamicTest(
                        "after write " + point + ": " + golden.writes().get(point - 1),
                        () -> killedAfter(point, golden, from, to, strategy)));
    }

    /** What an undisturbed run writes and leaves. */
    private record Golden(List<String> writes, NamespacePicture objects) {}

    private static Golden golden(String from, String to, String strategy) {
        try (DowngradeWorld world = DowngradeWorld.small(from, to);
                OperatorLife operator = OperatorLife.start(world.cluster(), "undisturbed")) {
            world.apply("back", spec(to, strategy));
            assertComplete(world.awaitEnd("back"));
            world.awaitLetGo("back");
            return new Golden(
                    operator.writes().stream().map(KilledOperatorTest::told).toList(), picture(world));
        }
    }

    private static void killedAfter(int point, Golden golden, String from, String to, String strategy) {
        try (DowngradeWorld world = DowngradeWorld.small(from, to);
                OperatorLife first = OperatorLife.startAndKillAfter(world.cluster(), "first", point)) {
            world.apply("back", spec(to, strategy));
            // How often a wait is told in the status depends on how long it lasts: where this run waits for less than
            // the one
            // that was counted, it has fewer writes, and its last points do not exist. It is judged all the same.
            first.awaitDeathOr(() -> world.letGo("back"), DowngradeWorld.PATIENCE);
            try (OperatorLife ignored = OperatorLife.start(world.cluster(), "second")) {
                assertComplete(world.awaitEnd("back"));
                world.awaitLetGo("back");
                assertThat(world.jobs("downgrade")).as("belong to the resource").allSatisfy(job -> assertThat(
                                job.getMetadata().getOwnerReferences())
                        .hasSize(1));
                assertThat(golden.objects().differencesTo(picture(world))).isEmpty();
                assertThat(world.jobs("downgrade").stream().filter(KilledOperatorTest::succeeded))
                        .as("successful downgrade Jobs")
                        .hasSize(strategy.equals("Migrator") ? 1 : 0);
                assertThat(world.programs().migratorInvocations().stream().filter(MigratorInvocation::isDowngrade))
                        .as("downgrades that the migrator was asked for")
                        .hasSize(strategy.equals("Migrator") ? 1 : 0);
            }
        }
    }

    private static NamespacePicture picture(DowngradeWorld world) {
        return NamespacePicture.of(world.client(), world.namespace());
    }

    private static String spec(String to, String strategy) {
        return "to: v%s\nstrategy: %s\nmanifests: {configMapRef: {name: target}}".formatted(to, strategy);
    }

    private static void assertComplete(SourcegraphDowngrade ended) {
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
    }

    private static boolean succeeded(Job job) {
        return job.getStatus() != null
                && job.getStatus().getSucceeded() != null
                && job.getStatus().getSucceeded() > 0;
    }

    private static String told(RequestRecord request) {
        return request.verb() + " " + request.resource()
                + (request.subresource().isEmpty() ? "" : "/" + request.subresource()) + " " + request.name();
    }
}
