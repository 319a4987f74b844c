package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is the operator's own is no workload of the instance, but for a migrator that another run has left at work. */
class OwnWorkTest {

    @Test
    void the_operator_and_its_jobs_are_never_touched() {
        Manifests manifests = Manifests.parse(
                Yaml.deployment("operator-by-owner", "example/operator:1"),
                Yaml.workload(
                        "Deployment",
                        "operator-by-label",
                        "deploy: sourcegraph, app.kubernetes.io/name: sourcegraph-downgrade-operator",
                        "example/operator:1"),
                Yaml.workload(
                        "Deployment",
                        "operator-of-another-name",
                        "deploy: sourcegraph, app.kubernetes.io/name: sgd, downgrade.sourcegraph.com/component: operator",
                        "example/operator:1"),
                Yaml.job(
                        "migrator-1",
                        "",
                        "deploy: sourcegraph, downgrade.sourcegraph.com/run: back",
                        "sourcegraph/migrator:5.0.6"),
                Yaml.job("own-migrator", "", "deploy: sourcegraph", "sourcegraph/migrator:5.0.6"));

        Workloads workloads = manifests.read(Map.of(), Optional.of(new WorkloadRef("Deployment", "operator-by-owner")));

        assertThat(workloads.all()).extracting(Workload::ref).containsExactly(new WorkloadRef("Job", "own-migrator"));
    }

    /** Its pod may not have started yet, and then no database session tells of it. */
    @Test
    void an_earlier_runs_migrator_that_has_not_ended_is_in_the_way() {
        Manifests manifests = Manifests.parse(
                migratorJob("of-this-run", "downgrade", Manifests.RUN, ""),
                migratorJob("of-another", "downgrade", "u1", ""),
                migratorJob(
                        "of-another-and-ended",
                        "downgrade",
                        "u2",
                        "status: {conditions: [{type: Failed, status: 'True'}]}"),
                migratorJob("checks-of-another", "checks", "u1", ""));

        Workloads workloads = manifests.read();

        assertThat(workloads.all()).extracting(Workload::ref).containsExactly(new WorkloadRef("Job", "of-another"));
        Workload migrator = workloads.all().get(0);
        assertThat(migrator.classification().connected()).isTrue();
        assertThat(migrator.cannotBeStopped())
                .hasValueSatisfying(why -> assertThat(why).contains("wait for its end"));
        assertThat(new QuiesceReader().read(workloads, Manifests.RUN).notOurs())
                .extracting(Obstacle.NotOurs::message)
                .singleElement()
                .asString()
                .startsWith("Job/of-another is connected to a database");
    }

    /** It may have no session yet, and gets one when its node is there. */
    @Test
    void nobodys_word_makes_another_runs_migrator_harmless() {
        Manifests manifests = Manifests.parse(migratorJob("of-another", "downgrade", "u1", ""));

        Workloads workloads = manifests.read(Map.of(new WorkloadRef("Job", "of-another"), false), Optional.empty());

        assertThat(workloads.all()).singleElement().satisfies(job -> assertThat(job.connected())
                .isTrue());
    }

    @Test
    void the_label_of_a_run_hides_no_service() {
        Manifests manifests = Manifests.parse(Yaml.workload(
                "Deployment",
                "worker",
                "deploy: sourcegraph, downgrade.sourcegraph.com/run: back",
                "sourcegraph/worker:5.0.6"));

        assertThat(manifests.read().all())
                .extracting(Workload::ref)
                .containsExactly(new WorkloadRef("Deployment", "worker"));
    }

    private static String migratorJob(String name, String kind, String runUid, String status) {
        // The image's name is the administrator's own: the labels tell what it is.
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s}
                spec:
                  template:
                    metadata:
                      labels:
                        downgrade.sourcegraph.com/run: back
                        downgrade.sourcegraph.com/run-uid: %s
                        downgrade.sourcegraph.com/job: %s
                    spec:
                      containers:
                      - {name: downgrade, image: "registry.example/tools/back:5.0.6"}
                %s
                """.formatted(name, runUid, kind, status);
    }
}
