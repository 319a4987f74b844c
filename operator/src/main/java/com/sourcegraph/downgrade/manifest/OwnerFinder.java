package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds who applied an object, among everyone who ever wrote to it.
 *
 * <p>The rule, in this order:
 *
 * <ol>
 *   <li>An {@code Apply} entry under our own name followed by another manager's: an earlier apply was cut off; that manager is the owner.
 *   <li>Entries of subresources ({@code scale}, {@code status}), of the tools with which a person changes single fields
 *       ({@code kubectl edit}, {@code set}, {@code rollout} …), of Kubernetes' own controllers, and those that own annotations only, are
 *       nobody's. Nor is an applier's that has few of the fields of the largest one: it applies a part to what another made, such as a
 *       label.
 *   <li>Of what is left, whoever wrote last among server-side appliers, client-side appliers (the {@code Update} entry that owns the
 *       last-applied annotation) and Helm 3. At the same second the server-side one, because people move in that direction.
 *   <li>Else the {@code Update} entry with the most fields: some tool that creates and updates.
 *   <li>Else, with the last-applied annotation, {@code kubectl-client-side-apply}; without it, nobody.
 * </ol>
 */
final class OwnerFinder {

    static final String CLIENT_SIDE_APPLY = "kubectl-client-side-apply";
    /** The name that an API server gives to what was there before the first server-side apply. */
    static final String BEFORE_FIRST_APPLY = "before-first-apply";

    /** Helm 3 and Flux' Helm controller update (Helm 4 applies). */
    static final Set<String> HELM = Set.of("helm", "helm-controller");

    private static final Set<String> NOBODY = Set.of(
            "kubectl-annotate",
            "kubectl-autoscale",
            "kubectl-edit",
            "kubectl-label",
            "kubectl-last-applied",
            "kubectl-patch",
            "kubectl-rollout",
            "kubectl-scale",
            "kubectl-set");

    /** Kubernetes' own. */
    static final Set<String> CONTROLLERS =
            Set.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet");

    Optional<Owner> find(LiveObject live) {
        List<ManagedEntry> entries = ManagedEntry.of(live).stream()
                .filter(entry -> !entry.subresource())
                .toList();
        boolean annotated = !live.annotation(LastApplied.ANNOTATION).isEmpty();
        Optional<ManagedEntry> ours = entries.stream()
                .filter(entry -> entry.applies() && TakeOver.ours(entry.manager()))
                .findFirst();
        if (ours.isPresent()) {
            String manager = TakeOver.ownerOf(ours.get().manager());
            boolean clientSide = annotated || manager.equals(CLIENT_SIDE_APPLY);
            return Optional.of(new Owner(manager, clientSide ? Style.CLIENT_SIDE_APPLY : Style.UPDATE, true));
        }
        List<ManagedEntry> candidates = entries.stream()
                .filter(ManagedEntry::substantial)
                .filter(entry -> !NOBODY.contains(entry.manager()) && !CONTROLLERS.contains(entry.manager()))
                .filter(entry -> !entry.manager().startsWith(OwnerApplier.FIELD_MANAGER))
                .toList();
        List<ManagedEntry> appliers = candidates.stream()
                .filter(entry -> entry.applies() || HELM.contains(entry.manager()) || annotated && clientSide(entry))
                .toList();
        Optional<ManagedEntry> applier = whole(appliers, candidates).stream()
                .max(Comparator.comparing(ManagedEntry::time).thenComparing(ManagedEntry::applies));
        if (applier.isPresent()) {
            ManagedEntry entry = applier.get();
            return Optional.of(
                    new Owner(name(entry), entry.applies() ? Style.SERVER_SIDE_APPLY : updating(annotated), false));
        }
        Optional<Owner> updater = candidates.stream()
                .filter(entry -> !entry.manager().equals(BEFORE_FIRST_APPLY))
                .max(Comparator.comparingInt((ManagedEntry entry) -> FieldSet.size(entry.fields()))
                        .thenComparing(ManagedEntry::manager))
                .map(entry -> new Owner(entry.manager(), updating(annotated), false));
        if (updater.isPresent()) {
            return updater;
        }
        return annotated ? Optional.of(new Owner(CLIENT_SIDE_APPLY, Style.CLIENT_SIDE_APPLY, false)) : Optional.empty();
    }

    /**
     * The entries of those who applied the object as a whole: where anybody owns more than metadata none that owns metadata only, and
     * none that has little of the largest. Whoever takes an object over applies mostly the fields that are there already, so both have them;
     * who applies a part has not.
     */
    private static List<ManagedEntry> whole(List<ManagedEntry> appliers, List<ManagedEntry> everybody) {
        boolean body = everybody.stream().anyMatch(OwnerFinder::ownsMoreThanMetadata);
        List<ManagedEntry> rest = body
                ? appliers.stream().filter(OwnerFinder::ownsMoreThanMetadata).toList()
                : appliers;
        return rest.stream()
                .max(Comparator.comparingInt(entry -> FieldSet.values(entry.substance())))
                .map(largest ->
                        rest.stream().filter(entry -> covers(entry, largest)).toList())
                .orElse(List.of());
    }

    private static boolean ownsMoreThanMetadata(ManagedEntry entry) {
        ObjectNode body = entry.substance();
        body.remove("f:metadata");
        return !body.isEmpty();
    }

    /**
     * Half of its fields; where it was created by an ordinary request and has a {@code spec}, a quarter: that entry also owns the defaults,
     * which an apply does not.
     */
    private static boolean covers(ManagedEntry entry, ManagedEntry largest) {
        boolean defaulted = !largest.applies() && largest.fields().has("f:spec");
        int shared = FieldSet.shared(largest.substance(), entry.substance());
        return shared * (defaulted ? 4 : 2) >= FieldSet.values(largest.substance());
    }

    /** With a last-applied annotation it is kept true, whoever wrote last: a client-side apply computes its deletions from it. */
    private static Style updating(boolean annotated) {
        return annotated ? Style.CLIENT_SIDE_APPLY : Style.UPDATE;
    }

    /** What was there before the first server-side apply and has the annotation is {@code kubectl apply}'s. */
    private static String name(ManagedEntry entry) {
        return entry.manager().equals(BEFORE_FIRST_APPLY) ? CLIENT_SIDE_APPLY : entry.manager();
    }

    private static boolean clientSide(ManagedEntry entry) {
        return entry.manager().equals(CLIENT_SIDE_APPLY)
                || FieldSet.contains(entry.fields(), "metadata", "annotations", LastApplied.ANNOTATION);
    }
}
