package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.Optional;

/** There is an instance in the namespace: a frontend. */
final class InstanceCheck implements Check {

    private static final Found FOUND = new Found("Instance");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<Workload> frontend = input.workloads().flatMap(Workloads::frontend);
        if (frontend.isEmpty()) {
            return FOUND.failed(
                    "There is no Sourcegraph frontend in namespace " + input.namespace()
                            + ": neither a workload with the image frontend nor one labelled app=sourcegraph-frontend",
                    "Create the resource in the instance's own namespace: kubectl get deployments -A --field-selector metadata.name=sourcegraph-frontend");
        }
        int others = input.workloads().get().all().size() - 1;
        return FOUND.passed("Found " + frontend.get().ref() + " and " + others
                + (others == 1 ? " more workload" : " more workloads"));
    }
}
