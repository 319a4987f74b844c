package com.sourcegraph.downgrade.database;

import java.time.Duration;

/**
 * How long a look may take.
 *
 * @param connect until the server's port answers; whole seconds
 * @param socket between two answers on an open connection; whole seconds
 * @param statement for one statement, enforced by the server
 * @param whole for everything together: a server that keeps answering, a byte at a time, meets no other limit
 */
public record DatabaseTimeouts(Duration connect, Duration socket, Duration statement, Duration whole) {
    /** 3 s, 10 s, 5 s, and 15 s as a whole: a look answers or gives up well before anybody waits for it. */
    public static DatabaseTimeouts standard() {
        return new DatabaseTimeouts(
                Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(15));
    }

    public DatabaseTimeouts {
        if (connect.toSeconds() < 1 || socket.toSeconds() < 1 || statement.toMillis() < 1 || whole.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "A database timeout must be at least a second, a statement's and the whole look's a millisecond");
        }
    }
}
