package com.sourcegraph.downgrade.reconcile;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's part in the election of the one that works.
 *
 * <p>The SDK by itself calls {@code System.exit} whenever it stops leading. In a shutdown hook that waits for itself for
 * ever, so that every pod lives until its grace period is over; and for a replica that lost its lease it would first let
 * the turn under way go on, beside the new leader. And it never gives the lease back, so that the next one waits until it
 * has run out.
 */
final class Leadership {

    private static final Logger LOGGER = LoggerFactory.getLogger(Leadership.class);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String identity;
    private final Runnable lost;
    private volatile boolean closing;

    Leadership(KubernetesClient client, String namespace, String name, String identity, Runnable lost) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.lost = lost;
    }

    LeaderElectionConfiguration configuration() {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(name)
                .withLeaseNamespace(namespace)
                .withIdentity(identity)
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(() -> {}, this::stopped, this::seen))
                .build();
    }

    /** From now on it is on purpose that this replica stops leading. */
    void closing() {
        closing = true;
    }

    /** Who waits says for whom: two installations that share a lease look like one that does nothing. */
    private void seen(String leader) {
        if (leader != null && !leader.isEmpty() && !leader.equals(identity)) {
            LOGGER.atInfo()
                    .addKeyValue("lease", namespace + "/" + name)
                    .addKeyValue("leader", leader)
                    .log("Another replica leads; this one waits until that one gives the lease up");
        }
    }

    private void stopped() {
        if (!closing) {
            LOGGER.atWarn()
                    .addKeyValue("lease", namespace + "/" + name)
                    .log("Another replica may lead from now on; this one ends at once");
            lost.run();
        }
    }

    /** Gives the lease back, once nothing is written any more. Where that fails, the next one waits until it runs out. */
    void release() {
        try {
            Lease lease = client.leases().inNamespace(namespace).withName(name).get();
            if (lease == null || !identity.equals(lease.getSpec().getHolderIdentity())) {
                return;
            }
            lease.getSpec().setHolderIdentity("");
            // With its resourceVersion: whoever has taken it meanwhile keeps it.
            client.resource(lease).update();
        } catch (KubernetesClientException e) {
            LOGGER.atWarn()
                    .addKeyValue("lease", namespace + "/" + name)
                    .setCause(e)
                    .log("The lease is not given back");
        }
    }
}
