package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.Optional;

/**
 * An entry of {@code migration_logs}: the latest one of a migration, as the migrator sees it.
 *
 * @param version the migration's id
 * @param up whether it was applied or reverted
 * @param success empty while it runs, and for ever if the migrator died in it
 * @param error redacted and bounded
 */
public record MigrationLog(
        Schema schema,
        long version,
        boolean up,
        Optional<Boolean> success,
        Instant startedAt,
        Optional<Instant> finishedAt,
        Optional<String> error) {}
