package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.Random;

/** The name and the namespace of an object that is about to be created. */
final class ObjectNames {
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private final Random random = new Random(7);

    /** Generates a name where one is asked for, and refuses what disagrees with the path of the request. */
    void identify(ResourceType resource, String namespace, ObjectNode object) {
        ObjectNode metadata = Nodes.metadata(object);
        String name = Nodes.text(metadata, "name");
        String prefix = Nodes.text(metadata, "generateName");
        if ((name == null || name.isEmpty()) && prefix != null) {
            StringBuilder generated = new StringBuilder(prefix);
            for (int i = 0; i < 5; i++) {
                generated.append(SUFFIX_ALPHABET.charAt(random.nextInt(SUFFIX_ALPHABET.length())));
            }
            metadata.put("name", generated.toString());
        } else if (name == null || name.isEmpty()) {
            throw StatusException.invalid(
                    resource, "", List.of(FieldError.required("metadata.name", "name or generateName is required")));
        }
        if (resource.namespaced()) {
            String given = Nodes.text(metadata, "namespace");
            if (given != null && !given.equals(namespace)) {
                throw StatusException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        if (Nodes.text(metadata, "resourceVersion") != null
                && !Nodes.text(metadata, "resourceVersion").isEmpty()) {
            throw new StatusException(500, "", "resourceVersion should not be set on objects to be created", null);
        }
    }
}
