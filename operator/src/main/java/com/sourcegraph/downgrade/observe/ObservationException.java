package com.sourcegraph.downgrade.observe;

/** Something could not be looked at just now; the next reconcile looks again. */
public final class ObservationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ObservationException(String message, Throwable cause) {
        super(message, cause);
    }
}
