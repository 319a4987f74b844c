package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.util.List;
import java.util.Optional;

/** Finds a run's migrator Job among those seen, and waits for it. */
final class JobLookup {

    private JobLookup() {}

    static Optional<MigratorJobState> find(Situation situation, MigratorJobKind kind, int attempt) {
        return situation.facts().jobs().orElse(List.of()).stream()
                .filter(job -> job.kind() == kind && job.attempt() == attempt)
                .findFirst();
    }

    /** Waits for a Job that has not finished; one that cannot start is a stop with Kubernetes' own words. */
    static Move waitFor(Situation situation, StepName step, MigratorJobState job, String what) {
        Optional<Stop> stop = job.waiting()
                .map(trouble -> new Stop(
                        Reason.MIGRATOR_CANNOT_START,
                        "Job " + job.name() + " cannot start: " + trouble.reason() + ", " + trouble.message(),
                        "Repair what it names; the Job starts by itself then: "
                                + situation
                                        .run()
                                        .kubectl("describe pod -l batch.kubernetes.io/job-name=" + job.name())));
        return new Move.Wait(step, "Waits for " + what + " (Job " + job.name() + ")", Planner.SAFETY_NET, stop);
    }
}
