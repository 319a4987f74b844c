package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.MigrationLog;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.Session;
import com.sourcegraph.downgrade.database.VersionsLookup;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The three databases of the model world. */
final class ModelDatabases {
    String row;
    boolean reachable = true;
    boolean known = true;
    boolean interrupted;
    int reverted;
    /** An out-of-band migration between the two releases has moved data. */
    boolean dataMoved;

    /** The release that brought the out-of-band migration. */
    private final Minor introduced;

    /** Sessions that nothing in the instance opened. */
    final List<String> strangers = new ArrayList<>();

    ModelDatabases(String row, Minor introduced) {
        this.row = row;
        this.introduced = introduced;
    }

    DatabaseFacts seen(List<String> applications, Instant now) {
        if (!known) {
            return new DatabaseFacts.Unknown("The frontend's environment is gone.", "kubectl get deployments");
        }
        Map<Schema, SchemaState> schemas = new EnumMap<>(Schema.class);
        for (Schema schema : Schema.values()) {
            schemas.put(schema, reachable ? schema(schema, applications, now) : new SchemaState.Unreachable("refused"));
        }
        return new DatabaseFacts.Seen(
                new DatabaseState(
                        schemas,
                        reachable ? VersionsLookup.FOUND : VersionsLookup.NOT_READ,
                        reachable
                                ? Optional.of(new VersionsRow(row, Optional.empty(), Optional.of(false)))
                                : Optional.empty(),
                        reachable ? List.of(outOfBand()) : List.of(),
                        now),
                reverted);
    }

    private OutOfBandMigration outOfBand() {
        return new OutOfBandMigration(
                19, "team", "frontend-db.x", "moves x", dataMoved ? 1 : 0, false, false, introduced, Optional.empty());
    }

    private SchemaState schema(Schema schema, List<String> applications, Instant now) {
        List<String> names = new ArrayList<>(applications);
        names.addAll(strangers);
        List<Session> sessions = schema == Schema.FRONTEND
                ? names.stream()
                        .map(name -> new Session(
                                name, Optional.of("10.0.0.7"), Optional.of("idle"), "sg", 7, Optional.of(now)))
                        .toList()
                : List.of();
        List<MigrationLog> reverts = interrupted && schema == Schema.FRONTEND
                ? List.of(new MigrationLog(
                        schema, 1_700_000_000L, false, Optional.empty(), now, Optional.empty(), Optional.empty()))
                : List.of();
        return new SchemaState.Reachable(120_022, true, List.of(), List.of(), reverts, 100, sessions, Optional.empty());
    }
}
