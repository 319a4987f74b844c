package com.sourcegraph.downgrade.manifest;

/**
 * An object that looks like part of the instance, is not in the target and stays.
 *
 * @param key the object
 * @param reason why it is not pruned
 */
public record Kept(ObjectKey key, String reason) {}
