package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** No PersistentVolumeClaim is removed, shrunk or moved, by the operator or by what Kubernetes does on a write of its. */
final class VolumesCheck implements Check {

    private static final Found FOUND = new Found("Volumes");

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.target().isEmpty()) {
            return FOUND.skipped("The target manifests were not read");
        }
        List<Finding> findings = new ArrayList<>(input.findings(Finding.Topic.VOLUMES));
        findings.addAll(scaled(input, findings));
        return FOUND.of(findings, "Every volume stays as it is");
    }

    /** Also what is none of the instance's is scaled to zero where it is connected to its databases. */
    private static List<Finding> scaled(PreflightInput input, List<Finding> told) {
        boolean scales = input.strategy()
                .map(StrategyChoice::strategy)
                .filter(Strategy.MIGRATOR::equals)
                .isPresent();
        if (!scales || input.workloads().isEmpty()) {
            return List.of();
        }
        return input.workloads().get().connected().stream()
                // What is at zero is left alone.
                .filter(Workload::up)
                .filter(Workload::scalingDeletesClaims)
                .map(workload -> finding(input, workload))
                .filter(finding -> told.stream().noneMatch(one -> one.object().equals(finding.object())))
                .toList();
    }

    private static Finding finding(PreflightInput input, Workload workload) {
        return new Finding(
                Finding.Topic.VOLUMES,
                Finding.Severity.FAILURE,
                Optional.of(ObjectKey.of(
                        "apps/v1", workload.ref().kind(), workload.ref().name())),
                workload.ref() + " (" + workload.reason()
                        + ") has persistentVolumeClaimRetentionPolicy with whenScaled: Delete: Kubernetes would delete its PersistentVolumeClaims, with their data, when the run scales it to"
                        + " zero.",
                "Keep them: "
                        + input.kubectl(
                                "patch statefulset " + workload.ref().name() + " --type merge -p"
                                        + " '{\"spec\":{\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Retain\"}}}'"));
    }
}
