package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.Components;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says which live objects belong to the newer release only. Nothing is removed without evidence on three counts: it carries the instance's
 * label, whoever applied the instance's frontend applied it, as part of the same release, and it is what a release ships. And nothing
 * goes that the target itself refers to. Pure.
 *
 * <p>The label alone is no evidence: the documented {@code kubectl apply --prune -l deploy=sourcegraph} deletes the claim
 * {@code blobstore} with all uploads where a legacy 5.0 instance goes back to 4.0.
 */
final class PrunePlanner {

    static final String LABEL = "deploy";
    static final String LABEL_VALUE = "sourcegraph";

    /** The kinds that releases consist of and that hold nothing which could not be applied again. */
    private static final Set<String> PRUNED_KINDS = Set.of(
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "Service",
            "ConfigMap",
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "Ingress",
            "PodDisruptionBudget");

    private final OwnerFinder owners = new OwnerFinder();
    private final ManifestBundle bundle;
    private final LiveObjects live;
    private final InstanceOwner owner;
    private final Membership membership;
    private final Mentions mentions;
    private final List<Removal> removals = new ArrayList<>();
    private final List<Kept> kept = new ArrayList<>();
    private final Set<ObjectKey> targets = new HashSet<>();
    private final Set<ObjectKey> swapped = new HashSet<>();

    /** @param membership to which release of its owner the instance belongs */
    PrunePlanner(
            ManifestBundle bundle,
            LiveObjects live,
            InstanceOwner owner,
            Membership membership,
            List<ObjectPlan> objects) {
        this.bundle = bundle;
        this.live = live;
        this.owner = owner;
        this.membership = membership;
        this.mentions = new Mentions(bundle);
        bundle.objects().forEach(target -> targets.add(target.key()));
        objects.forEach(object -> object.replaces().ifPresent(replaced -> swapped.add(replaced.key())));
    }

    List<Removal> removals() {
        return removals;
    }

    List<Kept> kept() {
        return kept;
    }

    void plan() {
        for (LiveObject object : live.all()) {
            if (object.label(LABEL).equals(LABEL_VALUE)
                    && !targets.contains(object.key())
                    && !swapped.contains(object.key())) {
                decide(object);
            }
        }
    }

    /** Whether a live object is the newer release's: also the test of what a kind swap may delete. Empty or why not. */
    Optional<String> whyNotOurs(LiveObject object) {
        if (!object.label(LABEL).equals(LABEL_VALUE)) {
            return Optional.of("It does not carry the label " + LABEL + "=" + LABEL_VALUE + ".");
        }
        Optional<Owner> applier = owners.find(object);
        if (applier.isEmpty()) {
            return Optional.of("It is not known who applied it.");
        }
        if (!applier.get().sameAs(owner)) {
            return Optional.of(
                    "It was applied by " + applier.get().manager() + ", the instance by " + owner.manager() + ".");
        }
        Optional<String> elsewhere = Membership.of(object).whyNotOf(membership);
        if (elsewhere.isPresent()) {
            return elsewhere;
        }
        Optional<WorkloadView> workload = WorkloadView.of(object.content());
        if (workload.isPresent()) {
            WorkloadView view = workload.get();
            boolean known = Components.knownName(view.app()) || Components.knownName(object.name());
            return known && view.knownImage()
                    ? Optional.empty()
                    : Optional.of("No release ships a workload of this name with this image.");
        }
        return Components.knownName(object.name()) || serves(object)
                ? Optional.empty()
                : Optional.of("No release ships a " + object.kind() + " of this name.");
    }

    private void decide(LiveObject object) {
        Optional<String> reason = whyKept(object);
        if (reason.isPresent()) {
            kept.add(new Kept(object.key(), reason.get()));
        } else {
            removals.add(new Removal(
                    object,
                    "Applied by " + owner.manager() + " like the instance's other objects, "
                            + component(object).map(c -> "known as " + c + ", ").orElse("")
                            + "and not in the target manifests."));
        }
    }

    private Optional<String> whyKept(LiveObject object) {
        if (object.kind().equals("PersistentVolumeClaim")) {
            return Optional.of("A claim is never deleted: its data stays.");
        }
        if (object.key().equals(bundle.source().key())) {
            return Optional.of("The target manifests are read from it.");
        }
        if (!PRUNED_KINDS.contains(object.kind())) {
            return Optional.of("A " + object.kind() + " is never deleted.");
        }
        JsonNode ownerReference =
                object.content().path("metadata").path("ownerReferences").path(0);
        if (!ownerReference.isMissingNode()) {
            return Optional.of("It belongs to " + ownerReference.path("kind").asText() + "/"
                    + ownerReference.path("name").asText() + ".");
        }
        if (object.content().path("metadata").path("annotations").has("helm.sh/resource-policy")) {
            return Optional.of("Its annotation helm.sh/resource-policy asks to keep it.");
        }
        Optional<ObjectKey> mentioning = mentions.of(object.key());
        if (mentioning.isPresent()) {
            return Optional.of(mentioning.get() + " of the target refers to it.");
        }
        if (executor(object)) {
            return Optional.of("Executors are installed apart from a release, by a chart or manifests of their own.");
        }
        return whyNotOurs(object);
    }

    /** Whether it is of an executor: they carry the instance's label, and a release knows their names, but none ships them. */
    private static boolean executor(LiveObject object) {
        boolean workload = WorkloadView.of(object.content())
                .filter(view ->
                        view.component().filter(Component.EXECUTOR::equals).isPresent()
                                || Component.EXECUTOR.knownName(view.app()))
                .isPresent();
        return workload
                || Component.EXECUTOR.knownName(object.name())
                || object.kind().equals("Service") && Component.EXECUTOR.knownName(app(object));
    }

    /** Whether it is a Service in front of a workload that the newer release alone ships. */
    private boolean serves(LiveObject object) {
        return object.kind().equals("Service") && Components.knownName(app(object));
    }

    /** The app that a Service selects. */
    private static String app(LiveObject service) {
        return service.content().path("spec").path("selector").path("app").asText("");
    }

    private static Optional<String> component(LiveObject object) {
        return WorkloadView.of(object.content())
                .flatMap(WorkloadView::component)
                .or(() -> Components.byObjectName(object.name()))
                .map(Component::name)
                .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
