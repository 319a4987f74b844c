package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;

/** The first thing {@code downgrade}, {@code upgrade} and {@code drift} do: look for a way out, and for a newer migrator. */
final class ReachabilityCheck {
    private static final String CONSEQUENCE = "some features may not work as expected";

    private final MigratorRun run;

    ReachabilityCheck(MigratorRun run) {
        this.run = run;
    }

    void check(boolean ignoreMigratorUpdate) {
        switch (run.settings().connectivity()) {
            case NEITHER -> run.output().warning("Neither Github nor GCS reachable, " + CONSEQUENCE);
            case GCS_ONLY -> run.output().warning("Github not reachable, GCS is reachable, " + CONSEQUENCE);
            case GITHUB_ONLY -> run.output().warning("Github is reachable, GCS not reachable, " + CONSEQUENCE);
            case BOTH -> checkForUpdate(ignoreMigratorUpdate);
        }
    }

    private void checkForUpdate(boolean ignore) {
        if (!run.traits().hasIgnoreMigratorUpdate()
                || run.settings().newerMigrator().isEmpty()) {
            return;
        }
        Release newer = run.settings().newerMigrator().get();
        String found = "A newer migrator version is available (" + newer + "), please consider using it instead";
        if (!ignore) {
            run.output().alarm(found + " or pass -ignore-migrator-update.");
            throw new ProcessEnded(1);
        }
        run.output().warning(found + ". Continuing...");
    }
}
