package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an owner's object the target by one strategic merge patch in that owner's name, as {@code kubectl apply} itself and Helm 3 do; what
 * has to go is read from the owner's entry in {@code managedFields} instead of from a record of its own. One request, so no crash can part
 * it, and no controller's write comes in between. Pure.
 *
 * <p>It is for the plain case only: one owner that updates, and nobody who applied or owns what has to go. Everything else is left to taking
 * over ({@link TakeOver}), where the server decides field by field.
 */
final class OwnerPatch {

    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";

    /** Objects that are one value to an apply (API schema, {@code x-kubernetes-map-type: atomic}), but merged by a patch. */
    private static final Set<String> ATOMIC = Set.of(
            "selector",
            "matchLabels",
            "nodeSelector",
            "configMapKeyRef",
            "secretKeyRef",
            "fieldRef",
            "resourceFieldRef",
            "valueFrom");

    /** Of these a patch would keep what the target replaces by another: a volume's old source, a strategy's parameters. */
    private static final Set<String> ONE_OF = Set.of("volumes", "strategy");

    /** The lists that a strategic merge patch merges, and by what (API types, {@code patchMergeKey}); others are replaced. */
    private static final Map<String, String> MERGE_KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("env", "name"),
            Map.entry("volumes", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("secrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"));

    /** Lists that are merged in ways not worth knowing here. */
    private static final Set<String> OTHERS =
            Set.of("finalizers", "ownerReferences", "ephemeralContainers", "resourceClaims", "schedulingGates");

    /** The patch; empty where one does not do. */
    Optional<ObjectNode> of(LiveObject live, DesiredObject desired) {
        Owner owner = desired.owner();
        if (owner.style() == Style.SERVER_SIDE_APPLY || owner.takenOver()) {
            return Optional.empty();
        }
        List<ManagedEntry> entries = ManagedEntry.of(live).stream()
                .filter(entry -> !entry.subresource())
                .toList();
        List<ManagedEntry> owned = entries.stream()
                .filter(entry -> entry.manager().equals(owner.manager()))
                .toList();
        boolean plain = owned.size() == 1
                && owned.get(0).apiVersion().equals(live.apiVersion())
                && entries.stream().noneMatch(entry -> entry.applies() || otherDeployer(entry, owner));
        if (!plain) {
            return Optional.empty();
        }
        ObjectNode others = CanonicalJson.MAPPER.createObjectNode();
        for (ManagedEntry entry : entries) {
            if (!entry.equals(owned.get(0))) {
                others = FieldSet.union(others, entry.fields());
            }
        }
        try {
            ObjectNode target = desired.content();
            ObjectNode patch =
                    object(target, live.content(), new Fields(goes(owned.get(0), live, target), others), false);
            patch.withObjectProperty("metadata").put("resourceVersion", live.resourceVersion());
            dropNotes(patch, live, target);
            return Optional.of(patch);
        } catch (NotPlain e) {
            return Optional.empty();
        }
    }

    /** What another way of deploying left there goes too; a patch in the owner's name would leave its entry behind. */
    private static boolean otherDeployer(ManagedEntry entry, Owner owner) {
        return !entry.manager().equals(owner.manager())
                && (entry.manager().equals(OwnerFinder.BEFORE_FIRST_APPLY)
                        || entry.manager().equals(OwnerFinder.CLIENT_SIDE_APPLY)
                        || OwnerFinder.HELM.contains(entry.manager()));
    }

    /** The owner's fields without those that stay although the target does not name them. */
    private static JsonNode goes(ManagedEntry owned, LiveObject live, JsonNode target) {
        ObjectNode fields = owned.fields().deepCopy();
        fields.remove("f:status");
        FieldSet.takeAnnotations(fields, TakeOver.OWN_ANNOTATIONS);
        if (!target.path("spec").has("replicas")) {
            FieldSet.remove(fields, "spec", "replicas");
        }
        if (live.kind().equals("Service")) {
            TakeOver.ALLOCATED.forEach(allocated -> FieldSet.remove(fields, "spec", allocated));
        }
        return fields;
    }

    /** The manifest decides the count, so the note of the original one goes in the same request. */
    private static void dropNotes(ObjectNode patch, LiveObject live, JsonNode target) {
        if (!target.path("spec").has("replicas")) {
            return;
        }
        for (Map.Entry<String, JsonNode> annotation :
                live.content().path("metadata").path("annotations").properties()) {
            if (annotation.getKey().startsWith(TakeOver.OWN_ANNOTATIONS)) {
                patch.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .putNull(annotation.getKey());
            }
        }
    }

    /** The same place in what the owner owns and in what all others own. */
    private record Fields(JsonNode owned, JsonNode others) {

        Fields field(String name) {
            return new Fields(owned.path("f:" + name), others.path("f:" + name));
        }

        Fields element(JsonNode element) {
            return new Fields(element(owned, element), element(others, element));
        }

        boolean leaf() {
            return owned.isObject() && owned.isEmpty();
        }

        private static JsonNode element(JsonNode list, JsonNode element) {
            for (Map.Entry<String, JsonNode> entry : list.properties()) {
                if (entry.getKey().startsWith("k:")
                        && isCalled(CanonicalJson.read(entry.getKey().substring(2)), element)) {
                    return entry.getValue();
                }
            }
            return CanonicalJson.MAPPER.missingNode();
        }

        private static boolean isCalled(JsonNode keys, JsonNode element) {
            for (Map.Entry<String, JsonNode> key : keys.properties()) {
                if (!element.path(key.getKey()).equals(key.getValue())) {
                    return false;
                }
            }
            return true;
        }
    }

    private static ObjectNode object(JsonNode target, JsonNode live, Fields fields, boolean oneOf) {
        ObjectNode patch = CanonicalJson.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : target.properties()) {
            String name = entry.getKey();
            patch.set(name, value(patch, name, entry.getValue(), live.path(name), fields.field(name)));
        }
        if (oneOf) {
            ArrayNode kept = patch.putArray(RETAIN);
            target.properties().forEach(entry -> kept.add(entry.getKey()));
            return patch;
        }
        for (Map.Entry<String, JsonNode> entry : fields.owned().properties()) {
            String name = entry.getKey().startsWith("f:") ? entry.getKey().substring(2) : "";
            if (!name.isEmpty() && !target.has(name) && live.has(name)) {
                removal(patch, name, live.path(name), fields.field(name));
            }
        }
        return patch;
    }

    private static JsonNode value(ObjectNode patch, String name, JsonNode target, JsonNode live, Fields fields) {
        if (target.isObject() && live.isObject()) {
            if (ATOMIC.contains(name) || fields.leaf()) {
                return target.equals(live)
                        ? target.deepCopy()
                        : target.<ObjectNode>deepCopy().put(DIRECTIVE, "replace");
            }
            return object(target, live, fields, ONE_OF.contains(name));
        }
        if (target.isArray()) {
            Optional<String> key = mergeKey(name, target);
            return key.isPresent() ? list(patch, name, key.get(), target, live, fields) : target.deepCopy();
        }
        return target.deepCopy();
    }

    /** Of what the target does not name goes what the owner has, and all of it where nothing else is there. */
    private static void removal(ObjectNode patch, String name, JsonNode live, Fields fields) {
        if (whole(live, fields)) {
            patch.putNull(name);
        } else if (live.isObject()) {
            ObjectNode rest = object(CanonicalJson.MAPPER.createObjectNode(), live, fields, false);
            if (!rest.isEmpty()) {
                patch.set(name, rest);
            }
        } else {
            ArrayNode nothing = CanonicalJson.MAPPER.createArrayNode();
            String key = mergeKey(name, live).orElseThrow(NotPlain::new);
            patch.set(name, list(patch, name, key, nothing, live, fields));
        }
    }

    /** Whether everything there is the owner's. */
    private static boolean whole(JsonNode live, Fields fields) {
        if (!fields.owned().isObject()) {
            return false;
        }
        boolean whole = true;
        if (!fields.leaf() && live.isObject()) {
            for (Map.Entry<String, JsonNode> entry : live.properties()) {
                whole &= whole(entry.getValue(), fields.field(entry.getKey()));
            }
        } else if (!fields.leaf() && live.isArray()) {
            for (JsonNode element : live) {
                whole &= whole(element, fields.element(element));
            }
        }
        if (whole && !fields.others().isMissingNode()) {
            throw new NotPlain();
        }
        return whole;
    }

    private static ArrayNode list(
            ObjectNode patch, String name, String key, JsonNode target, JsonNode live, Fields fields) {
        ArrayNode result = CanonicalJson.MAPPER.createArrayNode();
        ArrayNode order = CanonicalJson.MAPPER.createArrayNode();
        for (JsonNode element : target) {
            JsonNode present = only(live, key, element.path(key));
            only(target, key, element.path(key));
            result.add(
                    present.isObject()
                            ? object(element, present, fields.element(present), ONE_OF.contains(name))
                            : element.deepCopy());
            order.addObject().set(key, element.get(key));
        }
        for (JsonNode element : live) {
            Fields its = fields.element(element);
            if (its.owned().isObject() && only(target, key, element.path(key)).isMissingNode()) {
                if (!whole(element, its)) {
                    throw new NotPlain();
                }
                result.addObject().put(DIRECTIVE, "delete").set(key, element.get(key));
            }
        }
        if (!order.isEmpty()) {
            patch.set(ORDER + name, order);
        }
        return result;
    }

    /** The element of that name; a patch cannot tell two of one name apart, such as a port of both protocols. */
    private static JsonNode only(JsonNode list, String key, JsonNode value) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode candidate : list) {
            if (candidate.path(key).equals(value)) {
                found.add(candidate);
            }
        }
        if (value.isMissingNode() || found.size() > 1) {
            throw new NotPlain();
        }
        return found.isEmpty() ? CanonicalJson.MAPPER.missingNode() : found.get(0);
    }

    private static Optional<String> mergeKey(String name, JsonNode list) {
        if (OTHERS.contains(name)) {
            throw new NotPlain();
        }
        if (!name.equals("ports")) {
            return Optional.ofNullable(MERGE_KEYS.get(name));
        }
        return Optional.of(list.path(0).has("containerPort") ? "containerPort" : "port");
    }

    /** One patch does not do. */
    private static final class NotPlain extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotPlain() {
            super(null, null, false, false);
        }
    }
}
