package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * The life of one migrator process. Killing it cuts its connections as the kernel would: open transactions are neither
 * committed nor rolled back by it, and whatever it was about to write is not written.
 */
public final class MigratorProcess {
    private static final int KILLED = 137;

    private final CountDownLatch killed = new CountDownLatch(1);
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final IntConsumer memory;

    /** A process within this JVM, which has no memory of its own. */
    public MigratorProcess() {
        this(mebibytes -> {
            throw new IllegalStateException("This migrator is no process of its own and cannot run out of memory;"
                    + " kill its pod as the kernel would: InMemoryCluster.killPodOutOfMemory");
        });
    }

    /** @param memory takes that many MiB and keeps them */
    MigratorProcess(IntConsumer memory) {
        this.memory = memory;
    }

    /** Opens a session as {@code migrator}. */
    Connection open(DatabaseAddress address, String applicationName) throws SQLException {
        requireAlive();
        Connection connection = address.open(applicationName);
        connections.add(connection);
        requireAliveElseCut(connection);
        return connection;
    }

    private void requireAliveElseCut(Connection connection) throws SQLException {
        if (isKilled()) {
            connection.abort(Runnable::run);
        }
        requireAlive();
    }

    /** Ends the process from outside, at any instruction. Killing it twice changes nothing. */
    public void kill() {
        killed.countDown();
        for (Connection connection : connections) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException("cannot cut a connection of the killed migrator", e);
            }
        }
    }

    public boolean isKilled() {
        return killed.getCount() == 0;
    }

    /** Ends the process from inside, as abruptly. */
    ProcessEnded die(int exitCode) {
        kill();
        return new ProcessEnded(exitCode);
    }

    void requireAlive() {
        if (isKilled()) {
            throw new ProcessEnded(KILLED);
        }
    }

    /** Waits that long, or until it is killed. */
    void pause(Duration duration) {
        try {
            if (killed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ProcessEnded(KILLED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw die(KILLED);
        }
    }

    /** Takes that many MiB and keeps them; where that is more than its container may have, the kernel ends it here. */
    void take(int mebibytes) {
        memory.accept(mebibytes);
    }

    /** Does nothing any more until it is killed. */
    void hang() {
        try {
            killed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        }
        throw new ProcessEnded(KILLED);
    }

    /** The orderly end: sessions are closed, and with them locks go. */
    void closeConnections() {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is gone already, which is what was wanted.
                continue;
            }
        }
    }
}
