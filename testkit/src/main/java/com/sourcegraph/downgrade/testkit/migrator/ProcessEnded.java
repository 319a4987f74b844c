package com.sourcegraph.downgrade.testkit.migrator;

/** The process is no more: nothing after this may write anything anywhere. */
final class ProcessEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    ProcessEnded(int exitCode) {
        super("the migrator ended with exit code " + exitCode);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
