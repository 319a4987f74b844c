package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.release.PostgresBoundary;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The target's built-in databases can read the data: nothing converts PostgreSQL 16's data back to 12. */
final class PostgresCheck implements Check {

    private static final Found FOUND = new Found("Postgres");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<Version> from = input.resolver().from(input.situation());
        if (from.isEmpty()) {
            return FOUND.skipped("The instance's release is not known");
        }
        Version to = Version.parse(input.situation().spec().to());
        if (!PostgresBoundary.crossedBy(from.get().toMinor(), to.toMinor())) {
            return FOUND.passed("Both releases run on the same major version of PostgreSQL");
        }
        List<Workload> builtIn = input.workloads().map(Workloads::databases).orElse(List.of());
        if (builtIn.isEmpty()) {
            return FOUND.warning(
                    "Release " + to + " was made for PostgreSQL " + PostgresBoundary.builtInMajor(to.toMinor()) + ", "
                            + from.get() + " for "
                            + PostgresBoundary.builtInMajor(from.get().toMinor())
                            + "; the databases are external",
                    "Make sure that " + to + " supports the version that your databases run");
        }
        String names =
                builtIn.stream().map(database -> database.ref().toString()).collect(Collectors.joining(", "));
        return FOUND.failed(
                "From " + from.get() + " to " + to + " the databases in the cluster (" + names
                        + ") would start PostgreSQL " + PostgresBoundary.builtInMajor(to.toMinor())
                        + " on data of PostgreSQL "
                        + PostgresBoundary.builtInMajor(from.get().toMinor())
                        + ", which nothing converts back",
                "Choose a target from " + PostgresBoundary.firstMinorOn16() + " on");
    }
}
