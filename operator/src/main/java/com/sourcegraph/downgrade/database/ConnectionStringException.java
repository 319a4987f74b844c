package com.sourcegraph.downgrade.database;

/** Connection settings that lead nowhere. The message is for people and holds no secret. */
final class ConnectionStringException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ConnectionStringException(String message) {
        super(message);
    }
}
