package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds a run's migrator Job among those seen, and waits for it. */
final class JobLookup {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private JobLookup() {}

    /** A Job whose pod the API server refuses (a quota, a policy) has none; the Job's events say why. */
    private static Optional<MigratorJobState.Trouble> refused(MigratorJobState job) {
        return job.podName().isEmpty() && job.phase() == MigratorJobPhase.PENDING
                ? Optional.of(new MigratorJobState.Trouble(
                        "NoPod", "the cluster makes no pod for it, as a quota or a policy would have it"))
                : Optional.empty();
    }

    static Optional<MigratorJobState> find(Situation situation, MigratorJobKind kind, int attempt) {
        return situation.facts().jobs().orElse(List.of()).stream()
                .filter(job -> job.kind() == kind && job.attempt() == attempt)
                .findFirst();
    }

    /** Waits for a Job that has not finished; one that cannot start is a stop with Kubernetes' own words. */
    static Move.Wait waitFor(Situation situation, StepName step, MigratorJobState job, String what) {
        // The step may have begun long before: this may be its second Job.
        boolean early = situation
                .now()
                .isBefore(job.created().orElseGet(() -> situation.begun(step)).plus(PATIENCE));
        Optional<Stop> stop = job.waiting()
                // A cluster that scales itself takes a while to bring a node.
                .filter(trouble -> !early || !trouble.reason().equals("Unschedulable"))
                .or(() -> refused(job).filter(trouble -> !early))
                .map(trouble -> new Stop(
                        Reason.MIGRATOR_CANNOT_START,
                        "Job " + job.name() + " cannot start: " + trouble.reason() + ", " + trouble.message(),
                        "Repair what it names; the Job starts by itself then: "
                                + situation
                                        .run()
                                        .kubectl("describe job/" + job.name()
                                                + job.podName()
                                                        .map(pod -> " pod/" + pod)
                                                        .orElse(""))));
        return new Move.Wait(step, "Waits for " + what + " (Job " + job.name() + ")", Planner.SAFETY_NET, stop);
    }
}
