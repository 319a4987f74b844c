package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.Map;
import java.util.function.Predicate;

/** Which of the stored objects a request is about. */
final class Selection {
    private final CustomResources customResources;

    Selection(CustomResources customResources) {
        this.customResources = customResources;
    }

    Predicate<JsonNode> of(ResourceCall call) {
        Map<String, String> query = call.request().query();
        String namespace = call.namespace();
        String name = call.info().name();
        Predicate<JsonNode> selected = Selectors.labels(query.get("labelSelector"))
                .and(Selectors.fields(
                        coreFields(query.get("fieldSelector"), call),
                        call.resource(),
                        customResources.selectable(call.resource())));
        if (namespace != null && call.resource().namespaced()) {
            selected = selected.and(object -> namespace.equals(Nodes.namespace(object)));
        }
        return name.isEmpty() ? selected : selected.and(object -> name.equals(Nodes.name(object)));
    }

    private static String coreFields(String selector, ResourceCall call) {
        return selector == null || !call.eventsGroup() ? selector : selector.replace("regarding.", "involvedObject.");
    }
}
