package com.sourcegraph.downgrade.testkit.cluster.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A change of one object.
 *
 * @param before the object before; null when it was added
 * @param after the object after; null when it was deleted
 * @param last the state that a deletion reports, with the resource version of the deletion; otherwise {@code after}
 */
public record StoreEvent(
        ResourceType resource, long resourceVersion, ObjectNode before, ObjectNode after, ObjectNode last) {}
