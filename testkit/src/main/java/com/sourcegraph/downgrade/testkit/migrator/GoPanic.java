package com.sourcegraph.downgrade.testkit.migrator;

/** A Go panic: a trace on stderr and exit code 2. */
final class GoPanic extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoPanic(String message) {
        super(message);
    }
}
