package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Migration;
import com.sourcegraph.downgrade.testkit.postgres.MigrationLog;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigration;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigrations;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandTable;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether an instance is in a state that a release can run on: what {@code validate} and {@code up} check, and what
 * every service checks when it starts.
 */
public final class InstanceState {
    private final SchemaHistory history;
    private final OutOfBandMigrations outOfBandMigrations;

    public InstanceState(SchemaHistory history, OutOfBandMigrations outOfBandMigrations) {
        this.history = history;
        this.outOfBandMigrations = outOfBandMigrations;
    }

    /**
     * Whether a frontend of that release may start on an instance that was last run by another: every downgrade, the
     * same minor, one minor up, and the next major's {@code .0} from any minor.
     *
     * @return the error, or nothing
     */
    public static Optional<String> refusedUpgrade(Optional<String> previous, Release release) {
        Optional<Release> before = previous.flatMap(Release::parse);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Release last = before.get();
        boolean allowed = last.major() > release.major()
                || last.major() == release.major() && last.minor() >= release.minor() - 1
                || last.major() + 1 == release.major() && release.minor() == 0
                || ReleaseLine.whole().next(last).sameMinor(release);
        return allowed
                ? Optional.empty()
                : Optional.of("upgrading \"frontend\" from \"" + last + "\" to \"" + release
                        + "\" is not allowed, please refer to"
                        + " https://docs.sourcegraph.com/admin/updates#update-policy");
    }

    /**
     * Whether all migrations of the release are applied; newer ones do not count.
     *
     * @return the error, or nothing
     */
    public Optional<String> outdatedSchema(Connection connection, SchemaName schema, Release release)
            throws SQLException {
        MigrationLog.State state = new MigrationLog(connection, schema).state();
        Set<Integer> own =
                history.upTo(schema, release).stream().map(Migration::id).collect(Collectors.toSet());
        List<Integer> failed =
                own.stream().filter(state.failed()::contains).sorted().toList();
        if (!failed.isEmpty()) {
            return Optional.of("dirty database: schema \"" + schema.label()
                    + "\" marked the following migrations as failed: " + join(failed));
        }
        List<Integer> missing = own.stream()
                .filter(id -> !state.applied().contains(id))
                .sorted()
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("schema out of date: schema \"" + schema.label()
                        + "\" requires the following migrations to be applied: " + join(missing));
    }

    private static String join(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /**
     * Whether the out-of-band migrations that the release knows are where it needs them.
     *
     * @return the error, or nothing
     */
    public Optional<String> unfinishedOutOfBand(Connection frontend, Release release) throws SQLException {
        Set<Integer> known = outOfBandMigrations.knownTo(release).stream()
                .map(OutOfBandMigration::id)
                .collect(Collectors.toSet());
        Optional<Release> first = new VersionRow(frontend).firstVersion().flatMap(Release::parse);
        StringBuilder unfinished = new StringBuilder();
        for (OutOfBandTable.Row row : new OutOfBandTable(frontend).rows()) {
            if (!known.contains(row.id())) {
                continue;
            }
            if (row.introduced().compareTo(release.toMinor()) > 0 && row.progress() != 0) {
                append(unfinished, row, 0);
            } else if (isOverdue(row, release, first) && row.progress() != 1) {
                append(unfinished, row, 1);
            }
        }
        return unfinished.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Unfinished migrations. Please revert Sourcegraph to the previous version and wait for the"
                                + " following migrations to complete.\n" + unfinished);
    }

    private static boolean isOverdue(OutOfBandTable.Row row, Release release, Optional<Release> first) {
        return row.deprecated()
                .filter(end -> end.compareTo(release.toMinor()) <= 0)
                .filter(end -> first.map(version -> version.isBefore(end)).orElse(true))
                .isPresent();
    }

    private static void append(StringBuilder text, OutOfBandTable.Row row, double expected) {
        text.append(String.format(
                Locale.ROOT,
                "\n - migration %d expected to be at %.2f%% (at %.2f%%)",
                row.id(),
                expected * 100,
                row.progress() * 100));
    }
}
