package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.Components;
import java.time.Instant;
import java.util.Optional;

/**
 * A client that is connected to a database.
 *
 * <p>PostgreSQL shows {@code application_name}, user and pid of every session to everyone. Address, state and start are
 * shown only for sessions of the same role, to members of {@code pg_read_all_stats} and to superusers; elsewhere they
 * are empty.
 *
 * @param applicationName empty if the client gave none
 * @param state such as {@code active}, {@code idle}, {@code idle in transaction}
 */
public record Session(
        String applicationName,
        Optional<String> clientAddress,
        Optional<String> state,
        String user,
        int pid,
        Optional<Instant> backendStart) {
    /** The {@code application_name} of the operator's own sessions. */
    public static final String OPERATOR_NAME = "sourcegraph-downgrade-operator";

    public SessionKind kind() {
        if (applicationName.equals(OPERATOR_NAME)) {
            return SessionKind.OPERATOR;
        }
        return component()
                .map(component -> component == Component.MIGRATOR ? SessionKind.MIGRATOR : SessionKind.SERVICE)
                .orElse(SessionKind.FOREIGN);
    }

    public boolean isService() {
        return kind() == SessionKind.SERVICE;
    }

    /** The component that names its sessions so. */
    public Optional<Component> component() {
        return Components.byApplicationName(applicationName);
    }

    /** For messages: {@code gitserver from 10.2.0.7 (pid 4711, idle)}. */
    public String describe() {
        return (applicationName.isEmpty() ? "a client without a name" : applicationName)
                + clientAddress.map(address -> " from " + address).orElse("")
                + " (pid " + pid + state.map(s -> ", " + s).orElse("") + ")";
    }
}
