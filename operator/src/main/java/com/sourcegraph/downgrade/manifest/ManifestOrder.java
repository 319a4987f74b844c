package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ComponentKind;
import com.sourcegraph.downgrade.release.Components;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The order in which a plan's objects are written. Pure. */
public final class ManifestOrder {

    private static final List<String> SUPPORTING = List.of(
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "ConfigMap",
            "Secret",
            "PersistentVolumeClaim",
            "LimitRange",
            "ResourceQuota",
            "PodDisruptionBudget",
            "NetworkPolicy");

    /** The phase that an object is applied in. */
    public Phase phaseOf(TargetObject target) {
        if (SUPPORTING.contains(target.kind())) {
            return Phase.SUPPORTING;
        }
        return database(target) ? Phase.DATABASES : Phase.REST;
    }

    /** The objects of a phase, in the order in which they are written, also those that need no request. */
    public List<ObjectPlan> inPhase(ApplyPlan plan, Phase phase) {
        return plan.objects().stream()
                .filter(object -> phaseOf(object.target()) == phase)
                .sorted(Comparator.comparingInt(ManifestOrder::rank).thenComparing(ObjectPlan::key))
                .toList();
    }

    /** The first phase in which something is left to write; empty where only removals are left, or nothing. */
    public Optional<Phase> next(ApplyPlan plan) {
        return Arrays.stream(Phase.values())
                .filter(phase -> plan.objects().stream()
                        .anyMatch(object -> object.action().writes() && phaseOf(object.target()) == phase))
                .findFirst();
    }

    private static boolean database(TargetObject target) {
        if (target.kind().equals("Service")) {
            JsonNode app = target.content().path("spec").path("selector").path("app");
            return databaseName(app.asText("")) || app.isMissingNode() && databaseName(target.name());
        }
        return WorkloadView.of(target.content()).filter(WorkloadView::database).isPresent();
    }

    private static boolean databaseName(String name) {
        return Components.byObjectName(name)
                .filter(component -> component.kind() == ComponentKind.DATABASE)
                .isPresent();
    }

    /** Services first, so that a pod's named ports are found when it starts; then the frontends, which every other service asks. */
    private static int rank(ObjectPlan object) {
        int supporting = SUPPORTING.indexOf(object.key().kind());
        if (supporting >= 0) {
            return supporting;
        }
        Optional<WorkloadView> workload = WorkloadView.of(object.target().content());
        if (workload.isEmpty()) {
            return object.key().kind().equals("Service") ? 0 : 3;
        }
        boolean frontend =
                workload.get().component().filter(Component.FRONTEND::equals).isPresent();
        return frontend ? 1 : 2;
    }
}
