package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.YamlDocuments.Parts;
import com.sourcegraph.downgrade.manifest.YamlDocuments.TooManyParts;
import com.sourcegraph.downgrade.manifest.YamlDocuments.YamlDocument;
import com.sourcegraph.downgrade.manifest.YamlDocuments.YamlMistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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

    /** A release has some sixty; each costs several requests, and a line in what is told. */
    static final int MOST_OBJECTS = 2_000;

    /** Who has so many mistakes to repair needs no more of them. */
    private static final int MOST_PROBLEMS = 100;

    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_KIND = 63;
    private static final Pattern UNFIT_NAME = Pattern.compile("\\.|\\.\\.|(?s:.*[/%\\p{Cntrl}].*)");
    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

    private final YamlDocuments documents;
    private final ManifestSource source;
    private final List<TargetObject> objects = new ArrayList<>();
    private final List<ManifestProblem> problems = new ArrayList<>();
    private final Map<String, Origin> seen = new HashMap<>();
    private final Parts parts = new Parts();

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
            documents.forEach(text, parts, document -> accept(key, document));
        } catch (TooManyParts e) {
            problem(
                    new Origin(key, e.document(), e.line()),
                    "With it, the manifests have more than " + Parts.MOST
                            + " fields and values; those of a release have less than 10000.",
                    "Store the manifests of one release only, as `kubectl kustomize` or `helm template` prints them.");
        } catch (YamlMistake mistake) {
            problem(
                    new Origin(key, mistake.document(), mistake.line()),
                    "This is no YAML that can be read: " + Excerpt.of(mistake.getMessage()) + ".",
                    "Store what `kubectl kustomize` or `helm template` prints, unchanged.");
        }
    }

    /** Whether what was read is refused anyway and the rest would only take time. */
    private boolean enough() {
        return objects.size() > MOST_OBJECTS || problems.size() >= MOST_PROBLEMS;
    }

    private void accept(String key, YamlDocument document) {
        if (enough()) {
            return;
        }
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
                if (enough()) {
                    return;
                }
                if (item instanceof ObjectNode itemObject) {
                    accept(origin, itemObject);
                } else {
                    problem(origin, "An item of this " + Excerpt.of(kind) + " is no Kubernetes object.", "Remove it.");
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
        } else if (apiVersion.length() > LONGEST_NAME || !KindCatalog.wellFormed(apiVersion)) {
            problem(
                    origin,
                    "apiVersion \"" + Excerpt.of(apiVersion) + "\" is none.",
                    "Write it as group/version, like apps/v1.");
        } else if (kind.length() > LONGEST_KIND || !KIND.matcher(kind).matches()) {
            problem(origin, "kind \"" + Excerpt.of(kind) + "\" is none.", "Write it like Deployment.");
        } else if (name.length() > LONGEST_NAME || UNFIT_NAME.matcher(name).matches()) {
            problem(origin, "\"" + Excerpt.of(name) + "\" cannot be the name of an object.", "Correct metadata.name.");
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
            if (objects.size() > MOST_OBJECTS) {
                problem(
                        target.origin(),
                        "These are more than " + MOST_OBJECTS + " objects; a release has some sixty.",
                        "Store the manifests of one release only.");
            }
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

    /** In place: the object was read for this alone. */
    private static ObjectNode withoutServerFields(ObjectNode content) {
        content.remove("status");
        ObjectNode metadata = (ObjectNode) content.get("metadata");
        metadata.remove(SERVER_METADATA);
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(SERVER_ANNOTATIONS);
        }
        return content;
    }
}
