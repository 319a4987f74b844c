package com.sourcegraph.downgrade.demonstration;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.reconcile.ConnectionFailures;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.instance.InMemoryInstance;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.service.ServiceSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A sample instance on the in-memory cluster, its databases, the older release's manifests, and the operator. */
final class DemonstrationCluster implements AutoCloseable {

    private static final String FROM = "4.5.1";
    private static final String TO = "4.0.1";

    /** Long enough to be seen stopping, short enough to watch. */
    private static final Duration STOP_DELAY = Duration.ofMillis(800);

    private static final Duration READY = Duration.ofSeconds(60);

    private final InMemoryInstance instance;
    private Optional<DowngradeOperator> operator = Optional.empty();

    private DemonstrationCluster(InMemoryInstance instance) {
        this.instance = instance;
    }

    /** Brings the instance up; returns when every pod is ready. */
    static DemonstrationCluster start() {
        InMemoryInstance instance =
                InMemoryInstance.of(FROM, SampleRelease.NAMESPACE, cluster -> cluster.timeFactor(0.2));
        instance.programs().services(ServiceSettings.brisk().stopDelay(STOP_DELAY));
        instance.install(SampleRelease.of(FROM).full());
        instance.offer(SampleRelease.of(TO).full(), "sourcegraph-v" + TO, "sourcegraph.yaml");
        instance.awaitReady(READY);
        return new DemonstrationCluster(instance);
    }

    void startOperator() {
        DowngradeOperator started = new DowngradeOperator(
                instance.cluster().clientAs(InMemoryInstance.OPERATOR),
                new OperatorConfig(Set.of(), Optional.empty(), "demonstration", false, 0),
                Clock.systemUTC(),
                new ConnectionFailures(Clock.systemUTC()));
        started.start();
        operator = Optional.of(started);
    }

    /** Applies the text as it stands, as kubectl does; gives back the resource's name. */
    String apply(String yaml) {
        return instance.apply(yaml);
    }

    KubernetesClient client() {
        return instance.client();
    }

    SourcegraphDowngrade get(String name) {
        return client().resources(SourcegraphDowngrade.class)
                .inNamespace(namespace())
                .withName(name)
                .get();
    }

    String release() {
        return FROM;
    }

    String namespace() {
        return instance.namespace();
    }

    int workloads() {
        return client().apps()
                        .deployments()
                        .inNamespace(namespace())
                        .list()
                        .getItems()
                        .size()
                + client().apps()
                        .statefulSets()
                        .inNamespace(namespace())
                        .list()
                        .getItems()
                        .size();
    }

    String kubeconfig() {
        return instance.cluster().kubeconfig();
    }

    /** Counts from now on what the operator's process asks, also in its instance's name, by the steps of that resource. */
    RequestBreakdown countRequests(String name) {
        return instance.countRequests(name);
    }

    /** A kubeconfig by which the operator's process is known. */
    String operatorKubeconfig() {
        return kubeconfig().replace("system:admin", InMemoryInstance.OPERATOR);
    }

    @Override
    public void close() {
        operator.ifPresent(DowngradeOperator::close);
        instance.close();
    }
}
