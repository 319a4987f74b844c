package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.reconcile.ConnectionFailures;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * One life of an operator: a process of its own as far as the API server can tell, known by its own user. Killed, nothing of
 * it reaches the API server any more, as if its process were gone; what is left of it in this process can do nothing.
 */
final class OperatorLife implements AutoCloseable {

    private final InMemoryCluster cluster;
    private final String user;
    private final CountDownLatch dead = new CountDownLatch(1);
    private final KubernetesClient client;
    private final DowngradeOperator operator;

    private OperatorLife(InMemoryCluster cluster, String name) {
        this.cluster = cluster;
        this.user = "system:serviceaccount:operators:" + name;
        this.client = InMemoryCluster.clientBuilder(new ConfigBuilder(cluster.configAs(user))
                        .withRequestRetryBackoffLimit(OperatorConfig.CLIENT_RETRIES)
                        .build())
                .build();
        this.operator = new DowngradeOperator(
                client,
                new OperatorConfig(Set.of(), Optional.empty(), name, false, 0),
                Clock.systemUTC(),
                new ConnectionFailures(Clock.systemUTC()));
    }

    static OperatorLife start(InMemoryCluster cluster, String name) {
        OperatorLife life = new OperatorLife(cluster, name);
        life.operator.start();
        return life;
    }

    /** A life that ends once its n-th write is stored, before that write is answered. */
    static OperatorLife startAndKillAfter(InMemoryCluster cluster, String name, int writes) {
        OperatorLife life = new OperatorLife(cluster, name);
        AtomicInteger stored = new AtomicInteger();
        cluster.onRequest(new RequestHook() {
            @Override
            public void afterCommit(RequestRecord request) {
                if (life.sent(request) && request.isWrite() && stored.incrementAndGet() == writes) {
                    life.dead.countDown();
                }
            }
        });
        cluster.faults()
                .on(request -> life.sent(request) && life.dead.getCount() == 0)
                .times(Integer.MAX_VALUE)
                .resetBeforeCommit();
        life.operator.start();
        return life;
    }

    /** Waits until it is dead, or until there is nothing left that it would write. */
    void awaitDeathOr(BooleanSupplier nothingLeft, Duration atMost) {
        Awaitility.await("the operator's death, or the end of its work")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> dead.getCount() == 0 || nothingLeft.getAsBoolean());
    }

    /** What it has written so far, oldest first. */
    List<RequestRecord> writes() {
        return cluster.requests()
                .matching(request -> sent(request) && request.isWrite() && request.responseCode() < 300);
    }

    private boolean sent(RequestRecord request) {
        return request.user().equals(user);
    }

    @Override
    public void close() {
        operator.close();
        client.close();
    }
}
