package com.sourcegraph.downgrade.migrator;

/** What the migrator is doing, as far as its log tells. */
public enum MigratorPhase {
    STARTING("Starting"),
    CONNECTING("Connecting"),
    /** Another migrator holds the lock of a schema; there is no time limit. */
    WAITING_FOR_LOCK("WaitingForLock"),
    SCHEMA_MIGRATIONS("SchemaMigrations"),
    OUT_OF_BAND_MIGRATIONS("OutOfBandMigrations"),
    /** The last hop is through; what remains is to write the version row, of which the log says nothing. */
    FINISHING("Finishing"),
    /** It has reported an error that ends it. */
    FAILED("Failed");

    private final String id;

    MigratorPhase(String id) {
        this.id = id;
    }

    /** As it stands in the resource's status. */
    public String id() {
        return id;
    }
}
