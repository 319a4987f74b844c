package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of {@code metadata.managedFields}: who manages which fields, by which kind of request. */
final class ManagedFields {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /**
     * Who an entry belongs to. An applier is the same whatever version it applied at; an updater is one for each
     * version.
     */
    record Manager(String name, String operation, String apiVersion, String subresource) {
        static Manager applier(String name, String subresource) {
            return new Manager(name, APPLY, "", subresource);
        }

        static Manager updater(String name, String apiVersion, String subresource) {
            return new Manager(name, UPDATE, apiVersion, subresource);
        }
    }

    /** What one manager manages, at which version, since when. */
    record Entry(FieldSet fields, String apiVersion, String time) {}

    private final Map<Manager, Entry> entries = new LinkedHashMap<>();

    static ManagedFields of(JsonNode object) {
        ManagedFields result = new ManagedFields();
        for (JsonNode entry : Nodes.each(object, "metadata", "managedFields")) {
            String operation = Nodes.text(entry, "operation");
            if (operation == null) {
                continue;
            }
            String apiVersion = orEmpty(Nodes.text(entry, "apiVersion"));
            String name = orEmpty(Nodes.text(entry, "manager"));
            String subresource = orEmpty(Nodes.text(entry, "subresource"));
            Manager manager = operation.equals(APPLY)
                    ? Manager.applier(name, subresource)
                    : Manager.updater(name, apiVersion, subresource);
            result.entries.put(
                    manager,
                    new Entry(FieldSet.decode(Nodes.at(entry, "fieldsV1")), apiVersion, Nodes.text(entry, "time")));
        }
        return result;
    }

    Map<Manager, Entry> entries() {
        return entries;
    }

    FieldSet fields(Manager manager) {
        Entry entry = entries.get(manager);
        return entry == null ? new FieldSet() : entry.fields();
    }

    String time(Manager manager) {
        Entry entry = entries.get(manager);
        return entry == null ? null : entry.time();
    }

    /** Sets what a manager manages; nothing left ends its entry. */
    void set(Manager manager, FieldSet fields, String apiVersion, String time) {
        if (fields.isEmpty()) {
            entries.remove(manager);
            return;
        }
        entries.put(manager, new Entry(fields, apiVersion, time));
    }

    /** As {@link #set}, with a time that moves only when the fields do. */
    void update(Manager manager, FieldSet fields, String apiVersion, String now) {
        Entry before = entries.get(manager);
        boolean same = before != null
                && before.fields().equals(fields)
                && before.apiVersion().equals(apiVersion);
        set(manager, fields, apiVersion, same ? before.time() : now);
    }

    /** Takes fields from a manager without touching its time. */
    void take(Manager manager, FieldSet fields) {
        Entry before = entries.get(manager);
        FieldSet left = before.fields().difference(fields);
        if (left.isEmpty()) {
            entries.remove(manager);
        } else {
            entries.put(manager, new Entry(left, before.apiVersion(), before.time()));
        }
    }

    void writeTo(ObjectNode object) {
        ObjectNode metadata = Nodes.metadata(object);
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        List<Map.Entry<Manager, Entry>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.<Map.Entry<Manager, Entry>, String>comparing(
                        e -> e.getKey().operation())
                .thenComparing(e -> orEmpty(e.getValue().time()))
                .thenComparing(e -> e.getKey().name()));
        ArrayNode list = Nodes.array();
        for (Map.Entry<Manager, Entry> e : sorted) {
            ObjectNode entry = list.addObject();
            entry.put("apiVersion", e.getValue().apiVersion());
            entry.put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", e.getValue().fields().encode());
            entry.put("manager", e.getKey().name());
            entry.put("operation", e.getKey().operation());
            if (!e.getKey().subresource().isEmpty()) {
                entry.put("subresource", e.getKey().subresource());
            }
            if (e.getValue().time() != null) {
                entry.put("time", e.getValue().time());
            }
        }
        metadata.set("managedFields", list);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
