package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import java.util.Optional;
import java.util.Set;

/** Says what becomes of one target object. Pure. */
final class ObjectComparison {

    private static final Set<String> SWAPPED_KINDS = Set.of("Deployment", "StatefulSet");

    private final KindCatalog catalog = new KindCatalog();
    private final LiveMatch liveMatch = new LiveMatch();
    private final OwnedFields ownedFields = new OwnedFields();
    private final LiveObjects live;
    private final DesiredObject.Factory desiredObjects;

    ObjectComparison(LiveObjects live, DesiredObject.Factory desiredObjects) {
        this.live = live;
        this.desiredObjects = desiredObjects;
    }

    ObjectPlan compare(TargetObject target) {
        ObjectKey key = target.key();
        if (catalog.gone(target.apiVersion()) || live.unserved().contains(key)) {
            return plan(
                    target,
                    Action.SKIP_UNSERVED,
                    "The cluster does not serve " + target.kind() + " of " + target.apiVersion() + ".");
        }
        if (clusterScoped(target)) {
            return plan(
                    target,
                    Action.SKIP_CLUSTER_SCOPED,
                    target.kind() + " belongs to no namespace, and whoever runs this instance may not write it.");
        }
        Optional<LiveObject> present = live.find(key);
        if (present.isEmpty()) {
            return absent(target);
        }
        if (target.kind().equals("PersistentVolumeClaim")) {
            return new ObjectPlan(
                    target, Action.KEEP, "The claim exists and is never written.", present, Optional.empty());
        }
        if (present.get().terminating()) {
            return new ObjectPlan(
                    target,
                    Action.RECREATE,
                    "It is being deleted, and is created again when it is gone.",
                    present,
                    present);
        }
        Optional<String> immutable = changedAddress(target, present.get());
        if (immutable.isPresent()) {
            return new ObjectPlan(target, Action.RECREATE, immutable.get(), present, present);
        }
        return difference(target, present.get())
                .map(reason -> new ObjectPlan(target, Action.UPDATE, reason, present, Optional.empty()))
                .orElseGet(() -> new ObjectPlan(
                        target, Action.UNCHANGED, "It is what the target says.", present, Optional.empty()));
    }

    boolean clusterScoped(TargetObject target) {
        return live.clusterScoped().contains(target.key())
                || catalog.find(target.apiVersion(), target.kind())
                        .filter(kind -> !kind.namespaced())
                        .isPresent();
    }

    private ObjectPlan absent(TargetObject target) {
        if (SWAPPED_KINDS.contains(target.kind())) {
            String otherKind = target.kind().equals("Deployment") ? "StatefulSet" : "Deployment";
            Optional<LiveObject> other = live.find(target.key().withKind(otherKind));
            if (other.isPresent()) {
                return new ObjectPlan(
                        target,
                        Action.SWAP_KIND,
                        "The newer release runs it as " + otherKind + ", the target as " + target.kind() + ".",
                        Optional.empty(),
                        other);
            }
        }
        return plan(target, Action.CREATE, "It does not exist.");
    }

    /** A Service's address cannot be changed, only given up with the Service (Kubernetes API: {@code clusterIP} is immutable). */
    private static Optional<String> changedAddress(TargetObject target, LiveObject present) {
        if (!target.kind().equals("Service")) {
            return Optional.empty();
        }
        String wanted = target.content().path("spec").path("clusterIP").asText("");
        String has = present.content().path("spec").path("clusterIP").asText("");
        return wanted.isEmpty() || has.isEmpty() || wanted.equals(has)
                ? Optional.empty()
                : Optional.of(
                        "Its clusterIP is " + has + " and the target's is " + wanted + ", which cannot be changed.");
    }

    /** Why the object has to be applied; empty where neither the object nor its owner's record would change. */
    private Optional<String> difference(TargetObject target, LiveObject present) {
        DesiredObject desired = desiredObjects.of(target, Optional.of(present));
        Owner owner = desired.owner();
        if (owner.takenOver()) {
            return Optional.of("An earlier apply was cut off and has to be completed.");
        }
        Optional<String> value = liveMatch.difference(withoutRecord(desired), present.content());
        if (value.isPresent()) {
            return value.map(path -> path + " differs.");
        }
        if (desired.content().path("spec").has("replicas") && hasOwnNotes(present)) {
            return Optional.of("The note of its original replica count is no longer needed.");
        }
        if (owner.style() == Style.CLIENT_SIDE_APPLY) {
            boolean recorded = LastApplied.read(present)
                    .filter(last -> LastApplied.same(last, desired.configuration()))
                    .isPresent();
            return recorded
                    ? Optional.empty()
                    : Optional.of("What was applied last (by " + owner.manager() + ") differs from the target.");
        }
        return ManagedEntry.of(present).stream()
                .filter(entry -> !entry.subresource() && entry.manager().equals(owner.manager()))
                .flatMap(
                        entry -> ownedFields.beyond(entry.fields(), withoutRecord(desired), present.content()).stream())
                .findFirst()
                .map(path -> path + " (of " + owner.manager() + ") is not in the target.");
    }

    private static JsonNode withoutRecord(DesiredObject desired) {
        var content = desired.content().deepCopy();
        CanonicalJson.removePath(content, "metadata", "annotations", LastApplied.ANNOTATION);
        return content;
    }

    private static boolean hasOwnNotes(LiveObject present) {
        return present.content().path("metadata").path("annotations").properties().stream()
                .anyMatch(entry -> entry.getKey().startsWith(TakeOver.OWN_ANNOTATIONS));
    }

    private static ObjectPlan plan(TargetObject target, Action action, String reason) {
        return new ObjectPlan(target, action, reason, Optional.empty(), Optional.empty());
    }
}
