package com.sourcegraph.downgrade.manifest;

/** What a dry run said about one target object. */
public sealed interface Verdict {

    ObjectKey key();

    /** The API server would accept it. */
    record Accepted(ObjectKey key) implements Verdict {}

    /** The API server would refuse it. The message is the server's, with what it means. */
    record Rejected(ObjectKey key, String message) implements Verdict {}

    /** The API server would accept it and store something else: after every apply it would differ from the target still. */
    record Overruled(ObjectKey key, String message) implements Verdict {}

    /** The cluster does not serve its kind. */
    record Unserved(ObjectKey key, String message) implements Verdict {}

    /** The service account lacks a right, so nothing is known about the object itself. */
    record Forbidden(ObjectKey key, Permission missing, String message) implements Verdict {}

    /** The server could not be asked just now (overload, time out, a race): ask again. */
    record Unavailable(ObjectKey key, String message) implements Verdict {}
}
