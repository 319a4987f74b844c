package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Version;
import java.util.List;
import java.util.OptionalInt;

/**
 * Chooses how to go back. Older services are promised to run on the schema of the next minor, so patches and one minor
 * need no migrator unless data that was moved out-of-band has to be moved back.
 */
public final class StrategyChooser {

    private final ReleaseLine line;

    public StrategyChooser(ReleaseLine line) {
        this.line = line;
    }

    public StrategyChoice choose(Strategy asked, Version from, Version to, List<OutOfBandMigration> outOfBand) {
        Minor newer = from.toMinor();
        Minor older = to.toMinor();
        if (newer.equals(older)) {
            return asked == Strategy.MIGRATOR
                    ? impossible(
                            Strategy.MIGRATOR,
                            "The migrator refuses a range within one minor (" + from + " to " + to
                                    + "): both have the same schema",
                            "Create the resource anew with spec.strategy: Manifests, or without spec.strategy")
                    : chosen(Strategy.MANIFESTS, "a step back of patches within " + older + " changes no schema");
        }
        OptionalInt distance = line.distance(older, newer);
        if (distance.isEmpty()) {
            return impossible(
                    asked == Strategy.AUTO ? Strategy.MIGRATOR : asked,
                    "The way from " + newer + " to " + older + " is not known; the release line is " + line.describe(),
                    "Check spec.to and spec.from, or use a newer operator");
        }
        int minors = distance.getAsInt();
        if (asked == Strategy.MIGRATOR) {
            return chosen(Strategy.MIGRATOR, "spec.strategy asks for it");
        }
        if (minors > 1) {
            return asked == Strategy.MANIFESTS
                    ? impossible(
                            Strategy.MANIFESTS,
                            "From " + newer + " to " + older + " are " + minors
                                    + " minors, and an older release runs on a newer schema for one minor only",
                            "Create the resource anew with spec.strategy: Migrator, or without spec.strategy")
                    : chosen(Strategy.MIGRATOR, minors + " minors lie between " + newer + " and " + older);
        }
        List<Integer> moved = outOfBand.stream()
                .filter(migration -> migration.reversedBy(newer, older) && migration.progress() > 0)
                .map(OutOfBandMigration::id)
                .sorted()
                .toList();
        if (asked == Strategy.AUTO && !moved.isEmpty()) {
            return chosen(Strategy.MIGRATOR, "out-of-band migrations " + moved + " have to be reversed");
        }
        return chosen(
                Strategy.MANIFESTS,
                asked == Strategy.MANIFESTS
                        ? "spec.strategy asks for it"
                        : older + " runs on the schema of " + newer + " and nothing out-of-band has to be reversed");
    }

    private static StrategyChoice chosen(Strategy strategy, String reason) {
        return new StrategyChoice(strategy, reason, "", "");
    }

    private static StrategyChoice impossible(Strategy strategy, String problem, String remedy) {
        return new StrategyChoice(strategy, "", problem, remedy);
    }
}
