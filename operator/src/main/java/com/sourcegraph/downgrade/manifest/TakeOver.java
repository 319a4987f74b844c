package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rewrites {@code managedFields} so that a server-side apply of the target removes what the owner had and the target has not, and back.
 * Pure.
 *
 * <p>Server-side apply removes a field only where the applying manager is the one that owned it (Kubernetes documentation, "Server-Side
 * Apply", field management). An owner that updates ({@code kubectl apply}, Helm 3) owns its fields in an {@code Update} entry, so that
 * entry becomes an {@code Apply} entry of ours for the length of one apply. Ours carries the owner's name, so that whoever finds the
 * object in between knows whom to give it back to.
 */
final class TakeOver {

    /** Annotations under this prefix are the operator's own notes and never part of what an owner applied. */
    static final String OWN_ANNOTATIONS = "downgrade.sourcegraph.com/";

    private static final String PREFIX = OwnerApplier.FIELD_MANAGER + ":";
    /** The API server refuses longer names. */
    private static final int LONGEST_MANAGER = 128;

    /** Fields that the API server allocates; an apply that takes them away would be refused or would allocate anew. */
    static final List<String> ALLOCATED =
            List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort");

    static boolean ours(String manager) {
        return manager.startsWith(PREFIX);
    }

    static String ownerOf(String ours) {
        return ours.substring(PREFIX.length());
    }

    /** The manager under which an owner's object is applied: its own where it applies, ours in its name where it updates. */
    static String applierFor(Owner owner) {
        if (owner.style() == Style.SERVER_SIDE_APPLY) {
            return owner.manager();
        }
        String manager = PREFIX + owner.manager();
        return manager.length() <= LONGEST_MANAGER ? manager : PREFIX + OwnerFinder.CLIENT_SIDE_APPLY;
    }

    /**
     * The managed fields with which the target can be applied; empty where they are right already.
     *
     * @param desired the object that is about to be applied
     */
    Optional<ArrayNode> take(LiveObject live, Owner owner, JsonNode desired) {
        return take(live, owner, desired, entry -> absorbed(entry, owner));
    }

    /**
     * The same, with everybody's fields but those of subresources and of Kubernetes' own controllers: for an object that would be refused
     * because of what someone else added to it.
     */
    Optional<ArrayNode> takeFromEverybody(LiveObject live, Owner owner, JsonNode desired) {
        return take(
                live,
                owner,
                desired,
                entry -> !entry.subresource()
                        && !OwnerFinder.CONTROLLERS.contains(entry.manager())
                        && !entry.manager().equals(OwnerApplier.FIELD_MANAGER));
    }

    private Optional<ArrayNode> take(LiveObject live, Owner owner, JsonNode desired, Predicate<ManagedEntry> absorbed) {
        String applier = applierFor(owner);
        List<ManagedEntry> entries = ManagedEntry.of(live);
        List<ManagedEntry> rest = new ArrayList<>();
        ManagedEntry applied = null;
        for (ManagedEntry entry : entries) {
            boolean already =
                    entry.applies() && !entry.subresource() && entry.manager().equals(applier);
            if (already || absorbed.test(entry)) {
                applied = applied == null
                        ? entry.as(applier, "Apply")
                        : applied.withFields(FieldSet.union(applied.fields(), entry.fields()));
            } else {
                rest.add(entry);
            }
        }
        if (applied == null) {
            return Optional.empty();
        }
        ObjectNode union = applied.fields().deepCopy();
        List<ManagedEntry> result = new ArrayList<>();
        result.add(applied);
        result.set(0, applied.withFields(prune(union.deepCopy(), live, desired, withoutCoOwned(rest, union), result)));
        boolean right = Set.copyOf(result).equals(Set.copyOf(entries));
        return right ? Optional.empty() : Optional.of(array(result));
    }

    /** A field stays as long as anyone else applied it too, so other appliers give up what the owner also has. */
    private static List<ManagedEntry> withoutCoOwned(List<ManagedEntry> others, ObjectNode owned) {
        List<ManagedEntry> result = new ArrayList<>();
        for (ManagedEntry other : others) {
            if (!other.applies() || other.subresource()) {
                result.add(other);
                continue;
            }
            ObjectNode fields = FieldSet.minus(other.fields(), owned);
            if (FieldSet.size(fields) > 0) {
                result.add(fields.equals(other.fields()) ? other : other.withFields(fields));
            }
        }
        return result;
    }

    /** The managed fields with the owner back in its place; empty where there is nothing to give back. */
    Optional<ArrayNode> giveBack(LiveObject live, Owner owner) {
        String applier = applierFor(owner);
        if (owner.style() == Style.SERVER_SIDE_APPLY) {
            return Optional.empty();
        }
        List<ManagedEntry> entries = ManagedEntry.of(live);
        List<ManagedEntry> result = new ArrayList<>();
        ManagedEntry given = null;
        for (ManagedEntry entry : entries) {
            boolean ours =
                    entry.applies() && !entry.subresource() && entry.manager().equals(applier);
            boolean written =
                    !entry.applies() && !entry.subresource() && entry.manager().equals(owner.manager());
            if (ours || written) {
                given = given == null
                        ? entry.as(owner.manager(), "Update")
                        : given.withFields(FieldSet.union(given.fields(), entry.fields()));
            } else {
                result.add(entry);
            }
        }
        if (given == null
                || entries.stream()
                        .noneMatch(entry -> entry.applies() && entry.manager().equals(applier))) {
            return Optional.empty();
        }
        result.add(0, given);
        return Optional.of(array(result));
    }

    /**
     * Whether the entry goes into the one that is applied: the owner's own updates, what another way of deploying left there earlier
     * ({@code kubectl apply} before server-side apply, Helm before Argo CD), and what a server noted down as there before the first
     * apply. As long as one of them co-owns a field, no apply removes it.
     */
    private static boolean absorbed(ManagedEntry entry, Owner owner) {
        if (entry.applies() || entry.subresource()) {
            return false;
        }
        return entry.manager().equals(owner.manager())
                || entry.manager().equals(OwnerFinder.BEFORE_FIRST_APPLY)
                || entry.manager().equals(OwnerFinder.CLIENT_SIDE_APPLY)
                || OwnerFinder.HELM.contains(entry.manager());
    }

    private static ObjectNode prune(
            ObjectNode fields,
            LiveObject live,
            JsonNode desired,
            List<ManagedEntry> others,
            List<ManagedEntry> result) {
        fields.remove("f:status");
        ObjectNode notes = FieldSet.takeAnnotations(fields, OWN_ANNOTATIONS);
        boolean namesReplicas = desired.path("spec").has("replicas");
        if (live.kind().equals("Service")) {
            for (String allocated : ALLOCATED) {
                if (!desired.path("spec").has(allocated)) {
                    FieldSet.remove(fields, "spec", allocated);
                }
            }
        }
        if (!namesReplicas) {
            // Nobody's from here on: the count that lives stays. It is restored elsewhere.
            FieldSet.remove(fields, "spec", "replicas");
            for (ManagedEntry other : others) {
                result.add(other);
            }
            return fields;
        }
        // The manifest decides the count, so the note of the original one goes in the same request: it is made ours,
        // and not applied.
        for (ManagedEntry other : others) {
            ObjectNode otherFields = other.fields().deepCopy();
            ObjectNode taken = FieldSet.takeAnnotations(otherFields, OWN_ANNOTATIONS);
            notes = FieldSet.union(notes, taken);
            if (taken.isEmpty()) {
                result.add(other);
            } else if (FieldSet.size(otherFields) > 0) {
                result.add(other.withFields(otherFields));
            }
        }
        return FieldSet.union(fields, notes);
    }

    private static ArrayNode array(List<ManagedEntry> entries) {
        ArrayNode array = CanonicalJson.MAPPER.createArrayNode();
        entries.forEach(entry -> array.add(entry.content()));
        return array;
    }
}
