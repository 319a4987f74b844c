package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.List;

/** {@code drift}: compares one schema with its description and says what differs. */
final class DriftCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;
    private final SchemaDescriptions descriptions;

    DriftCommand(MigratorRun run, SchemaHistory history, SchemaDescriptions descriptions) {
        this.run = run;
        this.history = history;
        this.descriptions = descriptions;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags.Definition definition =
                new Flags.Definition().required("db").text("version").text("file");
        if (run.traits().driftReadsVersion()) {
            definition.bool("skip-version-check");
        }
        if (run.traits().hasIgnoreMigratorUpdate()) {
            definition.bool("ignore-migrator-update");
        }
        Flags flags = definition.parse(arguments);
        flags.requireNoPositional();
        new ReachabilityCheck(run).check(flags.bool("ignore-migrator-update"));
        SchemaName schema = SchemaSelection.one(flags.text("db").orElseThrow(), run.output());
        requireConsistent(flags);

        MigratorDatabases databases = new MigratorDatabases(run, history);
        if (schema == SchemaName.FRONTEND) {
            databases.connect(SchemaName.FRONTEND);
        } else {
            databases.connect(SchemaName.FRONTEND, schema);
        }
        Release release = release(flags, new VersionRow(databases.connection(SchemaName.FRONTEND)));
        DriftCheck check = new DriftCheck(run, databases, descriptions);
        announceDescription(check, schema, release);
        report(check.findings(schema, release), schema, release);
    }

    private void requireConsistent(Flags flags) {
        boolean version = flags.has("version");
        boolean file = flags.has("file");
        if (version && file) {
            throw new MigratorError("the flags -version or -file are mutually exclusive");
        }
        if (!run.traits().driftReadsVersion() && !version && !file) {
            throw new MigratorError("must supply exactly one of -version or -file");
        }
        if (flags.bool("skip-version-check") && !version && !file) {
            throw new MigratorError("-skip-version-check was supplied without -version or -file");
        }
        if (file) {
            throw new MigratorError("failed to open " + flags.text("file").orElseThrow() + ": no such file");
        }
    }

    private Release release(Flags flags, VersionRow row) throws SQLException {
        String given = flags.text("version").orElse(null);
        if (given == null) {
            Release release =
                    row.release().orElseThrow(() -> new MigratorError("version assertion failed: unknown version"));
            run.output().info("Checking drift against version \"" + release.tag() + "\"");
            return release;
        }
        if (run.traits().driftReadsVersion()) {
            new VersionAssertion(row).checkExactly(given, flags.bool("skip-version-check"));
        }
        return Release.parse(given)
                .filter(release -> release.toMinor().isAtLeast(SchemaHistory.FIRST))
                .orElseThrow(() -> new MigratorError("failed to locate target schema description"));
    }

    private void announceDescription(DriftCheck check, SchemaName schema, Release release) {
        run.output().info("Locating schema description");
        check.requireDescription(release);
        String file = release.tag() + "-" + schema.descriptionFile();
        if (check.isLocal(release)) {
            run.output().success("Schema found in Local file (/schema-descriptions/" + file + ").");
        } else {
            run.output()
                    .info("Reading schema definition in Local file (/schema-descriptions/" + file
                            + ")... Schema not found (no such file or directory). Will attempt a fallback source.");
            run.output()
                    .success("Schema found in GCS (https://storage.googleapis.com/sourcegraph-assets/migrations/drift/"
                            + file + ").");
        }
    }

    private void report(List<DriftCheck.Finding> findings, SchemaName schema, Release release) {
        if (findings.isEmpty()) {
            run.output().success("No drift detected");
            return;
        }
        run.output().failure("Drift detected!");
        for (DriftCheck.Finding finding : findings) {
            run.output().line("");
            run.output().failure(finding.problem());
            run.output().suggestion("Suggested action: " + finding.suggestion() + ".");
            if (finding.sql().isBlank()) {
                run.output().suggestion("Hint: Reproduce the object as defined at the following URL:");
                run.output()
                        .line("https://raw.githubusercontent.com/sourcegraph/sourcegraph/" + release.tag()
                                + "/internal/database/"
                                + schema.descriptionFile().replace("internal_database_", ""));
            } else {
                run.output().line("");
                finding.sql().lines().forEach(line -> run.output().line("    " + line));
                run.output().line("");
            }
        }
        throw new MigratorError("database schema is out of sync");
    }
}
