package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Field management as the API server does it, for every kind of write: an update gives the fields that it changes to its
 * manager; a server-side apply merges, takes (with force) what others manage, and removes what only its manager had
 * stated before and now states no longer.
 */
public final class FieldOwnership {
    /** Never managed by anyone, because the server or the path sets them. */
    private static final FieldSet STRIPPED = FieldSet.decode(stripped());

    /**
     * Records who made an update.
     *
     * @param live the stored object; null on create
     * @param updated the object to be stored, complete; its {@code managedFields} are rewritten. Entries that the request
     *     itself brings are honoured: that is how ownership is handed over
     */
    public void update(
            ObjectNode live, ObjectNode updated, ValueType type, String manager, String subresource, String now) {
        ManagedFields managed = ManagedFields.of(subresource.isEmpty() && statesManagers(updated) ? updated : live);
        if (subresource.isEmpty() && resets(updated)) {
            managed = new ManagedFields();
            managed.writeTo(updated);
            return;
        }
        String apiVersion = Nodes.text(updated, "apiVersion");
        ManagedFields.Manager updater = ManagedFields.Manager.updater(manager, apiVersion, subresource);
        TypedValues.Comparison comparison = compare(live, updated, type);
        settle(managed, comparison, updater, true);
        FieldSet fields = managed.fields(updater)
                .difference(comparison.removed())
                .union(comparison.modified())
                .union(comparison.added())
                .difference(STRIPPED);
        managed.update(updater, fields, apiVersion, now);
        managed.writeTo(updated);
    }

    /**
     * Applies a configuration over the stored object.
     *
     * @return the merged object with its {@code managedFields}
     * @throws ApplyConflict without force, when the configuration changes what others manage
     */
    public ObjectNode apply(
            ObjectNode live,
            ObjectNode configuration,
            ValueType type,
            String manager,
            String subresource,
            boolean force,
            String now) {
        ManagedFields managed = ManagedFields.of(live);
        String apiVersion = Nodes.text(configuration, "apiVersion");
        if (managed.entries().isEmpty()
                && !Nodes.text(live, "metadata", "resourceVersion").isEmpty()) {
            // An object whose management nobody recorded: what it has belongs to whoever came before.
            managed.set(
                    ManagedFields.Manager.updater("before-first-apply", apiVersion, ""),
                    compare(null, live, type).added().difference(STRIPPED),
                    apiVersion,
                    now);
        }
        ManagedFields.Manager applier = ManagedFields.Manager.applier(manager, subresource);
        FieldSet last = managed.fields(applier);
        JsonNode liveValue = unmanaged(live);
        JsonNode merged = TypedValues.merge(liveValue, unmanaged(configuration), type);
        FieldSet stated = TypedValues.fields(unmanaged(configuration), type);
        String before = managed.time(applier);
        // Name and namespace count as stated here, or they would go with the last of the metadata that the applier
        // drops.
        managed.set(applier, stated, apiVersion, before);
        JsonNode pruned = prune(merged, managed, last, type);
        TypedValues.Comparison change = TypedValues.compare(liveValue, pruned, type);
        settle(managed, change, applier, force);
        // The server notes no time for an apply that changes nothing.
        managed.set(applier, stated.difference(STRIPPED), apiVersion, change.isSame() ? before : now);
        ObjectNode result = (ObjectNode) pruned.deepCopy();
        managed.writeTo(result);
        return result;
    }

    private static JsonNode prune(JsonNode merged, ManagedFields managed, FieldSet last, ValueType type) {
        if (last.isEmpty()) {
            return merged;
        }
        FieldSet lastNamed = last.withNamedFields(type);
        JsonNode pruned = orEmpty(TypedValues.remove(merged, lastNamed, type));
        FieldSet owned = new FieldSet();
        for (ManagedFields.Entry entry : managed.entries().values()) {
            owned = owned.union(entry.fields());
        }
        FieldSet mergedFields = TypedValues.fields(merged, type).withNamedFields(type);
        FieldSet gone = mergedFields.difference(
                TypedValues.fields(pruned, type).withNamedFields(type).union(owned.withNamedFields(type)));
        pruned = orEmpty(TypedValues.remove(merged, gone, type));
        FieldSet ownedByLast = mergedFields
                .difference(TypedValues.fields(pruned, type).withNamedFields(type))
                .intersection(lastNamed);
        return orEmpty(TypedValues.remove(merged, ownedByLast, type));
    }

    /** Takes from all others what this change modifies, adds or removes; without force a modification is a conflict. */
    private static void settle(
            ManagedFields managed, TypedValues.Comparison change, ManagedFields.Manager changer, boolean force) {
        FieldSet written = change.modified().union(change.added());
        List<ApplyConflict.Cause> conflicts = new ArrayList<>();
        for (Map.Entry<ManagedFields.Manager, ManagedFields.Entry> entry :
                List.copyOf(managed.entries().entrySet())) {
            if (entry.getKey().equals(changer)) {
                continue;
            }
            FieldSet conflict = entry.getValue().fields().intersection(written);
            if (!force) {
                conflict.paths()
                        .forEach(path -> conflicts.add(
                                new ApplyConflict.Cause(printed(entry.getKey(), entry.getValue()), path)));
            }
            managed.take(entry.getKey(), conflict.union(change.removed()));
        }
        if (!conflicts.isEmpty()) {
            throw new ApplyConflict(conflicts);
        }
    }

    private static String printed(ManagedFields.Manager manager, ManagedFields.Entry entry) {
        String text = "conflict with \"" + manager.name() + "\"";
        if (!manager.subresource().isEmpty()) {
            text += " with subresource \"" + manager.subresource() + "\"";
        }
        return manager.operation().equals(ManagedFields.UPDATE) ? text + " using " + entry.apiVersion() : text;
    }

    private static TypedValues.Comparison compare(ObjectNode live, ObjectNode updated, ValueType type) {
        JsonNode before = live == null ? ZeroValues.like(updated) : unmanaged(live);
        return TypedValues.compare(before, unmanaged(updated), type);
    }

    private static ObjectNode unmanaged(ObjectNode object) {
        if (Nodes.at(object, "metadata", "managedFields") == null) {
            return object;
        }
        ObjectNode copy = Nodes.object();
        copy.setAll(object);
        ObjectNode metadata = Nodes.object();
        metadata.setAll((ObjectNode) object.get("metadata"));
        metadata.remove("managedFields");
        copy.set("metadata", metadata);
        return copy;
    }

    private static boolean statesManagers(ObjectNode object) {
        JsonNode entries = Nodes.at(object, "metadata", "managedFields");
        if (entries == null || entries.isEmpty()) {
            return false;
        }
        for (JsonNode entry : entries) {
            String operation = String.valueOf(Nodes.text(entry, "operation"));
            if (!operation.equals(ManagedFields.APPLY) && !operation.equals(ManagedFields.UPDATE)) {
                // Entries that make no sense are not refused: what was recorded stays.
                return false;
            }
        }
        return true;
    }

    /** A list with one empty entry is how a client asks to forget all managers. */
    private static boolean resets(ObjectNode object) {
        JsonNode entries = Nodes.at(object, "metadata", "managedFields");
        return entries != null && entries.size() == 1 && entries.get(0).isEmpty();
    }

    private static JsonNode orEmpty(JsonNode node) {
        return node == null ? Nodes.object() : node;
    }

    private static ObjectNode stripped() {
        ObjectNode set = Nodes.object();
        set.putObject("f:apiVersion");
        set.putObject("f:kind");
        ObjectNode metadata = set.putObject("f:metadata");
        metadata.putObject(".");
        for (String field : List.of(
                "name",
                "namespace",
                "creationTimestamp",
                "selfLink",
                "uid",
                "clusterName",
                "generation",
                "managedFields",
                "resourceVersion",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            metadata.putObject("f:" + field);
        }
        return set;
    }
}
