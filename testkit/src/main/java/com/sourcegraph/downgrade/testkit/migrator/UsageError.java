package com.sourcegraph.downgrade.testkit.migrator;

/** Wrong use that a command itself notices: one line on stdout and exit code 1, without a log line. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageError(String message) {
        super(message);
    }
}
