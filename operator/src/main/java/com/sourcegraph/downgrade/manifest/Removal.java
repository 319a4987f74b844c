package com.sourcegraph.downgrade.manifest;

/**
 * An object of the newer release that the target no longer has and that is pruned.
 *
 * @param live the object as last seen; its uid and resource version are the precondition of the delete
 * @param reason the evidence that it belongs to the release
 */
public record Removal(LiveObject live, String reason) {

    public ObjectKey key() {
        return live.key();
    }
}
