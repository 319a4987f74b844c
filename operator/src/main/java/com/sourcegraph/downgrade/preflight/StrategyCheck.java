package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.release.ImageName;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Version;
import java.util.Optional;

/** There is a way from the one release to the other, and a migrator that knows it. */
final class StrategyCheck implements Check {

    private static final Found FOUND = new Found("Strategy");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<Version> from = input.resolver().from(input.situation());
        Optional<StrategyChoice> choice = input.strategy();
        if (from.isEmpty() || choice.isEmpty()) {
            return FOUND.skipped("The instance's release is not known");
        }
        if (!choice.get().possible()) {
            return FOUND.failed(choice.get().problem(), choice.get().remedy());
        }
        if (choice.get().strategy() == Strategy.MIGRATOR) {
            Optional<CheckStatus> unfit = migrator(input, from.get().toMinor());
            if (unfit.isPresent()) {
                return unfit.get();
            }
        }
        String name = choice.get().strategy() == Strategy.MIGRATOR ? "Migrator" : "Manifests";
        return FOUND.passed(name + ", because " + choice.get().reason());
    }

    private static Optional<CheckStatus> migrator(PreflightInput input, Minor from) {
        Minor to = Version.parse(input.situation().spec().to()).toMinor();
        Minor oldest = ReleaseLine.known().oldestTarget();
        if (to.isBefore(oldest)) {
            return Optional.of(FOUND.failed(
                    "The migrator goes back to " + oldest + " at most, not to " + to,
                    "Create the resource anew with a release from " + oldest + " on in spec.to"));
        }
        if (input.migratorImage().isEmpty()) {
            return Optional.of(FOUND.failed(
                    "The frontend has no init container migrator to take the migrator's image from",
                    "Create the resource anew with spec.migrator.image"));
        }
        String image = input.migratorImage().get();
        Optional<Version> version = ImageName.parse(image).version();
        if (version.isPresent() && version.get().toMinor().isBefore(from)) {
            return Optional.of(FOUND.failed(
                    "Migrator " + image + " is older than the instance's release " + from
                            + " and does not know its migrations",
                    "Create the resource anew with a spec.migrator.image of " + from + " or newer"));
        }
        return Optional.empty();
    }
}
