package com.sourcegraph.downgrade.testkit.contract;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.controller.ControllerKind;

/** The in-memory API, without pods that run, as the control plane that wrote the golden files had none either. */
class InMemoryContractTest extends Contract {
    @Override
    ApiUnderTest connect() {
        InMemoryCluster cluster = InMemoryCluster.builder()
                .without(ControllerKind.PODS, ControllerKind.VOLUMES)
                .roleBasedAccess()
                .start();
        return new ApiUnderTest(new RawClient(cluster.config()), true, cluster::close);
    }
}
