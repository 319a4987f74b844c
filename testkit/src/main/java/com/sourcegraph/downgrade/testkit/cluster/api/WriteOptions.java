package com.sourcegraph.downgrade.testkit.cluster.api;

import java.util.function.Consumer;

/**
 * How a write is to be made.
 *
 * @param manager the field manager
 * @param dryRun judge, but store nothing
 * @param unknownFields what happens to fields that the schema does not know
 * @param force a server-side apply takes over what others manage
 * @param warnings where warnings for the client go
 * @param judge who has a say in it, because of who makes it
 */
public record WriteOptions(
        String manager,
        boolean dryRun,
        UnknownFields unknownFields,
        boolean force,
        Consumer<String> warnings,
        WriteJudge judge) {
    /** The values of {@code fieldValidation}. */
    public enum UnknownFields {
        STRICT,
        WARN,
        IGNORE
    }

    /** A plain write, such as a controller makes. */
    public static WriteOptions by(String manager) {
        return new WriteOptions(
                manager, false, UnknownFields.IGNORE, false, warning -> {}, (resource, object, live) -> {});
    }
}
