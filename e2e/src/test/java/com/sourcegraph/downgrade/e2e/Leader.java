package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** Which of the operator's replicas works, by its lease. */
final class Leader {
    private static final String LEASE = "sourcegraph-downgrade-operator";

    private final GivenCluster cluster;
    private final InstalledOperator operator;

    Leader(GivenCluster cluster, InstalledOperator operator) {
        this.cluster = cluster;
        this.operator = operator;
    }

    /** The pod that leads now, as soon as one does. */
    Pod await() {
        return Awaitility.await("a replica leads")
                .atMost(InstalledInstance.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(this::now, Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until another than that one leads. */
    Pod awaitOther(Pod former) {
        return Awaitility.await(
                        "another replica leads than " + former.getMetadata().getName())
                .atMost(InstalledInstance.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        this::now,
                        found -> found.isPresent()
                                && !found.get()
                                        .getMetadata()
                                        .getName()
                                        .equals(former.getMetadata().getName()))
                .orElseThrow();
    }

    private Optional<Pod> now() {
        Lease lease = cluster.client()
                .leases()
                .inNamespace(InstalledOperator.NAMESPACE)
                .withName(LEASE)
                .get();
        return operator.pods().stream()
                .filter(pod -> lease != null
                        && pod.getMetadata().getName().equals(lease.getSpec().getHolderIdentity()))
                .findFirst();
    }
}
