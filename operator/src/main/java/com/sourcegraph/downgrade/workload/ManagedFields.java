package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads and rewrites who owns a {@link HeldField} in {@code metadata.managedFields}.
 *
 * <p>Whoever changes a field owns it, and its former owners lose it. An owner that applies server-side then meets a
 * conflict as soon as it wants another value than ours, so after a restore the field must not be ours.
 */
final class ManagedFields {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPEC = "f:spec";

    private ManagedFields() {}

    /** The field's owners, the latest first. */
    static List<FieldOwner> owners(HasMetadata object, HeldField field) {
        return Absent.orEmpty(object.getMetadata().getManagedFields()).stream()
                .filter(entry -> owns(entry, field))
                .map(ManagedFields::owner)
                .sorted((a, b) ->
                        b.time().orElse(Instant.EPOCH).compareTo(a.time().orElse(Instant.EPOCH)))
                .toList();
    }

    private static boolean owns(ManagedFieldsEntry entry, HeldField field) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get(SPEC) instanceof Map<?, ?> spec
                && spec.containsKey("f:" + field.key());
    }

    private static FieldOwner owner(ManagedFieldsEntry entry) {
        return new FieldOwner(
                Objects.requireNonNullElse(entry.getManager(), ""),
                Objects.requireNonNullElse(entry.getOperation(), ""),
                Optional.ofNullable(entry.getSubresource()).filter(text -> !text.isEmpty()),
                Optional.ofNullable(entry.getTime()).map(OffsetDateTime::parse).map(OffsetDateTime::toInstant));
    }

    /** The owners as the annotation keeps them. */
    static String write(List<FieldOwner> owners) {
        ArrayNode array = JSON.createArrayNode();
        for (FieldOwner owner : owners) {
            ObjectNode node = array.addObject().put("manager", owner.manager()).put("operation", owner.operation());
            owner.subresource().ifPresent(name -> node.put("subresource", name));
        }
        return array.toString();
    }

    /** What {@link #write} wrote; nobody for text that it did not write. */
    static List<FieldOwner> read(String annotation) {
        List<FieldOwner> owners = new ArrayList<>();
        try {
            for (JsonNode node : JSON.readTree(annotation)) {
                if (node.hasNonNull("manager") && node.hasNonNull("operation")) {
                    owners.add(new FieldOwner(
                            node.get("manager").asText(),
                            node.get("operation").asText(),
                            Optional.ofNullable(node.get("subresource")).map(JsonNode::asText),
                            Optional.empty()));
                }
            }
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return owners;
    }

    /**
     * The object's entries with the field and our bookkeeping taken from our own entry, and the field given to those
     * former owners that still have an entry. An entry that is left empty is dropped, as the API server does.
     */
    static List<ManagedFieldsEntry> handedBack(HasMetadata object, HeldField field, List<FieldOwner> formerOwners) {
        String key = "f:" + field.key();
        ArrayNode entries = JSON.valueToTree(Absent.orEmpty(object.getMetadata().getManagedFields()));
        ArrayNode result = JSON.createArrayNode();
        for (JsonNode entry : entries) {
            JsonNode fields = entry.path("fieldsV1");
            if (fields instanceof ObjectNode owned && ours(entry)) {
                remove(owned, SPEC, key);
                remove(owned, "f:metadata", "f:annotations", "f:" + Markers.FIELD_OWNERS);
                if (owned.isEmpty()) {
                    continue;
                }
            } else if (fields instanceof ObjectNode owned
                    && formerOwners.stream().anyMatch(owner -> names(entry, owner))) {
                owned.withObjectProperty(SPEC).putObject(key);
            }
            result.add(entry);
        }
        return JSON.convertValue(
                result, JSON.getTypeFactory().constructCollectionType(List.class, ManagedFieldsEntry.class));
    }

    private static boolean ours(JsonNode entry) {
        return names(entry, new FieldOwner(Markers.FIELD_MANAGER, "Update", Optional.empty(), Optional.empty()));
    }

    /** Removes the field at the path, and what its removal leaves empty ({@code "."} stands for the thing itself). */
    private static void remove(ObjectNode fields, String... path) {
        if (path.length == 1) {
            fields.remove(path[0]);
        } else if (fields.get(path[0]) instanceof ObjectNode inner) {
            remove(inner, Arrays.copyOfRange(path, 1, path.length));
            if (inner.isEmpty() || (inner.size() == 1 && inner.has("."))) {
                fields.remove(path[0]);
            }
        }
    }

    private static boolean names(JsonNode entry, FieldOwner owner) {
        return owner.manager().equals(text(entry, "manager"))
                && owner.operation().equals(text(entry, "operation"))
                && owner.subresource().orElse("").equals(text(entry, "subresource"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }
}
