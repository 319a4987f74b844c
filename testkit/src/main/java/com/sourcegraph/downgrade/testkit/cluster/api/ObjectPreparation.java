package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.Defaults;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.admission.MetadataValidations;
import com.sourcegraph.downgrade.testkit.cluster.admission.Validations;
import com.sourcegraph.downgrade.testkit.cluster.apply.TypedCheck;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ModelTypes;
import com.sourcegraph.downgrade.testkit.cluster.schema.Normalizer;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes, defaults and judges what is about to be stored, for built-in kinds and for custom resources. */
final class ObjectPreparation {
    private final CustomResources customResources;
    private final Defaults defaults = new Defaults();
    private final Validations validations = new Validations();
    private final UnsupportedObjects unsupported = new UnsupportedObjects();
    private final MetadataValidations metadataValidations = new MetadataValidations();

    ObjectPreparation(CustomResources customResources) {
        this.customResources = customResources;
    }

    /** Drops or refuses unknown fields, puts values in canonical form and fills in defaults, in place. */
    void prepare(ResourceType resource, ObjectNode object, WriteOptions options) {
        List<String> unknown = new ArrayList<>();
        if (resource.custom()) {
            unknown.addAll(metadata(object));
            unknown.addAll(customResources.admission(resource).prepare(object));
            java.util.Collections.sort(unknown);
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

    /** Why the decoder of this kind could not read the object. */
    Optional<String> wrongType(ResourceType resource, ObjectNode object) {
        try {
            if (resource.custom()) {
                new Normalizer().normalize(Nodes.metadata(object.deepCopy()), ModelTypes.objectMeta());
            } else {
                new Normalizer().normalize(object.deepCopy(), resource.type());
            }
            return Optional.empty();
        } catch (Normalizer.WrongType e) {
            return Optional.of(e.getMessage());
        }
    }

    /** The fields of an object that the schema does not know. */
    List<String> unknown(ResourceType resource, ObjectNode object) {
        List<String> found = new ArrayList<>();
        prepare(
                resource,
                object.deepCopy(),
                new WriteOptions(
                        "", true, WriteOptions.UnknownFields.WARN, false, found::add, (kind, stored, live) -> {}));
        return found.stream()
                .map(text -> text.replaceAll("^unknown field \"|\"$", ""))
                .toList();
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
        TypedCheck.fault(configuration, resource.type()).ifPresent(fault -> {
            throw typedError(resource, configuration, fault);
        });
        if (resource.custom()) {
            metadata(configuration);
            return;
        }
        try {
            new Normalizer().normalize(configuration, resource.type());
        } catch (Normalizer.WrongType e) {
            throw typedError(resource, configuration, e.getMessage());
        }
    }

    private static StatusException typedError(ResourceType resource, ObjectNode object, String why) {
        String name = (Nodes.namespace(object) == null ? "" : Nodes.namespace(object)) + "/" + Nodes.name(object);
        return new StatusException(
                500,
                "",
                "failed to create typed patch object (" + name + "; " + resource.group() + "/" + resource.version()
                        + ", Kind="
                        + resource.kind() + "): " + why,
                null);
    }

    private static List<String> metadata(ObjectNode object) {
        Normalizer normalizer = new Normalizer();
        try {
            normalizer.normalize(Nodes.metadata(object), ModelTypes.objectMeta());
        } catch (Normalizer.WrongType e) {
            String kind = Nodes.text(object, "kind");
            String version = Nodes.text(object, "apiVersion").replaceFirst(".*/", "");
            throw StatusException.badRequest(
                    kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": " + e.getMessage());
        }
        return normalizer.unknown().stream().map(path -> "metadata." + path).toList();
    }

    /** Refuses unknown fields of what a client sent, if it asked for that, before anything else is judged. */
    void refuseUnknown(ResourceType resource, ObjectNode body, WriteOptions options) {
        if (options.unknownFields() == WriteOptions.UnknownFields.STRICT) {
            prepare(resource, body.deepCopy(), options);
        }
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

    /** A status that is written by itself is judged by itself: messages name its fields without the status. */
    private static FieldError ofStatus(FieldError error) {
        return new FieldError(
                error.reason(),
                error.field(),
                error.message().replace(": status.", ": ").replace(" status.", " "));
    }

    /** Refuses what the server refuses in a write to the object or to one of its subresources. */
    void validate(ResourceType resource, ObjectNode object, ObjectNode old, String subresource) {
        unsupported.refuse(resource, object);
        List<FieldError> errors = new ArrayList<>(metadataValidations.validate(resource.kind(), object, old));
        errors.addAll(
                resource.custom()
                        ? customResources.admission(resource).validate(object, old)
                        : validations.validate(resource.kind(), object, old));
        if (resource.custom() && subresource.equals("status")) {
            errors.replaceAll(ObjectPreparation::ofStatus);
        }
        if (!errors.isEmpty()) {
            throw StatusException.invalid(resource, Nodes.name(object), errors);
        }
    }
}
