package com.sourcegraph.downgrade.crd;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.DriftSummary;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.ObjectCounts;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.api.VersionsStatus;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import java.util.stream.Stream;

/** Resources and statuses for the tests of the model: the smallest, and one with every field. */
final class SampleResources {

    private static final String NOW = "2026-01-02T03:04:05Z";

    private SampleResources() {}

    /** @return what a user writes at the least, as JSON */
    static String smallest(String name) {
        return """
                {"apiVersion": "downgrade.sourcegraph.com/v1alpha1", "kind": "SourcegraphDowngrade",
                 "metadata": {"name": "%s"},
                 "spec": {"to": "v4.0.1", "manifests": {"configMapRef": {"name": "sourcegraph-v4.0.1"}}}}
                """.formatted(name);
    }

    static SourcegraphDowngrade resource(String name, String namespace) {
        SourcegraphDowngrade resource = new SourcegraphDowngrade();
        resource.getMetadata().setName(name);
        resource.getMetadata().setNamespace(namespace);
        resource.setSpec(spec());
        return resource;
    }

    static SourcegraphDowngradeSpec spec() {
        return Specs.to("v4.0.1", "sourcegraph-v4.0.1");
    }

    static SourcegraphDowngradeStatus empty() {
        return phase(null);
    }

    static SourcegraphDowngradeStatus phase(Phase phase) {
        return new SourcegraphDowngradeStatus(
                null, phase, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    static SourcegraphDowngradeStatus startedAt(String time) {
        return new SourcegraphDowngradeStatus(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, time, null);
    }

    static SourcegraphDowngradeStatus steps(StepName... names) {
        List<StepStatus> steps = Stream.of(names)
                .map(name -> new StepStatus(name, StepState.PENDING, null, null, null, null, null))
                .toList();
        return new SourcegraphDowngradeStatus(
                null, null, null, null, null, null, null, null, steps, null, null, null, null, null, null, null);
    }

    static SourcegraphDowngradeStatus full() {
        Condition ready = new ConditionBuilder()
                .withType("Ready")
                .withStatus("False")
                .withReason("Progressing")
                .withMessage("The migrator runs.")
                .withLastTransitionTime(NOW)
                .withObservedGeneration(3L)
                .build();
        PlanStatus plan = new PlanStatus(
                "sha256:" + "0123456789abcdef".repeat(4),
                NOW,
                "4.5.1",
                "4.0.1",
                Strategy.MIGRATOR,
                "five minors",
                "Kustomize",
                "index.docker.io/sourcegraph/migrator:4.5.1",
                List.of("4.4", "4.3"),
                List.of(19, 20),
                "sha256:" + "fedcba9876543210".repeat(4),
                new ObjectCounts(1, 2, 3, 4, 5, 6),
                List.of("Deployment/embeddings"),
                List.of("Deployment/sourcegraph-frontend"),
                List.of("out-of-band migration 19"),
                List.of("no restore point"));
        StepStatus step = new StepStatus(StepName.MIGRATE, StepState.RUNNING, 2, NOW, NOW, NOW, "hop 1 of 2");
        WorkloadStatus workload = new WorkloadStatus(
                "Deployment",
                "sourcegraph-frontend",
                "Direct",
                "PGHOST in its environment",
                2,
                "at zero",
                "argocd-controller",
                NOW,
                NOW);
        MigrationStatus migration = new MigrationStatus(
                "back-to-4-0-migrate-2", 2, 1, 1, 2, "4.4", "reverting", 7, 20, List.of(19), "40 %", "none", NOW);
        DriftSummary drift = new DriftSummary("frontend", "Found", List.of("index x is missing"), 3);
        return new SourcegraphDowngradeStatus(
                3L,
                Phase.MIGRATING,
                StepName.MIGRATE,
                "3/8",
                "Nothing to do.",
                List.of(ready),
                plan,
                List.of(new CheckStatus("Versions", CheckResult.PASSED, "agree", "none")),
                List.of(step),
                List.of(workload),
                migration,
                new DriftStatus(List.of(drift), List.of(drift), List.of("index x is missing")),
                new VersionsStatus("4.5.1", "4.4.2"),
                NOW,
                NOW,
                NOW);
    }
}
