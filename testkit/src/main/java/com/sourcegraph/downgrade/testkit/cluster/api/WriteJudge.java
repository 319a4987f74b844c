package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;

/** Has a say in a write that depends on who makes it; throws what the client is to be answered. */
@FunctionalInterface
public interface WriteJudge {
    /**
     * @param object what is to be stored
     * @param live what is stored; null for a create
     */
    void judge(ResourceType resource, ObjectNode object, ObjectNode live);
}
