package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Effect;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.FaultPoint;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings the faults about that one run was asked for. */
final class FaultInjector {
    private final MigratorFaults faults;
    private final MigratorProcess process;
    private int migrations;

    FaultInjector(MigratorFaults faults, MigratorProcess process) {
        this.faults = faults;
        this.process = process;
    }

    void atStart() {
        if (faults.panicking()) {
            throw new GoPanic("runtime error: invalid memory address or nil pointer dereference");
        }
    }

    void beforeMigration() {
        migrations++;
        at(Place.BEFORE_MIGRATION);
        if (!faults.perMigration().isZero()) {
            process.pause(faults.perMigration());
        }
        // Between two migrations: whoever is killed for it has left nothing half done.
        if (faults.mebibytes() > 0 && migrations == 2) {
            process.take(faults.mebibytes());
        }
    }

    /** Runs in the migration's own transaction, after its SQL. */
    void inMigration(int id, Connection connection) throws SQLException {
        if (faults.failing().contains(id)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("""
                        DO $$ BEGIN
                            RAISE EXCEPTION 'cannot drop column of table because other objects depend on it'
                                USING ERRCODE = '2BP01', DETAIL = 'view reporting depends on it',
                                    HINT = 'Use DROP ... CASCADE to drop the dependent objects too.';
                        END $$
                        """);
            }
        }
        at(Place.DURING_MIGRATION);
    }

    void afterCommit() {
        at(Place.AFTER_COMMIT);
    }

    void afterMigration() {
        at(Place.AFTER_MIGRATION);
    }

    void outOfBand() {
        at(Place.OUT_OF_BAND);
    }

    boolean stuck(int outOfBandMigration) {
        return faults.stuckOutOfBand().contains(outOfBandMigration);
    }

    void beforeVersionRow() {
        at(Place.BEFORE_VERSION_ROW);
    }

    private void at(Place place) {
        boolean counted = place.ordinal() <= Place.AFTER_MIGRATION.ordinal();
        faults.point()
                .filter(point -> point.place() == place && (!counted || point.migration() == migrations))
                .ifPresent(this::bringAbout);
    }

    private void bringAbout(FaultPoint point) {
        faults.reached().run();
        if (point.effect() == Effect.HANG) {
            process.hang();
        }
        throw process.die(point.exitCode());
    }
}
