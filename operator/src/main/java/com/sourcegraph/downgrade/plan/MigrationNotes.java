package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.migrator.MigrationCount;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import java.util.List;
import java.util.Optional;

/** Writes the migrator's state into the journal. */
final class MigrationNotes {

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
                null, attempt, used, null, null, null, "Starting", null, null, List.of(), null, null);
    }

    static MigrationStatus progress(Journal journal, Optional<MigratorProgress> seen, MigratorJobState job) {
        if (seen.isEmpty()) {
            return new MigrationStatus(
                    job.name(),
                    job.attempt(),
                    retriesUsed(journal),
                    null,
                    null,
                    null,
                    "Starting",
                    null,
                    null,
                    List.of(),
                    null,
                    null);
        }
        MigratorProgress live = seen.get();
        MigrationCount count = live.total();
        return new MigrationStatus(
                job.name(),
                job.attempt(),
                retriesUsed(journal),
                live.hop() == 0 ? null : live.hop(),
                live.hops() == 0 ? null : live.hops(),
                live.hopTo().map(Object::toString).orElse(null),
                live.phase().id(),
                count.total() == 0 ? null : count.done(),
                count.total() == 0 ? null : count.total(),
                live.outOfBand().keySet().stream().sorted().toList(),
                live.outOfBand().isEmpty() ? null : live.describeOutOfBand(),
                live.lastError().orElse(null));
    }

    static MigrationStatus ended(Journal journal) {
        MigrationStatus last = journal.migration()
                .orElse(new MigrationStatus(null, 0, 0, null, null, null, null, null, null, List.of(), null, null));
        return new MigrationStatus(
                last.job(),
                last.attempt(),
                last.retriesUsed(),
                last.hops(),
                last.hops(),
                last.hopTo(),
                "Finished",
                last.reverted(),
                last.total(),
                last.outOfBand(),
                last.outOfBandProgress(),
                null);
    }
}
