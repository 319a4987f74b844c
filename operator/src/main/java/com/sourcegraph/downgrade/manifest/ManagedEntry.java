package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One entry of {@code metadata.managedFields}: a manager and the fields it owns.
 *
 * @param content the entry as it is; not to be changed
 */
record ManagedEntry(JsonNode content) {

    static List<ManagedEntry> of(LiveObject live) {
        return StreamSupport.stream(
                        live.content().path("metadata").path("managedFields").spliterator(), false)
                .filter(entry -> entry.hasNonNull("manager") || entry.hasNonNull("operation"))
                .map(ManagedEntry::new)
                .toList();
    }

    String manager() {
        return content.path("manager").asText("");
    }

    String apiVersion() {
        return content.path("apiVersion").asText("");
    }

    boolean applies() {
        return content.path("operation").asText("").equals("Apply");
    }

    /** Whether it was written through {@code /status} or {@code /scale}: never part of what an owner applied. */
    boolean subresource() {
        return !content.path("subresource").asText("").isEmpty();
    }

    /**
     * When it was written; the text sorts by time. An apply that changed nothing is noted down without a time (seen on Kubernetes 1.34): it
     * came last, to an object that was there already.
     */
    String time() {
        return content.path("time").asText(applies() ? "later" : "");
    }

    JsonNode fields() {
        JsonNode fields = content.path("fieldsV1");
        return fields.isObject() ? fields : CanonicalJson.MAPPER.createObjectNode();
    }

    /**
     * Its fields without those that say nothing of who made the object: annotations, which every tool leaves, the status, and the lists of
     * Secrets in a ServiceAccount, which controllers fill (on OpenShift by an apply of their own).
     */
    ObjectNode substance() {
        ObjectNode rest = fields().deepCopy();
        FieldSet.remove(rest, "metadata", "annotations");
        rest.remove(List.of("f:status", "f:secrets", "f:imagePullSecrets"));
        return rest;
    }

    /** Whether it has any: {@code kubectl-last-applied} and a restart's time stamp do not make an owner. */
    boolean substantial() {
        return FieldSet.size(substance()) > 0;
    }

    /** The same entry with other fields. */
    ManagedEntry withFields(JsonNode fields) {
        ObjectNode copy = content.deepCopy();
        copy.set("fieldsV1", fields);
        return new ManagedEntry(copy);
    }

    /** The same entry in another manager's name. */
    ManagedEntry as(String manager, String operation) {
        ObjectNode copy = content.deepCopy();
        copy.put("manager", manager);
        copy.put("operation", operation);
        return new ManagedEntry(copy);
    }
}
