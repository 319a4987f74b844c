package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens one short-lived, read-only connection per database and runs a piece of work on each, all databases at a time.
 *
 * <p>Settings are made by SQL, not by start-up parameters, because PgBouncer refuses the latter. The work runs in one
 * transaction, so a pool in transaction mode keeps it on one server connection.
 *
 * <p>The server's address comes from the instance's namespace, so the server is not trusted: what it may take in time and
 * in memory is bounded here, for all queries alike.
 */
final class DatabaseConnections {
    /** What the operator asks for is some hundred kilobytes on the largest instance. */
    private static final String LARGEST_RESULT = "4M";

    private final DatabaseTimeouts timeouts;

    DatabaseConnections(DatabaseTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** What one database gave: a value, or the reason why not. */
    record Answer<T>(T value, String problem) {
        boolean failed() {
            return problem != null;
        }
    }

    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Schema schema, Redactor redactor) throws SQLException;
    }

    /**
     * Returns when every database has answered or given up, and at the latest when the time for the whole look is over:
     * then the connections that are still at work are cut off, and their threads end. (One that waits for a name to be
     * resolved ends when the resolver gives up.)
     */
    <T> Map<Schema, Answer<T>> forEach(Collection<DatabaseCredentials> databases, Work<T> work) {
        Map<Schema, Answer<T>> answers = new EnumMap<>(Schema.class);
        if (databases.isEmpty()) {
            return answers;
        }
        Redactor redactor = Redactor.none()
                .withSecrets(databases.stream()
                        .map(database -> database.password().value())
                        .toList());
        ExecutorService threads = Executors.newFixedThreadPool(databases.size(), daemons());
        try {
            Map<Schema, Future<Answer<T>>> futures = new EnumMap<>(Schema.class);
            for (DatabaseCredentials database : databases) {
                futures.put(database.schema(), threads.submit(() -> run(database, work, redactor)));
            }
            long deadline = System.nanoTime() + timeouts.whole().toNanos();
            for (DatabaseCredentials database : databases) {
                answers.put(database.schema(), await(database, futures.get(database.schema()), deadline));
            }
        } finally {
            threads.shutdownNow();
        }
        return answers;
    }

    private <T> Answer<T> run(DatabaseCredentials database, Work<T> work, Redactor redactor) {
        try (Connection connection = open(database)) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "SET LOCAL statement_timeout = " + timeouts.statement().toMillis());
                statement.execute(
                        "SET LOCAL lock_timeout = " + timeouts.statement().toMillis());
            }
            T value = work.on(connection, database.schema(), redactor);
            connection.rollback();
            return new Answer<>(value, null);
        } catch (SQLException | RuntimeException e) {
            return new Answer<>(null, redactor.redact(UnreachableMessage.of(database, e)));
        }
    }

    private Connection open(DatabaseCredentials database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {database.host()});
        source.setPortNumbers(new int[] {database.port()});
        source.setDatabaseName(database.database());
        source.setUser(database.user());
        if (!database.password().isEmpty()) {
            source.setPassword(database.password().value());
        }
        source.setApplicationName(Session.OPERATOR_NAME);
        source.setConnectTimeout((int) timeouts.connect().toSeconds());
        source.setSocketTimeout((int) timeouts.socket().toSeconds());
        // The driver enforces a login timeout with a thread that it then leaves behind, at work. The time for the whole
        // look bounds the login instead, and these sockets let it cut the connection off in the middle of it.
        source.setLoginTimeout(0);
        source.setSocketFactory(InterruptibleSockets.class.getName());
        source.setMaxResultBuffer(LARGEST_RESULT);
        // A prepared statement would not survive a pool in transaction mode.
        source.setPrepareThreshold(0);
        if (database.sslMode().isPresent()) {
            String mode = database.sslMode().get();
            source.setSslMode(mode);
            if (mode.startsWith("verify-")) {
                // The certificate file that libpq would use is in another pod; the JVM's own authorities stand in.
                source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
            }
        }
        return source.getConnection();
    }

    private <T> Answer<T> await(DatabaseCredentials database, Future<Answer<T>> future, long deadline) {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return new Answer<>(null, UnreachableMessage.tooSlow(database, timeouts.whole()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future.cancel(true);
            return new Answer<>(null, "The look into the database was interrupted because the operator stops");
        } catch (ExecutionException e) {
            throw new IllegalStateException("A look into a database failed in a way it never should", e.getCause());
        }
    }

    private static ThreadFactory daemons() {
        return work -> {
            Thread thread = new Thread(work, "database-look");
            thread.setDaemon(true);
            return thread;
        };
    }
}
