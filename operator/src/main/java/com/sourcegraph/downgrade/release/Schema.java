package com.sourcegraph.downgrade.release;

import java.util.Arrays;
import java.util.Optional;

/** One of the three schemas that every instance has, each in a database of its own. */
public enum Schema {
    FRONTEND("frontend", "schema_migrations", "", "pgsql"),
    CODEINTEL("codeintel", "codeintel_schema_migrations", "CODEINTEL_", "codeintel-db"),
    CODEINSIGHTS("codeinsights", "codeinsights_schema_migrations", "CODEINSIGHTS_", "codeinsights-db");

    private final String id;
    private final String logName;
    private final String envPrefix;
    private final String workload;

    Schema(String id, String logName, String envPrefix, String workload) {
        this.id = id;
        this.logName = logName;
        this.envPrefix = envPrefix;
        this.workload = workload;
    }

    /** The schema's name on the migrator's command line and in its output. */
    public String id() {
        return id;
    }

    /** The value of {@code migration_logs.schema} for this schema: not {@link #id()}. */
    public String logName() {
        return logName;
    }

    /** What precedes {@code PGHOST} and the like in the environment of frontend and migrator; empty for frontend. */
    public String envPrefix() {
        return envPrefix;
    }

    /** The name that both the built-in database's workload and its Service carry by default. */
    public String databaseWorkload() {
        return workload;
    }

    /** Finds a schema by {@link #id()}, as the migrator's log lines name it. */
    public static Optional<Schema> byId(String id) {
        return Arrays.stream(values()).filter(schema -> schema.id.equals(id)).findFirst();
    }

    /** Finds a schema by {@link #logName()}. */
    public static Optional<Schema> byLogName(String logName) {
        return Arrays.stream(values())
                .filter(schema -> schema.logName.equals(logName))
                .findFirst();
    }

    @Override
    public String toString() {
        return id;
    }
}
