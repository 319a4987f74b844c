package com.sourcegraph.downgrade.testkit.postgres;

import java.util.Optional;

/** The three schemas of an instance, each in a database of its own. */
public enum SchemaName {
    FRONTEND("frontend", "", "schema_migrations", "pgsql", "internal_database_schema.json"),
    CODEINTEL(
            "codeintel",
            "CODEINTEL_",
            "codeintel_schema_migrations",
            "codeintel-db",
            "internal_database_schema.codeintel.json"),
    CODEINSIGHTS(
            "codeinsights",
            "CODEINSIGHTS_",
            "codeinsights_schema_migrations",
            "codeinsights-db",
            "internal_database_schema.codeinsights.json");

    private final String label;
    private final String environmentPrefix;
    private final String migrationsTable;
    private final String workload;
    private final String descriptionFile;

    SchemaName(
            String label, String environmentPrefix, String migrationsTable, String workload, String descriptionFile) {
        this.label = label;
        this.environmentPrefix = environmentPrefix;
        this.migrationsTable = migrationsTable;
        this.workload = workload;
        this.descriptionFile = descriptionFile;
    }

    /** The value of the migrator's {@code --db}. */
    public String label() {
        return label;
    }

    /** What stands before {@code PGHOST} and the others in the frontend's environment. */
    public String environmentPrefix() {
        return environmentPrefix;
    }

    /** The value of the column {@code migration_logs.schema}, which is not the label. */
    public String migrationsTable() {
        return migrationsTable;
    }

    /** The workload and Service that run this database in a stock install. */
    public String workload() {
        return workload;
    }

    /** The file name of this schema's description, as drift messages name it. */
    public String descriptionFile() {
        return descriptionFile;
    }

    /** Accepts the label and, as late migrators do, the container's name. */
    public static Optional<SchemaName> parse(String text) {
        for (SchemaName name : values()) {
            if (name.label.equals(text) || name.workload.equals(text)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return label;
    }
}
