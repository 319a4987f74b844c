package com.sourcegraph.downgrade.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.migrator.LabelledJob;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.plan.Need;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Situations;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is looked at this moment is newer than what a watch has told. */
class ObserverTest {

    private final InMemoryCluster cluster = InMemoryCluster.builder().start();
    private final KubernetesClient client = cluster.client();
    private final Observer observer = new Observer(
            client,
            new NamespaceWatches(client, namespace -> {}, () -> Instant.EPOCH, Clock.systemUTC()),
            new ImpersonatingClients(client),
            Optional.empty(),
            uid -> {});

    @AfterEach
    void stop() {
        observer.close();
        client.close();
        cluster.close();
    }

    /** A further attempt has another name, which no API server refuses: the last look before it must show the one before. */
    @Test
    void theLastLookBeforeAMigratorStartsShowsTheRunsOwnJobsThoughTheirWatchIsDeaf() {
        Situation first = Situations.first("default", Specs.to("4.5.1", "older"));
        observer.look(first, Set.of(Need.JOBS));
        assertThat(cluster.faults().deafenWatches(request -> request.resource().equals("jobs")))
                .isEqualTo(1);
        LabelledJob.create(client, "back-downgrade-1", "downgrade", 1);
        Situation watched = observer.look(first, Set.of(Need.JOBS));
        assertThat(watched.facts().jobs().orElseThrow()).isEmpty();

        Situation now = observer.look(watched, Set.of(Need.WORKLOADS_NOW));

        assertThat(now.facts().jobs().orElseThrow())
                .extracting(MigratorJobState::name)
                .containsExactly("back-downgrade-1");
    }
}
