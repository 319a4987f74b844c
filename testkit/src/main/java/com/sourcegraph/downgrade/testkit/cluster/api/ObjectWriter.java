package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.Allocations;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.apply.ApplyConflict;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Every write to the cluster, whoever makes it: creates, updates of the object or of a subresource, and server-side
 * applies. A dry run goes the whole way but for the last step.
 */
public final class ObjectWriter {
    /** Kinds with {@code metadata.generation}; custom resources have it too. */
    private static final Set<String> GENERATED = Set.of(
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "Job",
            "CronJob",
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "CustomResourceDefinition");

    private static final Set<String> SYSTEM_METADATA = Set.of(
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink");
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectStore store;
    private final ResourceCatalog catalog;
    private final CustomResources customResources;
    private final ObjectPreparation preparation;
    private final Clock clock;
    private final FieldOwnership ownership = new FieldOwnership();
    private final Allocations allocations = new Allocations();
    private final java.util.Random random = new java.util.Random(7);

    ObjectWriter(ObjectStore store, ResourceCatalog catalog, CustomResources customResources, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.customResources = customResources;
        this.preparation = new ObjectPreparation(customResources);
        this.clock = clock;
    }

    public ObjectNode create(ResourceType resource, String namespace, ObjectNode body, WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode object = body.deepCopy();
            identify(resource, namespace, object);
            preparation.prepare(resource, object, options);
            withoutStatus(resource, object);
            ownership.update(null, object, resource.type(), options.manager(), "", now());
            return finishCreate(resource, object, options);
        });
    }

    private ObjectNode finishCreate(ResourceType resource, ObjectNode object, WriteOptions options) {
        ObjectNode metadata = Nodes.metadata(object);
        String namespace = Nodes.namespace(object);
        if (resource.namespaced()) {
            admitNamespace(resource, namespace, Nodes.name(object));
        }
        if (store.get(resource, namespace, Nodes.name(object)) != null) {
            throw StatusException.alreadyExists(resource, Nodes.name(object));
        }
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", now());
        metadata.remove(List.of("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"));
        if (hasGeneration(resource)) {
            metadata.put("generation", 1);
        }
        allocations.create(resource.kind(), object);
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.check(resource, object, clock.instant());
        }
        preparation.validate(resource, object, null, "");
        if (options.dryRun()) {
            return object;
        }
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.register(object);
        }
        return store.put(resource, object);
    }

    /** Replaces the object, or one subresource of it. */
    public ObjectNode replace(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode live = required(resource, namespace, name);
            ObjectNode updated = body.deepCopy();
            preparation.refuseUnknown(resource, updated, options);
            String version = Nodes.text(updated, "metadata", "resourceVersion");
            if (resource.custom() && (version == null || version.isEmpty())) {
                // Custom resources are never updated blindly.
                throw StatusException.versionRequired(resource, name);
            }
            sameObject(resource, live, updated);
            return commit(resource, live, updated, subresource, options, true);
        });
    }

    /** Refuses the outcome of a patch that the kind's decoder could not read. */
    void refuseWrongTypes(ResourceType resource, ObjectNode outcome) {
        preparation.wrongType(resource, outcome).ifPresent(why -> {
            throw StatusException.undecodablePatch(outcome.toString(), why);
        });
    }

    /** Refuses the outcome of a patch that has fields which the schema does not know. */
    void refuseUnknown(ResourceType resource, ObjectNode outcome, JsonNode shown) {
        List<String> unknown = preparation.unknown(resource, outcome);
        if (!unknown.isEmpty()) {
            throw StatusException.strictPatch(
                    shown.toString(),
                    String.join(
                            ", ",
                            unknown.stream()
                                    .map(field -> "unknown field \"" + field + "\"")
                                    .toList()));
        }
    }

    /** Changes the object, or one subresource of it, by a function from what is stored to what should be. */
    public ObjectNode modify(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            UnaryOperator<ObjectNode> change,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode live = required(resource, namespace, name);
            return commit(resource, live, change.apply(live.deepCopy()), subresource, options, true);
        });
    }

    /** The outcome of a server-side apply. */
    public record Applied(ObjectNode object, boolean created) {}

    public Applied apply(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode configuration = body.deepCopy();
            if (Nodes.at(configuration, "metadata", "managedFields") != null) {
                throw StatusException.badRequest("metadata.managedFields must be nil");
            }
            preparation.prepareConfiguration(resource, configuration);
            ObjectNode metadata = Nodes.metadata(configuration);
            metadata.put("name", name);
            if (resource.namespaced()) {
                metadata.put("namespace", namespace);
            }
            ObjectNode live = store.get(resource, namespace, name);
            if (live == null && !subresource.isEmpty()) {
                throw StatusException.notFound(resource, name);
            }
            if (live == null && Nodes.text(configuration, "metadata", "uid") != null) {
                throw StatusException.conflict(
                        resource,
                        name,
                        "uid mismatch: the provided object specified uid "
                                + Nodes.text(configuration, "metadata", "uid") + ", and no existing object was found");
            }
            if (subresource.isEmpty()) {
                withoutStatus(resource, configuration);
            } else if (subresource.equals("status")) {
                configuration.retain("apiVersion", "kind", "metadata", "status");
            }
            ObjectNode base = live == null ? blank(configuration) : live;
            ObjectNode merged;
            try {
                merged = ownership.apply(
                        base, configuration, resource.type(), options.manager(), subresource, options.force(), now());
            } catch (ApplyConflict e) {
                throw StatusException.applyConflict(e);
            }
            if (live == null) {
                preparation.prepare(resource, merged, options);
                return new Applied(finishCreate(resource, merged, options), true);
            }
            return new Applied(commit(resource, live, merged, subresource, options, false), false);
        });
    }

    private static ObjectNode blank(ObjectNode configuration) {
        ObjectNode blank = Nodes.object();
        blank.set("apiVersion", configuration.get("apiVersion"));
        blank.set("kind", configuration.get("kind"));
        ObjectNode metadata = Nodes.metadata(blank);
        for (String field : List.of("name", "namespace")) {
            if (configuration.get("metadata").has(field)) {
                metadata.set(field, configuration.get("metadata").get(field));
            }
        }
        metadata.put("resourceVersion", "");
        return blank;
    }

    private ObjectNode commit(
            ResourceType resource,
            ObjectNode live,
            ObjectNode updated,
            String subresource,
            WriteOptions options,
            boolean recordManager) {
        agree(resource, live, updated);
        ObjectNode next = scoped(resource, live, updated, subresource);
        preparation.prepare(resource, next, options);
        restoreSystemMetadata(live, next);
        if (recordManager) {
            recordManager(resource, live, next, updated, subresource, options);
        }
        allocations.update(resource.kind(), next, live);
        bumpGeneration(resource, live, next);
        preparation.validate(resource, next, live, subresource);
        ObjectNode nextMetadata = Nodes.metadata(next);
        nextMetadata.put("resourceVersion", Nodes.text(live, "metadata", "resourceVersion"));
        if (next.equals(live) || options.dryRun()) {
            return next.equals(live) ? live : next;
        }
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.check(resource, next, clock.instant());
            customResources.register(next);
        }
        if (isDone(next)) {
            // One write for the server: watchers see the object go as it was, not an object that nothing holds.
            remove(resource, live);
            return next;
        }
        return store.put(resource, next);
    }

    private void recordManager(
            ResourceType resource,
            ObjectNode live,
            ObjectNode next,
            ObjectNode sent,
            String subresource,
            WriteOptions options) {
        if (resource.custom() && subresource.equals("status")) {
            // The server notes who sent metadata together with a status before it leaves the metadata out.
            ObjectNode asSent = next.deepCopy();
            for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
                if (sent.path("metadata").has(field)) {
                    Nodes.metadata(asSent).set(field, sent.get("metadata").get(field));
                }
            }
            ownership.update(live, asSent, resource.type(), options.manager(), subresource, now());
            copy(Nodes.metadata(asSent), Nodes.metadata(next), "managedFields");
            return;
        }
        if (!subresource.equals("scale")) {
            ownership.update(live, next, resource.type(), options.manager(), subresource, now());
            return;
        }
        // A scale of zero replicas states none, so whoever scales to zero manages nothing, and nor does anybody else.
        ObjectNode before = live.deepCopy();
        ObjectNode after = next.deepCopy();
        for (ObjectNode object : List.of(before, after)) {
            if (Nodes.number(object, 0, "spec", "replicas") == 0) {
                Nodes.child(object, "spec").remove("replicas");
            }
        }
        ownership.update(
                before,
                after,
                resource.type(),
                options.manager(),
                subresource,
                // It notes no time for the scale of a custom resource.
                resource.custom() ? null : now());
        copy(Nodes.metadata(after), Nodes.metadata(next), "managedFields");
    }

    /** A terminating object with nothing left that holds it. */
    private static boolean isDone(ObjectNode object) {
        JsonNode finalizers = Nodes.at(object, "metadata", "finalizers");
        return Nodes.text(object, "metadata", "deletionTimestamp") != null
                && (finalizers == null || finalizers.isEmpty())
                && Nodes.number(object, 0, "metadata", "deletionGracePeriodSeconds") == 0
                && !"Namespace".equals(Nodes.text(object, "kind"));
    }

    private static void agree(ResourceType resource, ObjectNode live, ObjectNode updated) {
        String name = Nodes.name(live);
        String version = Nodes.text(updated, "metadata", "resourceVersion");
        if (version != null && !version.isEmpty() && !version.equals(Nodes.text(live, "metadata", "resourceVersion"))) {
            throw StatusException.conflict(resource, name);
        }
        String uid = Nodes.text(updated, "metadata", "uid");
        if (uid != null && !uid.isEmpty() && !uid.equals(Nodes.uid(live))) {
            FieldError error =
                    FieldError.invalid("metadata.uid", Nodes.at(updated, "metadata", "uid"), "field is immutable");
            throw StatusException.invalid(resource, name, List.of(error, error));
        }
        if (!name.equals(Nodes.name(updated))) {
            throw StatusException.badRequest("the name of the object (" + Nodes.name(updated)
                    + ") does not match the name on the URL (" + name + ")");
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (!String.valueOf(Nodes.text(live, field)).equals(Nodes.text(updated, field))) {
                throw StatusException.badRequest("the " + field + " in the data (" + Nodes.text(updated, field)
                        + ") does not match the expected " + field + " (" + Nodes.text(live, field) + ")");
            }
        }
    }

    /** A whole object that is put in place of another one is refused by the storage, a patch by validation. */
    private static void sameObject(ResourceType resource, ObjectNode live, ObjectNode updated) {
        String uid = Nodes.text(updated, "metadata", "uid");
        if (uid != null && !uid.isEmpty() && !uid.equals(Nodes.uid(live))) {
            String key = "/registry/" + (resource.custom() ? resource.group() + "/" : "") + resource.plural() + "/"
                    + (resource.namespaced() ? Nodes.namespace(live) + "/" : "") + Nodes.name(live);
            throw StatusException.conflict(
                    resource,
                    Nodes.name(live),
                    "StorageError: invalid object, Code: 4, Key: " + key
                            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: " + Nodes.uid(live));
        }
    }

    /** Takes from the update only what this endpoint may change. */
    private static ObjectNode scoped(ResourceType resource, ObjectNode live, ObjectNode updated, String subresource) {
        if (subresource.isEmpty()) {
            if (resource.hasStatus() && !resource.kind().equals("CustomResourceDefinition")) {
                copy(live, updated, "status");
            }
            return updated;
        }
        ObjectNode next = live.deepCopy();
        if (subresource.equals("status")) {
            copy(updated, next, "status");
            ObjectNode metadata = Nodes.metadata(next);
            if (updated.get("metadata") instanceof ObjectNode given && !resource.custom()) {
                // Built-in kinds let their controllers set annotations together with the status.
                copy(given, metadata, "annotations");
            }
            if (updated.get("metadata") instanceof ObjectNode given && given.has("managedFields")) {
                metadata.set("managedFields", given.get("managedFields"));
            }
            return next;
        }
        Nodes.child(next, "spec").set("replicas", updated.get("spec").get("replicas"));
        return next;
    }

    private static void copy(ObjectNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        if (value == null) {
            to.remove(member);
        } else {
            to.set(member, value);
        }
    }

    private static void restoreSystemMetadata(ObjectNode live, ObjectNode next) {
        ObjectNode metadata = Nodes.metadata(next);
        ObjectNode before = Nodes.metadata(live);
        SYSTEM_METADATA.forEach(field -> copy(before, metadata, field));
        copy(before, metadata, "namespace");
    }

    private static void bumpGeneration(ResourceType resource, ObjectNode live, ObjectNode next) {
        if (!hasGeneration(resource)) {
            return;
        }
        ObjectNode before = live.deepCopy();
        ObjectNode after = next.deepCopy();
        List.of(before, after).forEach(object -> object.remove(List.of("metadata", "status")));
        if (!before.equals(after)) {
            Nodes.metadata(next).put("generation", Nodes.number(live, 1, "metadata", "generation") + 1);
        }
    }

    private static boolean hasGeneration(ResourceType resource) {
        return resource.custom() || GENERATED.contains(resource.kind());
    }

    private void identify(ResourceType resource, String namespace, ObjectNode object) {
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

    private void admitNamespace(ResourceType resource, String namespace, String name) {
        ResourceType namespaces = catalog.required("", "namespaces");
        ObjectNode object = store.get(namespaces, null, namespace);
        if (object == null) {
            throw StatusException.notFound(namespaces, namespace);
        }
        if (Nodes.text(object, "metadata", "deletionTimestamp") != null) {
            throw StatusException.terminating(resource, name, namespace);
        }
    }

    private static void withoutStatus(ResourceType resource, ObjectNode object) {
        if (resource.hasStatus() && !resource.kind().equals("CustomResourceDefinition")) {
            object.remove("status");
        }
    }

    ObjectNode required(ResourceType resource, String namespace, String name) {
        ObjectNode live = store.get(resource, namespace, name);
        if (live == null) {
            throw StatusException.notFound(resource, name);
        }
        return live;
    }

    /** Takes an object out of the store at once. */
    ObjectNode remove(ResourceType resource, ObjectNode object) {
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.unregister(object);
        }
        return store.remove(resource, Nodes.namespace(object), Nodes.name(object));
    }

    private String now() {
        return Timestamps.seconds(clock.instant());
    }
}
