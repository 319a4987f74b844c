package com.sourcegraph.downgrade.testkit.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The out-of-band migrations that are publicly known, ids 1 to 24. */
public final class OutOfBandMigrations {
    private final List<OutOfBandMigration> all;

    private OutOfBandMigrations(List<OutOfBandMigration> all) {
        this.all = List.copyOf(all);
    }

    /** Reads the list from the class path. */
    public static OutOfBandMigrations load() {
        return Loaded.LIST;
    }

    /** Immutable and the same for everyone, so it is read once. */
    private static final class Loaded {
        static final OutOfBandMigrations LIST = read();

        private static OutOfBandMigrations read() {
            try (InputStream stream = OutOfBandMigrations.class.getResourceAsStream("out-of-band-migrations.yaml")) {
                List<OutOfBandMigration> migrations = new ArrayList<>();
                for (JsonNode node : new YAMLMapper().readTree(stream)) {
                    migrations.add(new OutOfBandMigration(
                            node.get("id").intValue(),
                            node.get("team").textValue(),
                            node.get("component").textValue(),
                            node.get("description").textValue(),
                            node.get("nonDestructive").booleanValue(),
                            node.get("enterprise").booleanValue(),
                            Release.of(node.get("introduced").textValue()),
                            release(node, "deprecated"),
                            release(node, "removed"),
                            OutOfBandMigration.Down.valueOf(
                                    node.get("down").textValue().toUpperCase(Locale.ROOT))));
                }
                return new OutOfBandMigrations(migrations);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the list of out-of-band migrations", e);
            }
        }

        private static Optional<Release> release(JsonNode node, String field) {
            return Optional.ofNullable(node.get(field)).map(JsonNode::textValue).map(Release::of);
        }
    }

    /** What a migrator or a service of that release knows, ordered by id. */
    public List<OutOfBandMigration> knownTo(Release release) {
        return all.stream().filter(migration -> migration.knownTo(release)).toList();
    }

    /** The rows of an instance at that release: what it knows, and what it went through on the way from 3.43. */
    public List<OutOfBandMigration> rowsAt(Release release) {
        return all.stream()
                .filter(migration -> migration.introduced().compareTo(release) <= 0)
                .toList();
    }

    public Optional<OutOfBandMigration> byId(int id) {
        return all.stream().filter(migration -> migration.id() == id).findFirst();
    }
}
