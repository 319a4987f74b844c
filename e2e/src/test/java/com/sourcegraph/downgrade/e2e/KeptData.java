package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a downgrade may not lose: the volumes, and what is in the databases. A database that comes up on an empty volume fills it
 * with what its image's release has there, and would look right; so each is given a row that no image knows.
 */
final class KeptData {
    private static final String READ = "SELECT text FROM e2e.kept";

    private final InstalledInstance instance;
    private final Map<String, String> claims;
    private final Map<SchemaName, String> rows = new EnumMap<>(SchemaName.class);

    /** Looks at the claims, and writes into the databases. */
    KeptData(InstalledInstance instance) {
        this.instance = instance;
        this.claims = claims();
        for (SchemaName schema : SchemaName.values()) {
            instance.query(
                    schema,
                    "CREATE SCHEMA e2e; CREATE TABLE e2e.kept AS SELECT 'written before in ' || '" + schema
                            + "' || ' at ' || now() AS text");
            rows.put(schema, instance.query(schema, READ));
        }
    }

    void assertKept() {
        assertThat(claims()).as("claims, and the volumes behind them").containsAllEntriesOf(claims);
        rows.forEach((schema, row) -> assertThat(instance.query(schema, "SELECT to_regclass('e2e.kept')"))
                .as("the database of " + schema + " is the one of before")
                .isEqualTo("e2e.kept"));
        rows.forEach((schema, row) -> assertThat(instance.query(schema, READ)).isEqualTo(row));
    }

    private Map<String, String> claims() {
        List<PersistentVolumeClaim> found = instance.cluster()
                .client()
                .persistentVolumeClaims()
                .inNamespace(instance.namespace())
                .list()
                .getItems();
        Map<String, String> claims = new TreeMap<>();
        found.forEach(claim -> claims.put(claim.getMetadata().getName(), identity(claim)));
        return claims;
    }

    private static String identity(PersistentVolumeClaim claim) {
        return "claim " + claim.getMetadata().getUid() + ", volume "
                + claim.getSpec().getVolumeName() + ", "
                + claim.getSpec().getResources().getRequests().get("storage")
                + (claim.getMetadata().getDeletionTimestamp() == null ? "" : ", being deleted");
    }
}
