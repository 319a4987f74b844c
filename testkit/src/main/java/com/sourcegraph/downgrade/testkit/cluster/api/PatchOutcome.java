package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;

/** Whether what a patch leads to can be an object of its kind. */
final class PatchOutcome {
    private final ObjectPreparation preparation;

    PatchOutcome(ObjectPreparation preparation) {
        this.preparation = preparation;
    }

    /** Refuses the outcome of a patch that the kind's decoder could not read. */
    void refuseWrongTypes(ResourceType resource, ObjectNode outcome) {
        preparation.wrongType(resource, outcome).ifPresent(why -> {
            throw StatusException.undecodablePatch(outcome.toString(), why);
        });
    }

    /** Refuses the outcome of a patch that has fields which the schema does not know. */
    void refuseUnknown(ResourceType resource, ObjectNode outcome, JsonNode shown) {
        List<String> unknown = preparation.unknown(resource, outcome);
        if (!unknown.isEmpty()) {
            throw StatusException.strictPatch(
                    shown.toString(),
                    String.join(
                            ", ",
                            unknown.stream()
                                    .map(field -> "unknown field \"" + field + "\"")
                                    .toList()));
        }
    }
}
