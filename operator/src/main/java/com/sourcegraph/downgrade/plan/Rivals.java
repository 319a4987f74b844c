package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the journal knows of those who bring back what the run has stopped. The workloads themselves tell it only until they are
 * taken to zero again.
 *
 * @param all the last one of each workload
 */
record Rivals(List<Rival> all, Instant now) {

    /**
     * So long must everything be left alone before a migrator starts: who brings a service back every few seconds would do it
     * while the migrator runs. Nor is the same workload taken back more often than that before it: to write against such a
     * tool at its own pace starts and kills pods and gains nothing.
     */
    static final Duration CALM = Duration.ofSeconds(10);

    /** So long a rival is told of beside what the run waits for. */
    private static final Duration TOLD = Duration.ofMinutes(1);

    Rivals {
        all = List.copyOf(all);
    }

    static Rivals of(Situation situation) {
        return new Rivals(
                situation.journal().status().map(SourcegraphDowngradeStatus::workloads).orElse(List.of()).stream()
                        .map(workload -> rival(workload, situation.now()))
                        .flatMap(Optional::stream)
                        .toList(),
                situation.now());
    }

    /** What is no time tells nothing; nor does one to come, which would hold the migrator back until then. */
    private static Optional<Rival> rival(WorkloadStatus workload, Instant now) {
        if (workload.broughtBackBy() == null) {
            return Optional.empty();
        }
        return StatusTime.read(workload.broughtBackAt())
                .filter(at -> !at.isAfter(now))
                .map(at -> new Rival(workload.kind() + "/" + workload.name(), workload.broughtBackBy(), at));
    }

    Optional<Rival> of(WorkloadRef ref) {
        return all.stream()
                .filter(rival -> rival.workload().equals(ref.toString()))
                .findFirst();
    }

    /** Whether that workload was brought back a moment ago. */
    boolean restless(WorkloadRef ref) {
        return of(ref).filter(rival -> within(rival, CALM)).isPresent();
    }

    /** How long it takes until all is calm, if nobody brings anything back any more; zero if it is. */
    Duration untilCalm() {
        return all.stream()
                .filter(rival -> within(rival, CALM))
                .map(rival -> Duration.between(now, rival.at().plus(CALM)))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** A sentence with who is to be told beside it. */
    String beside(String message) {
        String rivals = all.stream()
                .filter(rival -> within(rival, TOLD))
                .map(Rival::message)
                .collect(Collectors.joining("; "));
        return rivals.isEmpty() ? message : message + "; " + rivals;
    }

    private boolean within(Rival rival, Duration time) {
        return now.isBefore(rival.at().plus(time));
    }
}
