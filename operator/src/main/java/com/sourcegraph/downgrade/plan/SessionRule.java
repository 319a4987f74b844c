package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.Session;
import com.sourcegraph.downgrade.database.SessionKind;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which database sessions keep the migrator from running.
 *
 * <p>Those of the instance's services always. One that nobody knows does if it comes over the network: a service under
 * another name, or a person's client whose locks the migrator would wait for without end. Exporters and {@code psql} in
 * the database's own pod come from the same machine and are let be.
 *
 * @param ignored application names that the resource allows
 */
record SessionRule(List<String> ignored) {

    SessionRule {
        ignored = List.copyOf(ignored);
    }

    /** The sessions to be gone, for people: {@code frontend: gitserver from 10.2.0.7}. */
    List<String> blocking(DatabaseState state) {
        return open(state).stream().map(OpenSession::describe).toList();
    }

    /** The same, as they are. */
    List<OpenSession> open(DatabaseState state) {
        return select(state, this::blocks);
    }

    /** Migrators at work, ours or another. */
    List<String> migrators(DatabaseState state) {
        return select(state, session -> session.kind() == SessionKind.MIGRATOR).stream()
                .map(OpenSession::describe)
                .toList();
    }

    private boolean blocks(Session session) {
        return switch (session.kind()) {
            case SERVICE -> true;
            case MIGRATOR, OPERATOR -> false;
            case FOREIGN ->
                !ignored.contains(session.applicationName())
                        && session.clientAddress().filter(SessionRule::remote).isPresent();
        };
    }

    private static boolean remote(String address) {
        return !address.isBlank() && !address.startsWith("127.") && !address.startsWith("::1");
    }

    private static List<OpenSession> select(DatabaseState state, java.util.function.Predicate<Session> test) {
        List<OpenSession> found = new ArrayList<>();
        for (Map.Entry<Schema, SchemaState> entry : new TreeMap<>(state.schemas()).entrySet()) {
            if (entry.getValue() instanceof SchemaState.Reachable reachable) {
                reachable.sessions().stream()
                        .filter(test)
                        .map(session -> new OpenSession(entry.getKey(), session))
                        .forEach(found::add);
            }
        }
        return found;
    }
}
