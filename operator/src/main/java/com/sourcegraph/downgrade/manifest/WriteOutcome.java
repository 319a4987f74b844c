package com.sourcegraph.downgrade.manifest;

import java.util.Optional;

/** What came of writing one object. After every one of them the next look at the cluster tells what is left to do. */
public sealed interface WriteOutcome {

    ObjectKey key();

    /**
     * It is written (or deleted).
     *
     * @param requests how many requests it took
     * @param now the object as the last answer has it; empty for one that is gone
     */
    record Written(ObjectKey key, int requests, Optional<LiveObject> now) implements WriteOutcome {

        Written(ObjectKey key, int requests) {
            this(key, requests, Optional.empty());
        }
    }

    /**
     * It was applied, nothing changed, and it still is not what the target says: something else in the cluster decides a value. As good as
     * written, and worth a warning.
     */
    record Overruled(ObjectKey key, String message) implements WriteOutcome {}

    /** A first part is written, or a delete is under way: look again when the object changes. */
    record InProgress(ObjectKey key, String message) implements WriteOutcome {}

    /** Someone else changed the object in between: nothing was forced, look again. */
    record Conflict(ObjectKey key, String message) implements WriteOutcome {}

    /** The API server refuses the object. Repeating it does not help. */
    record Rejected(ObjectKey key, String message) implements WriteOutcome {}

    /** The service account lacks a right. */
    record Forbidden(ObjectKey key, Permission missing, String message) implements WriteOutcome {}

    /** The server could not be reached or is overloaded: try again later. */
    record Unavailable(ObjectKey key, String message) implements WriteOutcome {}
}
