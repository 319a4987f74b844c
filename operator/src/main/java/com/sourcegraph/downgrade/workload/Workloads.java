package com.sourcegraph.downgrade.workload;

import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ImageName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The workloads of one instance, in the order of their references. A pod that no controller owns is in it as a workload
 * of kind {@code Pod}.
 */
public record Workloads(List<Workload> all) {
    public Workloads {
        all = all.stream().sorted(Comparator.comparing(Workload::ref)).toList();
    }

    /** What has to be at zero while the migrator runs. */
    public List<Workload> connected() {
        return all.stream().filter(Workload::connected).toList();
    }

    /** The databases that run in the namespace; none of those that are external. */
    public List<Workload> databases() {
        return all.stream()
                .filter(workload -> workload.classification() == Classification.DATABASE)
                .toList();
    }

    /**
     * The frontend, also where it was renamed: the workload that runs the frontend's image, else the one whose pods
     * carry its {@code app} label, which charts and manifests do not let users change, else the one of its name.
     */
    public Optional<Workload> frontend() {
        return first(Workloads::runsFrontend)
                .or(() -> first(workload -> workload.app().equals(Optional.of(Frontends.APP))))
                .or(() -> first(workload -> workload.ref().name().equals(Frontends.APP)));
    }

    public Optional<Workload> byRef(WorkloadRef ref) {
        return all.stream().filter(workload -> workload.ref().equals(ref)).findFirst();
    }

    private Optional<Workload> first(Predicate<Workload> test) {
        return all.stream().filter(Workload::scalable).filter(test).min(Comparator.comparing(workload -> !workload.ref()
                .name()
                .equals(Frontends.APP)));
    }

    private static boolean runsFrontend(Workload workload) {
        return workload.images().stream()
                .anyMatch(image ->
                        Component.FRONTEND.hasImage(ImageName.parse(image).basename()));
    }
}
