package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.release.Version;
import java.util.List;
import java.util.Optional;

/** What data was moved out-of-band, and what that means for going back. */
final class OutOfBandCheck implements Check {

    private static final Found FOUND = new Found("OutOfBandMigrations");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<DatabaseState> state = input.databaseState().filter(DatabaseState::allReachable);
        Optional<Version> from = input.resolver().from(input.situation());
        Optional<StrategyChoice> choice = input.strategy();
        if (state.isEmpty() || from.isEmpty() || choice.isEmpty()) {
            return FOUND.skipped("The out-of-band migrations were not read");
        }
        Version to = Version.parse(input.situation().spec().to());
        List<OutOfBandMigration> inRange = state.get().outOfBand().stream()
                .filter(migration -> migration.reversedBy(from.get().toMinor(), to.toMinor()))
                .filter(migration -> migration.progress() > 0)
                .toList();
        List<Integer> ids =
                inRange.stream().map(OutOfBandMigration::id).sorted().toList();
        List<Integer> destructive = inRange.stream()
                .filter(migration -> !migration.nonDestructive())
                .map(OutOfBandMigration::id)
                .sorted()
                .toList();
        if (choice.get().strategy() == Strategy.MANIFESTS) {
            return ids.isEmpty()
                    ? FOUND.passed("Nothing has to be reversed")
                    : FOUND.warning(
                            "Out-of-band migrations " + ids + " are not reversed by strategy Manifests",
                            "Create the resource anew with spec.strategy: Migrator to have them reversed");
        }
        if (!destructive.isEmpty()) {
            return FOUND.warning(
                    "Out-of-band migrations " + ids + " are reversed; " + destructive
                            + " are destructive: what they moved may not be readable to " + to,
                    "Make sure that you have a backup of the three databases");
        }
        return FOUND.passed(
                ids.isEmpty() ? "Nothing has to be reversed" : "Out-of-band migrations " + ids + " are reversed");
    }
}
