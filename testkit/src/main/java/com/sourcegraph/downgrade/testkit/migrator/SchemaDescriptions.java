package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Migration;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The descriptions of each release's schemas. The real image has them as files; here they come from running the release's
 * migrations in a schema of their own, in a transaction that is rolled back. That needs no files that could differ from
 * the migrations, and no database beside the instance's own.
 */
final class SchemaDescriptions {
    private static final String SCRATCH = "testkit_expected";
    private static final Pattern EXTENSION =
            Pattern.compile("(CREATE|DROP)\\s+EXTENSION\\s+IF\\s+(?:NOT\\s+)?EXISTS\\s+\"?([\\w-]+)\"?");

    private final SchemaHistory history;
    private final Map<String, SchemaDescription> known = new ConcurrentHashMap<>();

    SchemaDescriptions(SchemaHistory history) {
        this.history = history;
    }

    /** What a release's schema consists of; the connection's own schema is neither read nor changed. */
    SchemaDescription expected(SchemaName schema, Release release, Connection connection) throws SQLException {
        List<Migration> migrations = history.upTo(schema, release);
        int leaf =
                migrations.isEmpty() ? 0 : migrations.get(migrations.size() - 1).id();
        String key = schema.label() + "-" + migrations.size() + "-" + leaf;
        SchemaDescription description = known.get(key);
        if (description == null) {
            description = describe(migrations, connection);
            known.put(key, description);
        }
        return description;
    }

    private static SchemaDescription describe(List<Migration> migrations, Connection connection) throws SQLException {
        Set<String> extensions = new TreeSet<>();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + SCRATCH);
            statement.execute("SET LOCAL search_path = " + SCRATCH + ", public");
            for (Migration migration : migrations) {
                if (migration.privileged()) {
                    followExtensions(migration.up(), extensions);
                } else {
                    statement.execute(migration.up());
                }
            }
            return SchemaDescription.read(connection, SCRATCH).withExtensions(extensions);
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static void followExtensions(String sql, Set<String> extensions) {
        Matcher matcher = EXTENSION.matcher(sql);
        while (matcher.find()) {
            if (matcher.group(1).equals("CREATE")) {
                extensions.add(matcher.group(2));
            } else {
                extensions.remove(matcher.group(2));
            }
        }
    }
}
