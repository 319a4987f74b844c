package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.migrator.MigrationCount;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorPhase;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Writes the migrator's state into the journal. */
final class MigrationNotes {

    /** Of an attempt that has reached the target. */
    static final String FINISHED = "Finished";

    private MigrationNotes() {}

    static int attempt(Journal journal) {
        return journal.migration().map(MigrationStatus::attempt).orElse(0);
    }

    static int retriesUsed(Journal journal) {
        return journal.migration().map(MigrationStatus::retriesUsed).orElse(0);
    }

    static MigrationStatus started(Situation situation, int attempt, boolean granted) {
        int used = retriesUsed(situation.journal()) + (granted ? 1 : 0);
        return new MigrationStatus(
                null,
                attempt,
                used,
                null,
                null,
                null,
                MigratorPhase.STARTING.id(),
                null,
                null,
                List.of(),
                null,
                null,
                null);
    }

    /**
     * How far the Job is. What is journalled of it stays until its log tells more: an operator that has just started knows
     * nothing at first, and then reads the log from its beginning.
     */
    static MigrationStatus progress(Situation situation, MigratorJobState job) {
        Optional<MigrationStatus> known =
                situation.journal().migration().filter(written -> job.name().equals(written.job()));
        MigratorProgress live = situation.facts().progress().orElse(MigratorProgress.none());
        MigrationStatus seen = seen(situation, job, live, known.map(MigrationStatus::lastProgress));
        // One that an older operator has journalled has no time: it counts from now.
        return known.filter(written -> written.lastProgress() != null)
                .filter(written -> behind(seen, written) || seen.equals(written))
                .orElseGet(() -> seen(
                        situation,
                        job,
                        live,
                        Optional.of(
                                situation.now().truncatedTo(ChronoUnit.SECONDS).toString())));
    }

    private static boolean behind(MigrationStatus seen, MigrationStatus written) {
        int hops = Integer.compare(number(seen.hop()), number(written.hop()));
        return hops < 0 || hops == 0 && number(seen.reverted()) < number(written.reverted());
    }

    private static int number(Integer count) {
        return count == null ? 0 : count;
    }

    private static MigrationStatus seen(
            Situation situation, MigratorJobState job, MigratorProgress live, Optional<String> lastProgress) {
        MigrationCount count = live.total();
        return new MigrationStatus(
                job.name(),
                job.attempt(),
                retriesUsed(situation.journal()),
                live.hop() == 0 ? null : live.hop(),
                live.hops() == 0 ? null : live.hops(),
                live.hopTo().map(Object::toString).orElse(null),
                phase(job, live).id(),
                count.total() == 0 ? null : count.done(),
                count.total() == 0 ? null : count.total(),
                live.outOfBand().keySet().stream().sorted().toList(),
                live.outOfBand().isEmpty() ? null : live.describeOutOfBand(),
                live.lastError().orElse(null),
                lastProgress.orElse(null));
    }

    /** One that runs has begun, whether its log can be read or not: it may have written, and is never taken for one that was not made. */
    private static MigratorPhase phase(MigratorJobState job, MigratorProgress live) {
        return job.phase() == MigratorJobPhase.RUNNING && live.phase() == MigratorPhase.STARTING
                ? MigratorPhase.CONNECTING
                : live.phase();
    }

    /**
     * Told before what follows is decided, and in fields that every definition of the resource has: an older one drops new ones, and
     * an attempt whose end is forgotten would be made again.
     */
    static MigrationStatus failed(Journal journal, FailedAttempt failed) {
        MigrationStatus last = last(journal);
        return new MigrationStatus(
                failed.job(),
                last.attempt(),
                last.retriesUsed(),
                last.hop(),
                last.hops(),
                last.hopTo(),
                MigratorPhase.FAILED.id(),
                last.reverted(),
                last.total(),
                last.outOfBand(),
                last.outOfBandProgress(),
                failed.told(),
                last.lastProgress());
    }

    static MigrationStatus ended(Journal journal) {
        MigrationStatus last = last(journal);
        return new MigrationStatus(
                last.job(),
                last.attempt(),
                last.retriesUsed(),
                last.hops(),
                last.hops(),
                last.hopTo(),
                FINISHED,
                last.reverted(),
                last.total(),
                last.outOfBand(),
                last.outOfBandProgress(),
                null,
                last.lastProgress());
    }

    private static MigrationStatus last(Journal journal) {
        return journal.migration()
                .orElse(new MigrationStatus(
                        null, 0, 0, null, null, null, null, null, null, List.of(), null, null, null));
    }
}
