package com.sourcegraph.downgrade.e2e;

import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The databases of an installed instance, reached from outside the cluster through a port of their pods. */
final class ForwardedDatabases {

    private final InstalledInstance instance;

    ForwardedDatabases(InstalledInstance instance) {
        this.instance = instance;
    }

    /** Runs SQL in one of the databases; the first column of the first row, empty for none. */
    String query(SchemaName schema, String sql) {
        String user = schema == SchemaName.CODEINSIGHTS ? "postgres" : "sg";
        Pod pod = instance.pods().stream()
                .filter(candidate -> schema.workload()
                        .equals(candidate.getMetadata().getLabels().get("app")))
                .findFirst()
                .orElseThrow();
        try (LocalPortForward forward =
                        instance.cluster().client().pods().resource(pod).portForward(5432);
                Connection connection = new DatabaseAddress(
                                "127.0.0.1", forward.getLocalPort(), user, "password", user, Map.of())
                        .open("e2e");
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            ResultSet rows = statement.getResultSet();
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("cannot query " + schema + ": " + sql, e);
        }
    }
}
