package com.sourcegraph.downgrade.testkit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The migrations of the three schemas from 3.43 to 6.12, a selection in the shape of the real ones, with the data that
 * an instance gathers on the way.
 */
public final class SchemaHistory {
    public static final Release FIRST = Release.minor(3, 43);
    public static final Release LAST = Release.minor(6, 12);

    private final Map<SchemaName, NavigableMap<Release, MigrationScript>> scripts = new EnumMap<>(SchemaName.class);

    private SchemaHistory() {
        List<Release> minors = ReleaseLine.whole().range(FIRST, LAST).orElseThrow();
        for (SchemaName schema : SchemaName.values()) {
            NavigableMap<Release, MigrationScript> ofSchema = new TreeMap<>();
            for (Release minor : minors) {
                read(schema, minor, ofSchema);
            }
            scripts.put(schema, ofSchema);
        }
    }

    /** Reads the history from the class path. */
    public static SchemaHistory load() {
        return Loaded.HISTORY;
    }

    /** Immutable and the same for everyone, so it is read once. */
    private static final class Loaded {
        static final SchemaHistory HISTORY = new SchemaHistory();
    }

    private static void read(SchemaName schema, Release minor, Map<Release, MigrationScript> into) {
        String resource = "history/" + schema.label() + "/" + minor.minorText() + ".sql";
        try (InputStream stream = SchemaHistory.class.getResourceAsStream(resource)) {
            if (stream != null) {
                into.put(
                        minor, MigrationScript.parse(minor, new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    /** The migrations that a release has of a schema, in the order of their application. */
    public List<Migration> upTo(SchemaName schema, Release release) {
        return scripts.get(schema).values().stream()
                .flatMap(script -> script.migrations().stream())
                .filter(migration -> migration.since().compareTo(release) <= 0)
                .sorted(Comparator.comparingInt(Migration::id))
                .toList();
    }

    /** All migrations of a schema, in the order of their application. */
    public List<Migration> all(SchemaName schema) {
        return upTo(schema, new Release(Integer.MAX_VALUE, 0, 0));
    }

    /** What an upgrade from one release to a later one adds, in the order of application. */
    public List<Migration> between(SchemaName schema, Release after, Release upTo) {
        return upTo(schema, upTo).stream()
                .filter(migration -> migration.since().compareTo(after) > 0)
                .toList();
    }

    /** A piece of SQL that takes an instance on its way, and whether it takes a superuser. */
    record Part(String sql, boolean privileged) {}

    /** What brings an empty database to a release, migrations and data, minor by minor. */
    List<Part> partsTo(SchemaName schema, Release release) {
        List<Part> parts = new ArrayList<>();
        scripts.get(schema).headMap(release, true).forEach((minor, script) -> {
            script.migrations().stream()
                    .filter(migration -> migration.since().compareTo(release) <= 0)
                    .forEach(migration -> parts.add(new Part(migration.up(), migration.privileged())));
            if (!script.data().isBlank()) {
                parts.add(new Part(script.data(), false));
            }
        });
        return parts;
    }

    /**
     * @throws IllegalArgumentException if this history does not reach there
     */
    void require(Release release) {
        if (release.compareTo(FIRST) < 0 || release.toMinor().compareTo(LAST) > 0) {
            throw new IllegalArgumentException("no schema of release " + release + ": the history goes from "
                    + FIRST.minorText() + " to " + LAST.minorText());
        }
    }
}
