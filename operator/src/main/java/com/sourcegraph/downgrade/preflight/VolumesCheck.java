package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.manifest.Finding;

/** No PersistentVolumeClaim is removed, shrunk or moved, by the operator or by what Kubernetes does on a write of its. */
final class VolumesCheck implements Check {

    private static final Found FOUND = new Found("Volumes");

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.target().isEmpty()) {
            return FOUND.skipped("The target manifests were not read");
        }
        return FOUND.of(input.findings(Finding.Topic.VOLUMES), "Every volume stays as it is");
    }
}
