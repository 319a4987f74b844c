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

    /** So long a rival is told of beside what the run waits for; and what it does within that time again belongs to the same fight. */
    private static final Duration TOLD = Duration.ofMinutes(2);

    /** So long a fight may last before a person is told: longer than anything but a tool that does not give up. */
    static final Duration FIGHT = Duration.ofMinutes(3);

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
                .map(at -> new Rival(
                        workload.kind() + "/" + workload.name(),
                        workload.broughtBackBy(),
                        StatusTime.read(workload.broughtBackSince())
                                .filter(since -> !since.isAfter(at))
                                .orElse(at),
                        at));
    }

    Optional<Rival> of(WorkloadRef ref) {
        return all.stream()
                .filter(rival -> rival.workload().equals(ref.toString()))
                .findFirst();
    }

    /** That workload is seen brought back now, by whom. */
    Rival seen(WorkloadRef ref, String name) {
        Instant since =
                of(ref).filter(rival -> within(rival, TOLD)).map(Rival::since).orElse(now);
        return new Rival(ref.toString(), name, since, now);
    }

    /** Those that brought something back not long ago. */
    List<Rival> told() {
        return all.stream().filter(rival -> within(rival, TOLD)).toList();
    }

    /** Those of them that do not give up. */
    List<Rival> fighting() {
        return told().stream()
                .filter(rival -> Duration.between(rival.since(), rival.at()).compareTo(FIGHT) >= 0)
                .toList();
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
        String rivals = told().stream().map(Rival::message).collect(Collectors.joining("; "));
        return rivals.isEmpty() ? message : message + "; " + rivals;
    }

    private boolean within(Rival rival, Duration time) {
        return now.isBefore(rival.at().plus(time));
    }
}
