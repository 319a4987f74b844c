package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.status.StatusFactory;
import com.sourcegraph.downgrade.workload.RestoreMode;
import com.sourcegraph.downgrade.workload.RestoreScope;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Situations that no run leads to: a status that somebody edited, an instance that changed under it. Each has a decision,
 * always the same one, and it can be written down.
 */
class PlannerTotalityProperties {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final Planner planner = new Planner();
    private final StatusFactory statuses = new StatusFactory();

    @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
    void everySituationHasOneDecision(@ForAll long seed) {
        PlannedWorld world = world(new Random(seed));
        Situation situation = world.situation();
        Set<Need> seen = new HashSet<>();

        Decision decision = planner.decide(situation);
        while (decision instanceof Decision.Look look) {
            assertThat(seen.addAll(look.needs()))
                    .as("looks for %s again", look.needs())
                    .isTrue();
            situation = world.look(situation, look.needs());
            decision = planner.decide(situation);
        }

        assertThat(new Planner().decide(situation)).isEqualTo(decision);
        SourcegraphDowngradeStatus written = statuses.write(situation, (Decision.Go) decision);
        assertThat(statuses.write(situation, (Decision.Go) decision)).isEqualTo(written);
        assertThat(written.observedGeneration()).isEqualTo(world.generation);
    }

    private static PlannedWorld world(Random random) {
        Strategy strategy = pick(random, Strategy.values());
        PlannedWorld world = new PlannedWorld(new WorldCase(
                "4.5.1",
                random.nextBoolean() ? "4.4.2" : "4.5.0",
                strategy,
                random.nextInt(8) == 0 ? Mode.PLAN : Mode.RUN,
                pick(random, Approval.values()),
                random.nextBoolean(),
                List.of()));
        world.now = START.plusSeconds(random.nextInt(100_000));
        jobs(random, world);
        for (int count = random.nextInt(6); count > 0; count--) {
            pick(random, Happening.values()).happen(world);
        }
        if (random.nextBoolean()) {
            world.workloads.forEach(workload -> workload.quiesce(PlannedWorld.UID, START));
            if (random.nextInt(3) == 0) {
                world.workloads
                        .get(0)
                        .restore(
                                new RestoreScope(RestoreMode.ROLLOUT, PlannedWorld.UID, Set.of(PlannedWorld.UID)),
                                world.now);
            }
        }
        if (random.nextInt(3) == 0) {
            world.perform(new Action.ClaimInstance(new RunRecord(
                    "back", PlannedWorld.UID, "sha256:spec", "4.5.1", "4.4.2", START.toString(), null, null)));
        }
        world.databases.row = pick(random, "4.5.1", "4.4.0", "4.5.0", "0.0.0+dev", "3.9.0");
        world.status = random.nextInt(12) == 0 ? Optional.empty() : Optional.of(status(random, world));
        return world;
    }

    private static void jobs(Random random, PlannedWorld world) {
        for (MigratorJobKind kind : MigratorJobKind.values()) {
            for (int attempt = 1; attempt <= random.nextInt(3); attempt++) {
                world.jobs.add(new ModelJob(
                        kind,
                        attempt,
                        START,
                        START.plusSeconds(random.nextInt(200_000)),
                        random.nextBoolean() ? Optional.empty() : Optional.of(pick(random, FailureClass.values())),
                        random.nextBoolean()));
            }
        }
    }

    private static SourcegraphDowngradeStatus status(Random random, PlannedWorld world) {
        List<StepStatus> steps = new ArrayList<>();
        for (StepName name : Course.of(world.spec.mode(), pick(random, Strategy.MANIFESTS, Strategy.MIGRATOR))) {
            steps.add(step(random, name));
        }
        if (random.nextInt(6) == 0) {
            steps.add(step(random, StepName.PUT_BACK));
        }
        MigrationStatus migration = random.nextBoolean()
                ? null
                : new MigrationStatus(
                        null,
                        random.nextInt(3),
                        random.nextInt(2),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        null);
        return new SourcegraphDowngradeStatus(
                random.nextBoolean() ? 1L : null,
                null,
                null,
                null,
                null,
                random.nextInt(6) == 0 ? List.of(ended()) : List.of(),
                plan(random, world),
                List.of(),
                steps,
                List.of(),
                migration,
                null,
                null,
                random.nextBoolean() ? time(random, START) : null,
                time(random, START),
                random.nextInt(4) == 0 ? time(random, START) : null);
    }

    private static Condition ended() {
        return new ConditionBuilder()
                .withType(ConditionType.COMPLETE.label())
                .withStatus("True")
                .withReason("Complete")
                .withLastTransitionTime(START.toString())
                .build();
    }

    /** Whoever may write the status can have written anything, or nothing. */
    private static String time(Random random, Instant time) {
        return pick(random, time.toString(), time.toString(), time.toString(), "yesterday", "", null);
    }

    private static StepStatus step(Random random, StepName name) {
        StepState state = pick(random, StepState.values());
        boolean begun = state != StepState.PENDING;
        boolean ended = begun && state != StepState.RUNNING;
        return new StepStatus(
                name,
                state,
                random.nextBoolean() ? null : random.nextInt(3),
                begun ? time(random, START) : null,
                ended ? time(random, START) : null,
                begun ? time(random, START.plusSeconds(random.nextInt(200_000))) : null,
                null);
    }

    private static PlanStatus plan(Random random, PlannedWorld world) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        PlanStatus draft = new PlanStatus(
                null,
                time(random, START.plusSeconds(random.nextInt(100_000))),
                "4.5.1",
                world.spec.to(),
                pick(random, Strategy.MANIFESTS, Strategy.MIGRATOR),
                "because",
                null,
                null,
                null,
                null,
                world.manifests.digest(),
                null,
                null,
                null,
                null,
                null);
        return random.nextInt(5) == 0 ? draft : new PlanDigest().sign(draft);
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }
}
