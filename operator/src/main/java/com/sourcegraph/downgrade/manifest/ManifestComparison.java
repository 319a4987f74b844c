package com.sourcegraph.downgrade.manifest;

import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import com.sourcegraph.downgrade.release.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares the target manifests with what lives, and says for each object on either side what becomes of it. Pure. */
public final class ManifestComparison {

    /** The note of a workload's replica count that is written when it is scaled to zero. */
    private static final String ORIGINAL_REPLICAS = TakeOver.OWN_ANNOTATIONS + "original-replicas";

    /** How many replicas a workload has whose manifest names no count. */
    private static final int KUBERNETES_DEFAULT = 1;

    private static final Set<String> SCALED = Set.of("Deployment", "StatefulSet");

    private final OwnerFinder owners = new OwnerFinder();
    private final OwnerMarks marks = new OwnerMarks();
    private final VolumeFindings volumes = new VolumeFindings();

    /**
     * Compares.
     *
     * @param namespace the instance's namespace
     */
    public ApplyPlan compare(ManifestBundle bundle, LiveObjects live, String namespace) {
        Optional<LiveObject> frontend = frontend(live);
        InstanceOwner owner = frontend.map(this::owner).orElseGet(ManifestComparison::documented);
        ObjectComparison comparison = new ObjectComparison(live, new DesiredObject.Factory(namespace, owner));
        List<ObjectPlan> objects =
                bundle.objects().stream().map(comparison::compare).toList();
        PrunePlanner prune = new PrunePlanner(
                bundle, live, owner, frontend.map(Membership::of).orElseGet(Membership::none), objects);
        prune.plan();
        List<Finding> findings = new ArrayList<>(volumes.of(bundle, live, objects));
        findings.addAll(new ClaimDeletion(namespace).of(bundle, live, objects, prune.removals()));
        for (ObjectPlan object : objects) {
            replicas(object).ifPresent(findings::add);
            if (object.action() == Action.SWAP_KIND) {
                LiveObject replaced = object.replaces().orElseThrow();
                prune.whyNotOurs(replaced)
                        .ifPresent(reason -> findings.add(new Finding(
                                Topic.OWNER,
                                Severity.FAILURE,
                                Optional.of(replaced.key()),
                                replaced.key() + " stands where the target has " + object.key()
                                        + ", but it is not known to be the instance's. " + reason,
                                "If it is, delete it by hand: kubectl -n " + namespace + " delete "
                                        + replaced.key().toString().toLowerCase(Locale.ROOT))));
            }
        }
        for (Kept kept : prune.kept()) {
            if (WorkloadView.KINDS.contains(kept.key().kind())) {
                findings.add(new Finding(
                        Topic.OWNER,
                        Severity.WARNING,
                        Optional.of(kept.key()),
                        kept.key() + " is not in the target and stays. " + kept.reason(),
                        "Delete it by hand if it belongs to the newer release."));
            }
        }
        return new ApplyPlan(objects, prune.removals(), prune.kept(), findings, owner);
    }

    /** The frontend Deployment, by whose owner the instance's is known. */
    private Optional<LiveObject> frontend(LiveObjects live) {
        return live.all().stream()
                .filter(object -> WorkloadView.of(object.content())
                        .flatMap(WorkloadView::component)
                        .filter(Component.FRONTEND::equals)
                        .isPresent())
                .filter(object -> owners.find(object).isPresent())
                .findFirst();
    }

    private InstanceOwner owner(LiveObject frontend) {
        Owner owner = owners.find(frontend).orElseThrow();
        return new InstanceOwner(owner.manager(), owner.style(), marks.annotations(frontend), marks.labels(frontend));
    }

    /** Without a frontend: the documented {@code kubectl apply}. */
    private static InstanceOwner documented() {
        return new InstanceOwner(OwnerFinder.CLIENT_SIDE_APPLY, Style.CLIENT_SIDE_APPLY, Map.of(), Map.of());
    }

    private static Optional<Finding> replicas(ObjectPlan object) {
        return object.live().or(object::replaces).flatMap(before -> {
            String noted = before.annotation(ORIGINAL_REPLICAS);
            int has = noted.matches("\\d{1,9}")
                    ? Integer.parseInt(noted)
                    : before.content().path("spec").path("replicas").asInt(KUBERNETES_DEFAULT);
            return object.target().content().path("spec").has("replicas")
                    ? otherCount(object, has)
                    : lostCount(object, has);
        });
    }

    private static Optional<Finding> otherCount(ObjectPlan object, int has) {
        int wanted = object.target().content().path("spec").path("replicas").asInt();
        return wanted == has
                ? Optional.empty()
                : Optional.of(new Finding(
                        Topic.REPLICAS,
                        Severity.WARNING,
                        Optional.of(object.key()),
                        object.key() + " runs " + has + " replicas, the target names " + wanted + ".",
                        "Set replicas: " + has + " in the target manifests to keep the count."));
    }

    /** A count that no manifest names stays with the object that has it; one that is created in its place has Kubernetes' default. */
    private static Optional<Finding> lostCount(ObjectPlan object, int has) {
        return object.replaces()
                .filter(replaced -> SCALED.contains(replaced.kind()) && has != KUBERNETES_DEFAULT)
                .map(replaced -> new Finding(
                        Topic.REPLICAS,
                        Severity.FAILURE,
                        Optional.of(object.key()),
                        object.key() + " is created in place of " + replaced.key() + ", which runs " + has
                                + " replicas, and the target names no count: Kubernetes would run "
                                + KUBERNETES_DEFAULT + ".",
                        "Name the count in the target manifests: spec.replicas: " + has + " in " + object.key() + "."));
    }
}
