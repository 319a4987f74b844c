package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.migrator.SchemaDescription.Kind;
import com.sourcegraph.downgrade.testkit.migrator.SchemaDescription.ObjectKey;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Compares the live schemas with what a release's schemas consist of. */
final class DriftCheck {
    /** One difference: what it is, what to do about it, and the SQL that does it (empty where nobody can say). */
    record Finding(String problem, String suggestion, String sql) {}

    private final MigratorRun run;
    private final MigratorDatabases databases;
    private final SchemaDescriptions descriptions;

    DriftCheck(MigratorRun run, MigratorDatabases databases, SchemaDescriptions descriptions) {
        this.run = run;
        this.databases = databases;
        this.descriptions = descriptions;
    }

    /** The differences of one schema. */
    List<Finding> findings(SchemaName schema, Release release) throws SQLException {
        Connection connection = databases.connection(schema);
        Map<ObjectKey, String> expected =
                descriptions.expected(schema, release, connection).definitions();
        Map<ObjectKey, String> actual = SchemaDescription.read(connection, "public")
                .withExtensions(SchemaDescription.extensions(connection))
                .definitions();
        TreeSet<ObjectKey> keys = new TreeSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        List<Finding> findings = new ArrayList<>();
        for (ObjectKey key : keys) {
            compare(key, expected, actual).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> compare(
            ObjectKey key, Map<ObjectKey, String> expected, Map<ObjectKey, String> actual) {
        // What belongs to a table that is missing or unexpected as a whole is no finding of its own.
        ObjectKey table = new ObjectKey(Kind.TABLE, "", key.table());
        if (!key.table().isEmpty() && expected.containsKey(table) != actual.containsKey(table)) {
            return Optional.empty();
        }
        String label = key.kind().name().toLowerCase(Locale.ROOT);
        if (!actual.containsKey(key)) {
            return Optional.of(
                    new Finding("Missing " + key.describe(), "define the " + label, create(key, expected.get(key))));
        }
        if (!expected.containsKey(key)) {
            return Optional.of(new Finding("Unexpected " + key.describe(), "drop the " + label, drop(key)));
        }
        if (!expected.get(key).equals(actual.get(key))) {
            return Optional.of(new Finding(
                    "Unexpected properties of " + key.describe(),
                    "redefine the " + label,
                    drop(key) + "\n" + create(key, expected.get(key))));
        }
        return Optional.empty();
    }

    private static String create(ObjectKey key, String definition) {
        return switch (key.kind()) {
            case EXTENSION -> "CREATE EXTENSION " + key.name() + ";";
            case INDEX, FUNCTION, TRIGGER -> definition.stripTrailing() + ";";
            case COLUMN -> "ALTER TABLE " + key.table() + " ADD COLUMN " + key.name() + " " + definition + ";";
            case CONSTRAINT -> "ALTER TABLE " + key.table() + " ADD CONSTRAINT " + key.name() + " " + definition + ";";
            case VIEW -> "CREATE VIEW " + key.name() + " AS " + definition;
            case SEQUENCE -> "CREATE SEQUENCE " + key.name() + ";";
            case ENUM ->
                "CREATE TYPE " + key.name() + " AS ENUM ('" + String.join("', '", definition.split(", ")) + "');";
            case TABLE -> "";
        };
    }

    private static String drop(ObjectKey key) {
        return switch (key.kind()) {
            case COLUMN -> "ALTER TABLE " + key.table() + " DROP COLUMN " + key.name() + ";";
            case CONSTRAINT -> "ALTER TABLE " + key.table() + " DROP CONSTRAINT " + key.name() + ";";
            case TRIGGER -> "DROP TRIGGER " + key.name() + " ON " + key.table() + ";";
            case ENUM -> "DROP TYPE " + key.name() + ";";
            default -> "DROP " + key.kind().name() + " " + key.name() + ";";
        };
    }

    /** The check of all schemas before a downgrade or upgrade: no details, only which schemas have drifted. */
    void requireNone(Release release) throws SQLException {
        boolean drifted = false;
        for (SchemaName schema : SchemaName.values()) {
            if (databases.log(schema).state().applied().isEmpty()) {
                continue;
            }
            requireDescription(release);
            if (!findings(schema, release).isEmpty()) {
                drifted = true;
                run.output().failure("Schema drift detected for " + schema.label());
            }
        }
        if (drifted) {
            run.output()
                    .suggestion("Before continuing with this operation, run the migrator's drift command and follow"
                            + " instructions to repair the schema to the expected current state. See"
                            + " https://docs.sourcegraph.com/admin/updates/migrator/schema-drift for additional"
                            + " instructions.");
            throw new MigratorError("database drift detected");
        }
    }

    /** The image holds the descriptions up to its own release; later ones come from outside, if that is reachable. */
    void requireDescription(Release release) {
        if (!isLocal(release) && !reachable()) {
            throw new MigratorError("failed to locate target schema description");
        }
    }

    boolean isLocal(Release release) {
        return release.compareTo(run.settings().release()) <= 0;
    }

    private boolean reachable() {
        return run.settings().connectivity() == MigratorSettings.Connectivity.GCS_ONLY
                || run.settings().connectivity() == MigratorSettings.Connectivity.BOTH;
    }
}
