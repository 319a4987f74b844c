package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.Defaults;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.admission.Validations;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ModelTypes;
import com.sourcegraph.downgrade.testkit.cluster.schema.Normalizer;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.ArrayList;
import java.util.List;

/** Decodes, defaults and judges what is about to be stored, for built-in kinds and for custom resources. */
final class ObjectPreparation {
    private final CustomResources customResources;
    private final Defaults defaults = new Defaults();
    private final Validations validations = new Validations();

    ObjectPreparation(CustomResources customResources) {
        this.customResources = customResources;
    }

    /** Drops or refuses unknown fields, puts values in canonical form and fills in defaults, in place. */
    void prepare(ResourceType resource, ObjectNode object, WriteOptions options) {
        List<String> unknown = new ArrayList<>();
        if (resource.custom()) {
            unknown.addAll(metadata(object));
            unknown.addAll(customResources.admission(resource).prepare(object));
        } else {
            Normalizer normalizer = new Normalizer();
            try {
                normalizer.normalize(object, resource.type());
            } catch (Normalizer.WrongType e) {
                throw StatusException.badRequest(resource.kind() + " in version \"" + resource.version()
                        + "\" cannot be handled as a " + resource.kind() + ": " + e.getMessage());
            }
            unknown.addAll(normalizer.unknown());
            defaults.fillIn(resource.kind(), object);
        }
        omitEmpty(Nodes.metadata(object));
        report(resource, unknown, options);
    }

    /** The server's own types leave these out when the last entry goes, and their ownership with them. */
    private static void omitEmpty(ObjectNode metadata) {
        for (String field : List.of("labels", "annotations", "ownerReferences", "finalizers")) {
            if (metadata.path(field).isContainerNode() && metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
    }

    /** Puts a configuration to apply in canonical form; unknown fields are refused as the server's typed merge does. */
    void prepareConfiguration(ResourceType resource, ObjectNode configuration) {
        List<String> unknown;
        if (resource.custom()) {
            unknown = new ArrayList<>(metadata(configuration));
            ObjectNode copy = configuration.deepCopy();
            unknown.addAll(customResources.admission(resource).prepare(copy));
        } else {
            Normalizer normalizer = new Normalizer();
            try {
                normalizer.normalize(configuration, resource.type());
            } catch (Normalizer.WrongType e) {
                throw typedError(resource, configuration, e.getMessage());
            }
            unknown = normalizer.unknown();
        }
        if (!unknown.isEmpty()) {
            throw typedError(resource, configuration, "." + unknown.get(0) + ": field not declared in schema");
        }
    }

    private static StatusException typedError(ResourceType resource, ObjectNode object, String why) {
        String name = (Nodes.namespace(object) == null ? "" : Nodes.namespace(object)) + "/" + Nodes.name(object);
        return new StatusException(
                500,
                "",
                "failed to create typed patch object (" + name + "; " + resource.apiVersion() + ", Kind="
                        + resource.kind() + "): " + why,
                null);
    }

    private static List<String> metadata(ObjectNode object) {
        Normalizer normalizer = new Normalizer();
        try {
            normalizer.normalize(Nodes.metadata(object), ModelTypes.objectMeta());
        } catch (Normalizer.WrongType e) {
            throw StatusException.badRequest("metadata: " + e.getMessage());
        }
        return normalizer.unknown().stream().map(path -> "metadata." + path).toList();
    }

    private static void report(ResourceType resource, List<String> unknown, WriteOptions options) {
        if (unknown.isEmpty() || options.unknownFields() == WriteOptions.UnknownFields.IGNORE) {
            return;
        }
        if (options.unknownFields() == WriteOptions.UnknownFields.STRICT) {
            throw StatusException.badRequest(
                    CustomResourceAdmission.strictError(resource.kind(), resource.version(), unknown));
        }
        unknown.forEach(field -> options.warnings().accept("unknown field \"" + field + "\""));
    }

    /** Refuses what the server refuses. */
    void validate(ResourceType resource, ObjectNode object, ObjectNode old) {
        List<FieldError> errors = resource.custom()
                ? customResources.admission(resource).validate(object, old)
                : validations.validate(resource.kind(), object, old);
        if (!errors.isEmpty()) {
            throw StatusException.invalid(resource, Nodes.name(object), errors);
        }
    }
}
