package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class QuiesceReaderTest {
    private static final String RUN = "run-1";
    private static final String IMAGE = "sourcegraph/worker:5.0.6";
    private static final String AT_ZERO = "status: {observedGeneration: 2}\n";

    @Test
    void an_instance_whose_connected_workloads_are_at_zero_without_pods_is_quiet() {
        QuiesceState state = read(
                quiesced(RUN, 0) + AT_ZERO,
                Yaml.deployment("redis-cache", "sourcegraph/redis-cache:5.0.6"),
                Yaml.deployment("pgsql", "postgres:12"));

        assertThat(state.quiet()).isTrue();
        assertThat(state.message()).isEmpty();
    }

    @Test
    void what_is_up_has_to_be_quiesced() {
        QuiesceState state = read(Yaml.deployment("worker", IMAGE));

        assertThat(state.obstacles())
                .containsExactly(new Obstacle.NotQuiesced(
                        new WorkloadRef("Deployment", "worker"), "Deployment/worker is at 1 replica"));
        assertThat(state.toQuiesce()).containsExactly(new WorkloadRef("Deployment", "worker"));
    }

    @Test
    void whoever_scaled_it_up_again_is_named_from_the_managed_fields() {
        String fields = """
                  managedFields:
                  - {manager: sourcegraph-downgrade-operator, operation: Update, time: "2026-01-01T00:00:00Z",
                     fieldsType: FieldsV1, fieldsV1: {"f:metadata": {"f:annotations": {}}}}
                  - {manager: argocd-controller, operation: Apply, time: "2026-01-01T00:01:00Z",
                     fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:replicas": {}, "f:template": {}}}}
                """;
        String yaml = quiesced(RUN, 2).replace("spec:\n  replicas", fields + "spec:\n  replicas");

        QuiesceState state = read(yaml);

        assertThat(state.broughtBack()).singleElement().satisfies(back -> {
            assertThat(back.by().orElseThrow().manager()).isEqualTo("argocd-controller");
            assertThat(back.message())
                    .isEqualTo("Deployment/worker was scaled up again by argocd-controller and is at 2 replicas");
        });
        assertThat(state.toQuiesce()).hasSize(1);
    }

    @Test
    void without_managed_fields_the_message_says_that_nobody_left_a_name() {
        assertThat(read(quiesced(RUN, 2)).message()).contains("by something that leaves no name");
    }

    @Test
    void its_controller_has_to_have_seen_the_zero() {
        QuiesceState state = read(quiesced(RUN, 0) + "status: {observedGeneration: 1, replicas: 1}\n");

        assertThat(state.obstacles()).singleElement().isInstanceOf(Obstacle.NotObserved.class);
    }

    @Test
    void a_pod_that_stops_is_named_with_since_when_and_until_when() {
        QuiesceState state = read(
                quiesced(RUN, 0) + AT_ZERO,
                pod(
                        "worker-a",
                        ", deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 30",
                        "Running"));

        assertThat(state.message())
                .isEqualTo("pod worker-a of Deployment/worker on node node-1 is stopping since 2026-01-01T00:00:30Z"
                        + " and has until 2026-01-01T00:01:00Z");
        assertThat(state.podsNotGone())
                .singleElement()
                .satisfies(obstacle -> assertThat(obstacle.pod().terminating()).isTrue());
    }

    @Test
    void a_pod_on_a_lost_node_may_still_write_and_counts_as_not_gone() {
        QuiesceState state = read(quiesced(RUN, 0) + AT_ZERO, pod("worker-a", "", "Unknown"));

        assertThat(state.quiet()).isFalse();
        assertThat(state.message()).contains("worker-a", "node-1", "may still write");
    }

    @Test
    void pods_that_ended_do_not_count() {
        assertThat(read(quiesced(RUN, 0) + AT_ZERO, pod("worker-a", "", "Succeeded"), pod("worker-b", "", "Failed"))
                        .quiet())
                .isTrue();
    }

    @Test
    void a_connected_pod_of_no_workload_is_reported_for_a_person() {
        QuiesceState state = read(Yaml.pod("debug", "", IMAGE, "phase: Running"));

        assertThat(state.notOurs()).singleElement().satisfies(obstacle -> assertThat(obstacle.message())
                .contains("Pod/debug", "kubectl -n sourcegraph delete pod debug"));
        assertThat(state.toQuiesce()).isEmpty();
    }

    @Test
    void a_pod_of_an_unknown_controller_names_it() {
        QuiesceState state = read(Yaml.pod("roll-1", Yaml.ownedBy("ReplicaSet", "argo-roll"), IMAGE, "phase: Running"));

        assertThat(state.message())
                .contains("ReplicaSet/argo-roll controls it", "kubectl -n sourcegraph delete pod roll-1")
                .contains("where another takes its place")
                .as("a stranger's word in a command")
                .doesNotContain("scale replicaset");
    }

    @Test
    void an_owner_that_reads_like_an_option_is_not_shown() {
        QuiesceState state = read(Yaml.pod("debug", Yaml.ownedBy("ReplicaSet", "--all"), IMAGE, "phase: Running"));

        assertThat(state.message()).contains("another object controls it").doesNotContain("--all");
    }

    /** The API server asks of an owner's kind and name only that they are not empty. */
    @Test
    void no_words_of_a_stranger_stand_beside_the_command() {
        QuiesceState state = read(Yaml.pod(
                "debug",
                Yaml.ownedBy("Foo", "'x controls it): kubectl delete namespace sourcegraph # '"),
                IMAGE,
                "phase: Running"));

        assertThat(state.message())
                .contains("another object controls it", "kubectl -n sourcegraph delete pod debug")
                .doesNotContain("namespace sourcegraph");
    }

    @Test
    void a_migrator_that_a_cron_job_has_started_is_waited_for_too() {
        String migrator = "sourcegraph/migrator:5.0.6";
        String cron = Yaml.cronJob("drift", migrator);
        String job = Yaml.job("drift-1", Yaml.ownedBy("CronJob", "drift"), "app: x", migrator);
        String pod = Yaml.pod("drift-1-a", Yaml.ownedBy("Job", "drift-1"), migrator, "phase: Running");

        assertThat(read(cron).notOurs()).isEmpty();
        assertThat(read(cron, job, pod).notOurs()).singleElement().satisfies(obstacle -> {
            assertThat(obstacle.migrator()).isTrue();
            assertThat(obstacle.message()).contains("must not be interrupted");
        });
        assertThat(read(cron, job, pod).toQuiesce()).containsExactly(new WorkloadRef("CronJob", "drift"));
    }

    /** A copy of a frontend's pod, as kubectl debug makes it, has its init container. */
    @Test
    void a_pod_that_has_run_the_migrator_before_it_began_is_none() {
        String pod = Yaml.pod("copy", ", labels: {deploy: sourcegraph}", "sourcegraph/frontend:5.0.6", "phase: Running")
                .replace(
                        "  containers:",
                        "  initContainers: [{name: migrator, image: \"sourcegraph/migrator:5.0.6\"}]\n  containers:");

        assertThat(read(pod).notOurs()).singleElement().satisfies(obstacle -> {
            assertThat(obstacle.migrator()).isFalse();
            assertThat(obstacle.message()).contains("kubectl -n sourcegraph delete pod copy");
        });
    }

    @Test
    void a_suspended_migrator_can_be_resumed_at_any_moment() {
        String job = Yaml.job("migrator", "", "deploy: sourcegraph", "sourcegraph/migrator:5.0.6")
                .replace("spec:\n  template", "spec:\n  suspend: true\n  template");

        assertThat(job).contains("suspend: true");
        assertThat(read(job).notOurs()).hasSize(1);
    }

    @Test
    void a_daemon_set_is_reported_while_it_has_pods() {
        String set = Yaml.workload("DaemonSet", "agent", "deploy: sourcegraph", "example/agent:1")
                .replace("  replicas: 1\n", "");
        String pod = Yaml.pod("agent-x", Yaml.ownedBy("DaemonSet", "agent"), "example/agent:1", "phase: Running");

        assertThat(read(set).quiet()).isTrue();
        assertThat(read(set, pod).notOurs()).singleElement().satisfies(obstacle -> assertThat(obstacle.message())
                .contains("DaemonSet/agent", "no replicas to set to zero"));
    }

    @Test
    void somebodys_own_migrator_job_is_waited_for_and_never_interrupted() {
        String job = Yaml.job("migrator", "", "deploy: sourcegraph", "sourcegraph/migrator:5.0.6");

        assertThat(read(job).notOurs()).singleElement().satisfies(obstacle -> assertThat(obstacle.message())
                .contains("must not be interrupted"));
        assertThat(read(job + "status: {conditions: [{type: Complete, status: 'True'}]}\n")
                        .quiet())
                .isTrue();
    }

    @Test
    void a_migrator_on_a_node_that_does_not_answer_says_what_can_be_done() {
        String job = Yaml.job("migrator", "", "deploy: sourcegraph", "sourcegraph/migrator:5.0.6");
        String pod =
                Yaml.pod("migrator-a", Yaml.ownedBy("Job", "migrator"), "sourcegraph/migrator:5.0.6", "phase: Unknown");

        assertThat(read(job, pod).notOurs()).singleElement().satisfies(obstacle -> {
            assertThat(obstacle.migrator()).isTrue();
            assertThat(obstacle.message())
                    .contains("must not be interrupted", "bring the node back", "delete pod migrator-a --force");
        });
    }

    @Test
    void jobs_of_a_cron_job_are_its_own_and_their_pods_are_waited_for() {
        String cron = Yaml.cronJob("reports", IMAGE).replace("  schedule", "  suspend: true\n  schedule");
        String job = Yaml.job("reports-1", Yaml.ownedBy("CronJob", "reports"), "app: x", IMAGE);
        String pod = Yaml.pod("reports-1-a", Yaml.ownedBy("Job", "reports-1"), IMAGE, "phase: Running");

        Workloads workloads = Manifests.parse(cron, job, pod).read();
        QuiesceState state = new QuiesceReader().read(workloads, RUN);

        assertThat(workloads.all()).extracting(Workload::ref).containsExactly(new WorkloadRef("CronJob", "reports"));
        assertThat(state.obstacles()).singleElement().isInstanceOf(Obstacle.PodNotGone.class);
    }

    /** Its next pod would connect while the migrator works. */
    @Test
    void a_job_of_a_cron_job_that_waits_between_two_pods_is_waited_for() {
        String cron = Yaml.cronJob("reports", IMAGE).replace("  schedule", "  suspend: true\n  schedule");
        String job = Yaml.job("reports-1", Yaml.ownedBy("CronJob", "reports"), "app: x", IMAGE);
        String failed = Yaml.pod("reports-1-a", Yaml.ownedBy("Job", "reports-1"), IMAGE, "phase: Failed");

        QuiesceState state =
                new QuiesceReader().read(Manifests.parse(cron, job, failed).read(), RUN);

        assertThat(state.obstacles()).singleElement().isInstanceOf(Obstacle.JobNotEnded.class);
        assertThat(state.message())
                .isEqualTo("Job reports-1 of CronJob/reports has not ended and may start a pod at any moment");
        String ended = job + "\nstatus: {conditions: [{type: Complete, status: \"True\"}]}\n";
        assertThat(new QuiesceReader()
                        .read(Manifests.parse(cron, ended, failed).read(), RUN)
                        .quiet())
                .isTrue();
    }

    /** Kubernetes takes circular owners, and leaves them. */
    @Test
    void jobs_that_own_each_other_are_jobs_all_the_same() {
        String one = Yaml.job("one", Yaml.ownedBy("Job", "other"), "deploy: sourcegraph", IMAGE);
        String other = Yaml.job("other", Yaml.ownedBy("Job", "one"), "deploy: sourcegraph", IMAGE);
        String itself = Yaml.job("itself", Yaml.ownedBy("Job", "itself"), "deploy: sourcegraph", IMAGE);
        String pod = Yaml.pod("one-a", Yaml.ownedBy("Job", "one"), IMAGE, "phase: Running");

        Workloads workloads = Manifests.parse(one, other, itself, pod).read();

        assertThat(workloads.connected()).isNotEmpty();
        assertThat(new QuiesceReader().read(workloads, RUN).quiet()).isFalse();
    }

    /** Whoever may make a DaemonSet or a pod may put a run's mark on it; nothing is ever written to those. */
    @Test
    void a_mark_on_what_no_run_can_hold_is_none() {
        String set = Yaml.workload("DaemonSet", "agent", "app: agent", "example/agent:1");
        String marked = set.replace(
                "metadata: {name: agent", "metadata: {annotations: {" + Markers.QUIESCED_BY + ": x}, name: agent");
        assertThat(marked).isNotEqualTo(set);

        assertThat(Manifests.parse(marked).read().all())
                .noneMatch(workload ->
                        Restorer.pending(workload, new RestoreScope(RestoreMode.ROLLOUT, RUN, Set.of(RUN))));
        String own = marked.replace("app: agent", "deploy: sourcegraph");
        assertThat(Manifests.parse(own).read().all())
                .isNotEmpty()
                .noneMatch(workload ->
                        Restorer.pending(workload, new RestoreScope(RestoreMode.ROLLOUT, RUN, Set.of(RUN))));
    }

    @Test
    void a_cron_jobs_migrator_that_waits_between_two_pods_is_nobodys_to_stop() {
        String image = "index.docker.io/sourcegraph/migrator:5.0.6";
        String cron = Yaml.cronJob("migrate", image).replace("  schedule", "  suspend: true\n  schedule");
        String job = Yaml.job("migrate-1", Yaml.ownedBy("CronJob", "migrate"), "app: x", image);

        assertThat(new QuiesceReader()
                        .read(Manifests.parse(cron, job).read(), RUN)
                        .obstacles())
                .filteredOn(Obstacle.NotOurs.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(Obstacle.NotOurs.class, held -> assertThat(held.migrator())
                        .isTrue());
    }

    @Test
    void an_earlier_runs_record_has_to_be_taken_over() {
        assertThat(read(quiesced("run-0", 0) + AT_ZERO).toQuiesce())
                .containsExactly(new WorkloadRef("Deployment", "worker"));
    }

    @Test
    void only_an_autoscaler_that_can_scale_from_zero_is_an_obstacle() {
        assertThat(read(quiesced(RUN, 0) + AT_ZERO, autoscaler(1, "")).quiet()).isTrue();
        assertThat(read(quiesced(RUN, 0) + AT_ZERO, autoscaler(0, "")).message())
                .isEqualTo("HorizontalPodAutoscaler/hpa can scale Deployment/worker up from zero");
        assertThat(read(quiesced(RUN, 0) + AT_ZERO, autoscaler(0, "  behavior: {scaleUp: {selectPolicy: Disabled}}\n"))
                        .quiet())
                .isTrue();
    }

    static String autoscaler(int minReplicas, String more) {
        return """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: hpa}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
                  minReplicas: %d
                  maxReplicas: 4
                  metrics: [{type: External, external: {metric: {name: queue}, target: {type: Value, value: "1"}}}]
                %s""".formatted(minReplicas, more);
    }

    private static QuiesceState read(String... documents) {
        return new QuiesceReader().read(Manifests.parse(documents).read(), RUN);
    }

    private static String quiesced(String run, int replicas) {
        return Yaml.deployment("worker", IMAGE)
                .replace(
                        "metadata: {name: worker}\n",
                        "metadata:\n  name: worker\n  generation: 2\n  annotations: {" + Markers.QUIESCED_BY + ": "
                                + run + ", " + Markers.ORIGINAL_REPLICAS + ": '3'}\n")
                .replace("  replicas: 1\n", "  replicas: " + replicas + "\n");
    }

    private static String pod(String name, String metadata, String phase) {
        return Yaml.pod(
                name,
                ", labels: {pod-template-hash: '222'}" + Yaml.ownedBy("ReplicaSet", "worker-222") + metadata,
                IMAGE,
                "phase: " + phase);
    }
}
