package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.YamlDocuments.YamlDocument;
import com.sourcegraph.downgrade.manifest.YamlDocuments.YamlMistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the target objects of several texts, and every problem on the way. One reading, one instance. */
final class ManifestParser {

    /** What only a server or a controller sets: a manifest that was saved with {@code kubectl get -o yaml} has them. */
    private static final List<String> SERVER_METADATA = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields",
            "ownerReferences");

    private static final List<String> SERVER_ANNOTATIONS =
            List.of(LastApplied.ANNOTATION, "deployment.kubernetes.io/revision");

    private final YamlDocuments documents;
    private final ManifestSource source;
    private final List<TargetObject> objects = new ArrayList<>();
    private final List<ManifestProblem> problems = new ArrayList<>();
    private final Map<String, Origin> seen = new HashMap<>();

    ManifestParser(YamlDocuments documents, ManifestSource source) {
        this.documents = documents;
        this.source = source;
    }

    List<TargetObject> objects() {
        return objects;
    }

    List<ManifestProblem> problems() {
        return problems;
    }

    void read(String key, String text) {
        try {
            documents.forEach(text, document -> accept(key, document));
        } catch (YamlMistake mistake) {
            problem(
                    new Origin(key, mistake.document(), mistake.line()),
                    "This is no YAML that can be read: " + mistake.getMessage() + ".",
                    "Store what `kubectl kustomize` or `helm template` prints, unchanged.");
        }
    }

    private void accept(String key, YamlDocument document) {
        Origin origin = new Origin(key, document.number(), document.line());
        if (document.content() instanceof ObjectNode object) {
            accept(origin, object);
        } else {
            problem(
                    origin,
                    "This document is no Kubernetes object: it has no fields.",
                    "Remove it or complete it with apiVersion, kind and metadata.name.");
        }
    }

    private void accept(Origin origin, ObjectNode object) {
        String kind = object.path("kind").asText("");
        if (kind.endsWith("List") && object.path("items").isArray()) {
            for (JsonNode item : object.path("items")) {
                if (item instanceof ObjectNode itemObject) {
                    accept(origin, itemObject);
                } else {
                    problem(origin, "An item of this " + kind + " is no Kubernetes object.", "Remove it.");
                }
            }
            return;
        }
        String apiVersion = object.path("apiVersion").asText("");
        String name = object.path("metadata").path("name").asText("");
        List<String> missing = new ArrayList<>();
        if (apiVersion.isEmpty()) {
            missing.add("apiVersion");
        }
        if (kind.isEmpty()) {
            missing.add("kind");
        }
        if (name.isEmpty()) {
            missing.add("metadata.name");
        }
        if (!missing.isEmpty()) {
            problem(
                    origin,
                    "This document is no Kubernetes object: it has no " + String.join(", no ", missing) + ".",
                    "Add what is missing, or remove the document.");
        } else if (!KindCatalog.wellFormed(apiVersion)) {
            problem(origin, "apiVersion \"" + apiVersion + "\" is none.", "Write it as group/version, like apps/v1.");
        } else if (name.equals(".") || name.equals("..") || name.contains("/") || name.contains("%")) {
            problem(origin, "\"" + name + "\" cannot be the name of an object.", "Correct metadata.name.");
        } else {
            add(new TargetObject(
                    apiVersion,
                    kind,
                    Optional.ofNullable(
                                    object.path("metadata").path("namespace").asText(null))
                            .filter(namespace -> !namespace.isEmpty()),
                    name,
                    withoutServerFields(object),
                    origin));
        }
    }

    private void add(TargetObject target) {
        String identity = target.key().apiGroup() + " " + target.key() + " "
                + target.namespace().orElse("");
        Origin first = seen.putIfAbsent(identity, target.origin());
        if (first == null) {
            objects.add(target);
        } else {
            problem(
                    target.origin(),
                    target.key() + " is there twice; first in " + first + ".",
                    "Remove one of the two: which one counts would be left to chance.");
        }
    }

    private void problem(Origin origin, String message, String remedy) {
        problems.add(new ManifestProblem(source + ", " + origin, message, remedy));
    }

    private static ObjectNode withoutServerFields(ObjectNode object) {
        ObjectNode content = object.deepCopy();
        content.remove("status");
        ObjectNode metadata = (ObjectNode) content.get("metadata");
        metadata.remove(SERVER_METADATA);
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(SERVER_ANNOTATIONS);
        }
        return content;
    }
}
