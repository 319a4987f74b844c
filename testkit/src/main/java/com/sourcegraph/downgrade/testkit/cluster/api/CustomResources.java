package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.crd.CompiledDefinitions;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The custom resources that the stored CustomResourceDefinitions make known. */
public final class CustomResources {
    private final ResourceCatalog catalog;
    private final Map<String, CustomResourceAdmission> admissions = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> versions = new ConcurrentHashMap<>();

    CustomResources(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    CustomResourceAdmission admission(ResourceType resource) {
        return admissions.get(key(resource));
    }

    /** The entry of {@code spec.versions} of that resource: printer columns, subresources, schema. */
    public JsonNode versionOf(ResourceType resource) {
        return versions.get(key(resource));
    }

    /** The fields that the definition lets clients select by, as JSON paths. */
    Set<String> selectable(ResourceType resource) {
        Set<String> paths = new HashSet<>();
        if (resource.custom()) {
            Nodes.each(versionOf(resource), "selectableFields")
                    .forEach(field -> paths.add(Nodes.text(field, "jsonPath")));
        }
        return paths;
    }

    private static String key(ResourceType resource) {
        return resource.apiVersion() + "/" + resource.plural();
    }

    /** Completes a definition that is about to be stored, and refuses one whose rules do not compile. */
    void check(ResourceType definitions, ObjectNode crd, Instant now) {
        JsonNode spec = Nodes.at(crd, "spec");
        String expected = Nodes.text(spec, "names", "plural") + "." + Nodes.text(spec, "group");
        if (!expected.equals(Nodes.name(crd))) {
            throw StatusException.invalid(
                    definitions,
                    Nodes.name(crd),
                    List.of(FieldError.invalid(
                            "metadata.name",
                            Nodes.at(crd, "metadata", "name"),
                            "must be spec.names.plural+\".\"+spec.group")));
        }
        try {
            for (JsonNode version : Nodes.each(spec, "versions")) {
                CompiledDefinitions.of(crd, Nodes.text(version, "name"));
            }
        } catch (IllegalArgumentException e) {
            throw StatusException.invalid(
                    definitions,
                    Nodes.name(crd),
                    List.of(FieldError.invalid("spec.versions", TextNode.valueOf(""), e.getMessage())));
        }
        established(crd, now);
    }

    /** Holds a definition until its resources are gone. */
    public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private static void established(ObjectNode crd, Instant now) {
        JsonNode spec = Nodes.at(crd, "spec");
        if (!spec.has("conversion")) {
            ((ObjectNode) spec).putObject("conversion").put("strategy", "None");
        }
        ObjectNode names = ((ObjectNode) spec.get("names"));
        if (!names.has("singular")) {
            names.put("singular", Nodes.text(names, "kind").toLowerCase(java.util.Locale.ROOT));
        }
        if (!names.has("listKind")) {
            names.put("listKind", Nodes.text(names, "kind") + "List");
        }
        ObjectNode status = Nodes.child(crd, "status");
        status.set("acceptedNames", names.deepCopy());
        var stored = status.putArray("storedVersions");
        Nodes.each(spec, "versions").forEach(version -> {
            if (Nodes.flag(version, "storage")) {
                stored.add(Nodes.text(version, "name"));
            }
        });
        var conditions = status.putArray("conditions");
        for (String type : List.of("NamesAccepted", "Established")) {
            conditions
                    .addObject()
                    .put("type", type)
                    .put("status", "True")
                    .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
                    .put(
                            "message",
                            type.equals("Established") ? "the initial names have been accepted" : "no conflicts found")
                    .put("lastTransitionTime", Timestamps.seconds(now));
        }
    }

    void register(ObjectNode crd) {
        JsonNode spec = Nodes.at(crd, "spec");
        JsonNode names = Nodes.at(spec, "names");
        unregister(crd);
        for (JsonNode version : Nodes.each(spec, "versions")) {
            if (!Nodes.flag(version, "served")) {
                continue;
            }
            String name = Nodes.text(version, "name");
            CustomResourceAdmission admission = CompiledDefinitions.of(crd, name);
            Set<String> subresources = new HashSet<>();
            JsonNode declared = Nodes.at(version, "subresources");
            if (declared != null) {
                declared.fieldNames().forEachRemaining(subresources::add);
            }
            ResourceType resource = new ResourceType(
                    Nodes.text(spec, "group"),
                    name,
                    Nodes.text(names, "plural"),
                    Nodes.text(names, "singular"),
                    Nodes.text(names, "kind"),
                    "Namespaced".equals(Nodes.text(spec, "scope")),
                    texts(names, "shortNames"),
                    texts(names, "categories"),
                    Set.copyOf(subresources),
                    admission.type(),
                    true);
            admissions.put(key(resource), admission);
            versions.put(key(resource), version);
            catalog.add(resource);
        }
    }

    void unregister(ObjectNode crd) {
        catalog.remove(Nodes.text(crd, "spec", "group"), Nodes.text(crd, "spec", "names", "plural"));
    }

    private static List<String> texts(JsonNode node, String member) {
        List<String> result = new ArrayList<>();
        Nodes.each(node, member).forEach(item -> result.add(item.asText()));
        return List.copyOf(result);
    }
}
