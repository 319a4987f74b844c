package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.VersionsLookup;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.Optional;

/** The row in the database, the frontend's image and the spec agree on the release, and the target is below it. */
final class VersionsCheck implements Check {

    private static final Found FOUND = new Found("Versions");

    /** One that is called otherwise is known by its image or its label. */
    private static String frontend(PreflightInput input) {
        return input.workloads()
                .flatMap(Workloads::frontend)
                .map(frontend -> frontend.ref().toString())
                .orElse("deployment/sourcegraph-frontend");
    }

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<DatabaseState> state = input.databaseState();
        if (state.isEmpty() || state.get().versionsLookup() == VersionsLookup.NOT_READ) {
            return FOUND.skipped("The frontend's database was not read");
        }
        Optional<VersionsRow> row = state.get().versions();
        if (row.isEmpty() && state.get().versionsLookup() == VersionsLookup.TABLE_MISSING) {
            return FOUND.failed(
                    "The frontend's database has no table versions: it is not that of a Sourcegraph instance",
                    "Check that PGHOST and PGDATABASE of the frontend lead to the instance's database: "
                            + input.kubectl("describe " + frontend(input)));
        }
        if (row.isEmpty()) {
            return FOUND.failed(
                    "Table versions has no row for the frontend: no release has ever finished its start on this database",
                    "Let the instance start once at its current release, then wait for the next look");
        }
        Optional<Version> release = row.get().release();
        if (release.isEmpty()) {
            return FOUND.failed(
                    "The versions row says \"" + row.get().version() + "\", which is no release",
                    "A development build cannot be downgraded; run a released version first");
        }
        return compare(input, release.get());
    }

    private static CheckStatus compare(PreflightInput input, Version row) {
        if (input.resolver().migratedBefore(input.situation())) {
            return FOUND.passed(
                    "The schemas are at " + row
                            + " already and the newer services are held at zero: an earlier run has come that far, and this one goes on");
        }
        String asked = input.situation().spec().from();
        if (asked != null && !agrees(Version.parse(asked), row)) {
            return FOUND.failed(
                    "spec.from is " + asked + ", but the instance's database says " + row,
                    "Create the resource anew with spec.from: " + row.tag() + ", or without spec.from");
        }
        Optional<Version> image =
                input.resolver().imageRelease(input.situation().facts());
        if (image.isPresent() && !image.get().toMinor().equals(row.toMinor())) {
            return FOUND.failed(
                    "The frontend runs " + image.get() + ", but its database says " + row
                            + ": an upgrade or a downgrade is under way, or an older frontend has been started on this database",
                    "Bring both to the same release first: " + input.kubectl("get deployments -o wide"));
        }
        Version to = Version.parse(input.situation().spec().to());
        boolean below = to.toMinor().isBefore(row.toMinor())
                || (to.toMinor().equals(row.toMinor()) && to.patch().isPresent() && to.isBefore(row));
        if (!below) {
            return FOUND.failed(
                    "The instance is at " + row + ", and " + to + " is not below it: there is nothing to downgrade",
                    "Create the resource anew with an older release in spec.to");
        }
        return FOUND.passed("The instance is at " + row
                + image.map(version -> " (frontend image " + version + ")").orElse("") + "; the target " + to
                + " is below it");
    }

    private static boolean agrees(Version asked, Version row) {
        return asked.toMinor().equals(row.toMinor())
                && (asked.patch().isEmpty()
                        || row.patch().isEmpty()
                        || asked.patch().equals(row.patch()));
    }
}
