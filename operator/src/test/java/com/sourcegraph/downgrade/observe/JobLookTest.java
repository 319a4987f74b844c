package com.sourcegraph.downgrade.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.database.DatabaseReader;
import com.sourcegraph.downgrade.database.DatabaseTimeouts;
import com.sourcegraph.downgrade.database.EnvironmentReader;
import com.sourcegraph.downgrade.database.MigrationCounter;
import com.sourcegraph.downgrade.migrator.MigratorContainers;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.JobResult;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Situations;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator that starts anew while the migrator runs: the log is there before the databases were looked at. */
class JobLookTest {
    private static final String PASSWORD = "very-secret-word";

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger dryRunEnds = new AtomicInteger(1);
    private InMemoryCluster cluster;
    private KubernetesClient client;
    private RunMemory memory;
    private Deployment frontend;
    private JobLook jobs;

    @BeforeEach
    void startMigrator() {
        Program migrator = context -> {
            context.ready();
            context.stdout().println("👉 Migrating to v4.5 (step 1 of 1)");
            context.stdout().println("❌ Failed to migrate: the server says " + PASSWORD + " is wrong");
            end.await();
            return 1;
        };
        cluster = InMemoryCluster.builder()
                .programs((image, container) -> Optional.of(
                        container.equals(MigratorContainers.DRY_RUN) ? context -> dryRunEnds.get() : migrator))
                .start();
        client = cluster.client();
        client.resource(Serialization.unmarshal("""
                apiVersion: v1
                kind: Secret
                metadata: {name: databases, namespace: default}
                stringData: {password: very-secret-word}
                """, Secret.class)).create();
        frontend = Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: sourcegraph-frontend, namespace: default}
                spec:
                  template:
                    spec:
                      containers:
                      - name: frontend
                        image: sourcegraph/frontend:5.0.6
                        env:
                        - {name: PGHOST, value: no-such-host.invalid}
                        - {name: PGUSER, value: sg}
                        - {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: databases, key: password}}}
                        - {name: CODEINTEL_PGHOST, value: no-such-host.invalid}
                        - {name: CODEINTEL_PGUSER, value: sg}
                        - {name: CODEINSIGHTS_PGHOST, value: no-such-host.invalid}
                        - {name: CODEINSIGHTS_PGUSER, value: sg}
                """, Deployment.class);
        client.resource(Serialization.unmarshal(
                        """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: back-downgrade-1
                  namespace: default
                  labels:
                    %s: downgrade
                    %s: "1"
                    %s: uid
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: downgrade, image: "sourcegraph/migrator:5.0.6"}]
                """.formatted(MigratorLabels.JOB, MigratorLabels.ATTEMPT, MigratorLabels.RUN_UID), Job.class))
                .create();
        memory = new RunMemory(new EnvironmentCache(client, "default"));
        jobs = new JobLook(client, uid -> {});
        await().until(() -> !pods().isEmpty()
                && pods().get(0).getStatus() != null
                && "Running".equals(pods().get(0).getStatus().getPhase()));
    }

    @AfterEach
    void stop() {
        end.countDown();
        memory.close();
        client.close();
        cluster.close();
    }

    @Test
    void theLogIsNotFollowedBeforeThePasswordsAreKnown() {
        cluster.requests().reset();

        assertThat(look()).isEmpty();

        assertThat(cluster.requests().all())
                .extracting(RequestRecord::subresource)
                .doesNotContain("log");
    }

    @Test
    void thePasswordsAreKnownWithoutAConnectionAndMaskedInTheLog() {
        databases().knowPasswords(situation(), memory, Optional.of(frontend));

        assertThat(memory.passwords()).isPresent();
        await().untilAsserted(() -> assertThat(look())
                .get()
                .extracting(MigratorProgress::toString)
                .asString()
                .contains("the server says ***")
                .doesNotContain(PASSWORD));
    }

    /** Databases that do not answer are asked with credentials read anew; the old ones stay secret. */
    @Test
    void whatWasKnownOnceIsMaskedForGood() {
        databases().knowPasswords(situation(), memory, Optional.of(frontend));
        memory.forgetDatabases();

        assertThat(memory.databases()).isEmpty();
        assertThat(memory.redactor().redact("says " + PASSWORD)).isEqualTo("says ***");
    }

    /** Made anew by hand from the run's own Job: it carries the labels, and nobody waits for it or believes what it says. */
    @Test
    void aCopyUnderAnotherNameIsNoJobOfTheRun() {
        Job copy = client.batch()
                .v1()
                .jobs()
                .inNamespace("default")
                .withName("back-downgrade-1")
                .get();
        client.resource(new JobBuilder(copy)
                        .withNewMetadata()
                        .withName("back-downgrade-by-hand")
                        .withNamespace("default")
                        .withLabels(copy.getMetadata().getLabels())
                        .addToLabels(MigratorLabels.ATTEMPT, "2")
                        .endMetadata()
                        .build())
                .create();

        assertThat(observed().jobs().orElseThrow())
                .extracting(MigratorJobState::name)
                .containsExactly("back-downgrade-1");
    }

    /** A policy, a tool or a person removes finished Jobs; the run makes the next one of that attempt under the same name. */
    @Test
    void aJobIsNotJudgedByWhatAnEarlierOneOfItsNameHasSaid() {
        createChecks();
        assertThat(checked().failure()).isPresent();

        client.batch()
                .v1()
                .jobs()
                .inNamespace("default")
                .withName("back-checks-1")
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        await().until(() ->
                pods().stream().noneMatch(pod -> pod.getMetadata().getName().startsWith("back-checks-1")));
        dryRunEnds.set(0);
        createChecks();

        assertThat(checked().failure()).isEmpty();
    }

    private void createChecks() {
        client.resource(Serialization.unmarshal(
                        """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: back-checks-1
                  namespace: default
                  labels:
                    %s: checks
                    %s: "1"
                    %s: uid
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: dry-run, image: "sourcegraph/migrator:5.0.6"}]
                """.formatted(MigratorLabels.JOB, MigratorLabels.ATTEMPT, MigratorLabels.RUN_UID), Job.class))
                .create();
    }

    /** What the checks said, once they have ended. */
    private JobResult checked() {
        return await().until(() -> jobs.result(situation().with(observed()), memory), Optional::isPresent)
                .orElseThrow();
    }

    private DatabaseLook databases() {
        return new DatabaseLook(
                new EnvironmentReader(client),
                new DatabaseReader(DatabaseTimeouts.standard()),
                new MigrationCounter(DatabaseTimeouts.standard()));
    }

    private Optional<MigratorProgress> look() {
        Facts facts = observed();
        assertThat(facts.jobs().orElseThrow()).hasSize(1);
        return facts.progress();
    }

    private Facts observed() {
        List<Job> found =
                client.batch().v1().jobs().inNamespace("default").list().getItems();
        return jobs.look(
                situation(),
                memory,
                new NamespaceObjects(List.of(), List.of(), List.of(), List.of(), found, pods(), List.of(), List.of()));
    }

    private List<Pod> pods() {
        return client.pods().inNamespace("default").list().getItems();
    }

    private static Situation situation() {
        return Situations.first("default", Specs.to("4.5.1", "older"));
    }
}
