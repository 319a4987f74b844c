package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The claims that a StatefulSet's controller makes from its templates, one for each pod: they carry no label of the instance, only a name.
 *
 * @param statefulSet the whole object
 */
record ClaimTemplates(JsonNode statefulSet) {

    boolean made(LiveObject claim) {
        String owner = statefulSet.path("metadata").path("name").asText();
        for (JsonNode template : statefulSet.path("spec").path("volumeClaimTemplates")) {
            String prefix = template.path("metadata").path("name").asText() + "-" + owner + "-";
            if (claim.name().startsWith(prefix)
                    && claim.name().substring(prefix.length()).matches("\\d+")) {
                return true;
            }
        }
        return false;
    }
}
