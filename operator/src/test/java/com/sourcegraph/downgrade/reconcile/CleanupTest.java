package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.migrator.LabelledJob;
import com.sourcegraph.downgrade.observe.NamespaceWatches;
import com.sourcegraph.downgrade.observe.Observer;
import com.sourcegraph.downgrade.status.StatusWriter;
import com.sourcegraph.downgrade.status.Transitions;
import com.sourcegraph.downgrade.step.ActionExecutor;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A finished resource that is being deleted and that something else still holds. */
class CleanupTest {

    private static final String OTHER = "example.com/other";

    private InMemoryCluster cluster;
    private KubernetesClient client;
    private Observer observer;
    private DowngradeReconciler reconciler;

    private volatile Instant lastFailure = Instant.EPOCH;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder().start();
        client = cluster.client();
        Clock clock = Clock.systemUTC();
        RunEventSource events = new RunEventSource();
        ImpersonatingClients writers = new ImpersonatingClients(client);
        observer = new Observer(
                client,
                new NamespaceWatches(client, events::changed, () -> Instant.EPOCH, clock),
                writers,
                Optional.empty(),
                events::progressed);
        RunCycle cycle = new RunCycle(
                observer,
                new StatusWriter(client, new Transitions(client, clock, "operator-0", (before, after) -> {})),
                new ActionExecutor(client),
                writers,
                new RunFinalizer(client),
                clock,
                Optional.empty());
        reconciler = new DowngradeReconciler(
                client,
                new CurrentResources(client, new WatchDoubt(() -> lastFailure, clock)),
                observer,
                cycle,
                events);
        LabelledJob.create(client, "back-downgrade-1", "downgrade", 1);
    }

    @AfterEach
    void stop() {
        observer.close();
        client.close();
        cluster.close();
    }

    /** Deleted with propagation Orphan, or held by another's finalizer: its Jobs are whose they are said to be. */
    @Test
    void keepsTheJobsOfAResourceThatItHasLetGo() throws Exception {
        DeleteControl control = reconciler.cleanup(finished(OTHER), null);

        assertThat(control.isRemoveFinalizer()).isFalse();
        assertThat(jobs()).hasSize(1);
    }

    @Test
    void deletesTheJobsOfAResourceThatItHoldsStill() throws Exception {
        DeleteControl control = reconciler.cleanup(finished(RunFinalizer.NAME, OTHER), null);

        assertThat(control.isRemoveFinalizer()).isTrue();
        assertThat(jobs()).isEmpty();
    }

    /**
     * The finalizer was taken off by hand while a migrator worked, as the documentation tells for a bad night, and the watch has not
     * told of it: deleting the Job would cut the migrator off in the middle of a migration.
     */
    @Test
    void keepsTheJobsOfAResourceThatIsGoneBehindItsBack() throws Exception {
        lastFailure = Instant.now();

        DeleteControl control = reconciler.cleanup(working(RunFinalizer.NAME), null);

        assertThat(control.isRemoveFinalizer()).isFalse();
        assertThat(jobs()).hasSize(1);
    }

    /** Whoever may patch Jobs, but not delete them, must not have the operator delete what is not its own. */
    @Test
    void keepsAJobOfSomebodyElseThatWasGivenTheRunsLabels() throws Exception {
        LabelledJob.create(client, "nightly-backup", "downgrade", 1);

        reconciler.cleanup(finished(RunFinalizer.NAME, OTHER), null);

        assertThat(jobs()).extracting(job -> job.getMetadata().getName()).containsExactly("nightly-backup");
    }

    @Test
    void deletesTheOthersWhereOneIsRefused() throws Exception {
        LabelledJob.create(client, "back-checks-1", "checks", 1);
        cluster.faults()
                .on(request -> request.verb().equals("delete") && request.path().endsWith("/back-checks-1"))
                .answer(403);

        reconciler.cleanup(finished(RunFinalizer.NAME, OTHER), null);

        assertThat(jobs()).extracting(job -> job.getMetadata().getName()).containsExactly("back-checks-1");
    }

    private List<Job> jobs() {
        return client.batch().v1().jobs().inNamespace("default").list().getItems();
    }

    private static SourcegraphDowngrade working(String... finalizers) throws Exception {
        SourcegraphDowngrade resource = finished(finalizers);
        resource.setStatus(new ObjectMapper()
                .readValue(
                        "{\"phase\": \"Migrating\", \"steps\": [{\"name\": \"Migrate\", \"state\": \"Running\"}]}",
                        SourcegraphDowngradeStatus.class));
        return resource;
    }

    private static SourcegraphDowngrade finished(String... finalizers) throws Exception {
        ObjectMapper json = new ObjectMapper();
        SourcegraphDowngrade resource = new SourcegraphDowngrade();
        resource.setMetadata(new ObjectMetaBuilder()
                .withName("back")
                .withNamespace("default")
                .withUid("uid")
                .withResourceVersion("7")
                .withDeletionTimestamp("2026-01-01T10:00:00Z")
                .withFinalizers(finalizers)
                .build());
        resource.setSpec(json.readValue(
                "{\"to\": \"4.5.1\", \"manifests\": {\"configMapRef\": {\"name\": \"target\"}}}",
                SourcegraphDowngradeSpec.class));
        resource.setStatus(json.readValue(
                "{\"conditions\": [{\"type\": \"Complete\", \"status\": \"True\"}]}",
                SourcegraphDowngradeStatus.class));
        return resource;
    }
}
