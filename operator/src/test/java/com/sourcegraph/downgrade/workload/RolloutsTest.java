package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutsTest {
    private static final String DONE =
            "observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2";

    @Test
    void a_deployment_is_complete_when_all_pods_are_of_the_newest_generation_and_available() {
        assertThat(deployment(2, DONE, newPod("a"), newPod("b"))).isEqualTo(new RolloutState.Complete());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas: 2, updatedReplicas: 2, availableReplicas: 2 | its controller has not seen the newest",
                "observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 | its controller has not seen the newest",
                "observedGeneration: 2 | 0 of 2 pods updated, 0 available",
                "observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 2 | 1 of 2 pods updated, 2 available",
                "observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1 | 2 of 2 pods updated, 1 available"
            })
    void a_deployment_on_its_way_says_what_is_awaited(String status, String message) {
        assertThat(deployment(2, status))
                .isInstanceOfSatisfying(RolloutState.Progressing.class, state -> assertThat(state.message())
                        .contains(message));
    }

    @Test
    void without_a_status_a_deployment_is_not_complete() {
        Workload workload = read(List.of(Yaml.deployment("worker", "sourcegraph/worker:4.5.1")), "Deployment");

        assertThat(workload.rollout()).isInstanceOf(RolloutState.Progressing.class);
    }

    @Test
    void an_older_pod_that_still_stops_holds_the_rollout_although_the_status_counts_it_no_more() {
        String old = pod(
                "old",
                "111",
                ", deletionTimestamp: 2026-01-01T00:01:00Z, deletionGracePeriodSeconds: 30",
                "phase: Running");

        assertThat(deployment(2, DONE, newPod("a"), newPod("b"), old))
                .isEqualTo(new RolloutState.Progressing("pod old is still stopping"));
        assertThat(deployment(2, DONE, newPod("a"), newPod("b"), pod("old", "111", "", "phase: Unknown")))
                .isInstanceOf(RolloutState.Progressing.class);
        assertThat(deployment(2, DONE, newPod("a"), newPod("b"), pod("old", "111", "", "phase: Failed")))
                .isInstanceOf(RolloutState.Complete.class);
    }

    @Test
    void a_generation_that_runs_alone_is_starting_until_its_probes_have_seen_it() {
        String status =
                "observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 0, availableReplicas: 0";
        String runs =
                "phase: Running, containerStatuses: [{name: a, state: {running: {}}}, {name: b, state: {running: {}}}]";
        String revisions = ", currentRevision: r1, updateRevision: r2";
        String setPod = setPod("gitserver-0", "r2").replace("phase: Running", runs);

        assertThat(deployment(1, status, pod("a", "222", "", runs)))
                .isEqualTo(new RolloutState.Starting("1 of 1 pods updated, 0 available"))
                .matches(RolloutState::replaced)
                .matches(state -> !state.complete());
        assertThat(statefulSet("", status + revisions, setPod).replaced()).isFalse();
        assertThat(statefulSet("", status.replace(": 1", ": 2") + revisions, setPod, setPod.replace("-0", "-1")))
                .isInstanceOf(RolloutState.Starting.class);
    }

    @Test
    void a_generation_of_which_something_does_not_run_or_beside_which_an_older_pod_stops_is_not_starting() {
        String status =
                "observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 0, availableReplicas: 0";
        String running = "{name: a, state: {running: {}}}";
        String runs = "phase: Running, containerStatuses: [" + running + "]";
        String stopping = ", deletionTimestamp: 2026-01-01T00:01:00Z, deletionGracePeriodSeconds: 30";

        for (RolloutState state : List.of(
                deployment(1, status, pod("a", "222", "", "phase: Pending")),
                deployment(1, status, pod("a", "222", "", runs.replace("]", ", {name: b, state: {waiting: {}}}]"))),
                deployment(1, status, pod("a", "222", stopping, runs)),
                deployment(1, status, pod("a", "222", "", runs), pod("b", "111", stopping, runs)),
                deployment(1, status.replace("updatedReplicas: 1", "updatedReplicas: 0"), pod("a", "111", "", runs)),
                deployment(
                        1,
                        status.replace("observedGeneration: 2", "observedGeneration: 1"),
                        pod("a", "222", "", runs)))) {
            assertThat(state).isInstanceOf(RolloutState.Progressing.class);
        }
    }

    @Test
    void only_the_newest_replica_sets_pods_count_where_replica_sets_were_read() {
        String newest = """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: worker-333
                  labels: {pod-template-hash: "333"}
                  annotations: {deployment.kubernetes.io/revision: "7"}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: worker, uid: u, controller: true}]
                spec: {replicas: 2, template: {spec: {containers: []}}}
                """;
        List<String> documents = new ArrayList<>();
        documents.add(withStatus(Yaml.deployment("worker", "sourcegraph/worker:4.5.1"), 2, DONE)
                .replace("generation: 2", "generation: 2, annotations: {deployment.kubernetes.io/revision: '7'}"));
        documents.add(newest);
        documents.add(newPod("a"));

        assertThat(read(documents, "Deployment").rollout()).isInstanceOf(RolloutState.Progressing.class);
    }

    @ParameterizedTest
    @CsvSource({
        "CrashLoopBackOff, back-off 10s restarting",
        "ImagePullBackOff, Back-off pulling image",
        "ErrImagePull, not found",
        "CreateContainerConfigError, secret not found",
        "InvalidImageName, bad"
    })
    void a_waiting_container_makes_it_stuck_with_pod_container_and_cause(String reason, String text) {
        String pod = newPod("a")
                .replace(
                        "status: {phase: Running}",
                        "status: {phase: Pending, containerStatuses: [{name: main, lastState: {terminated: {exitCode: 137,"
                                + " reason: OOMKilled}}, state: {waiting: {reason: " + reason + ", message: '" + text
                                + "'}}}]}");

        assertThat(deployment(2, "observedGeneration: 2, replicas: 2", pod))
                .isEqualTo(new RolloutState.Stuck(
                        reason,
                        "pod a, container main: " + reason + " (" + text
                                + "); it last ended with exit code 137, OOMKilled"));
    }

    @Test
    void a_container_that_is_being_made_is_not_stuck() {
        String pod = newPod("a")
                .replace(
                        "status: {phase: Running}",
                        "status: {phase: Pending, containerStatuses: [{name: main, state: {waiting: {reason: ContainerCreating}}}]}");

        assertThat(deployment(2, "observedGeneration: 2, replicas: 2", pod))
                .isInstanceOf(RolloutState.Progressing.class);
    }

    @Test
    void an_init_container_that_crashes_is_named() {
        String pod = newPod("a")
                .replace(
                        "status: {phase: Running}",
                        "status: {phase: Pending, initContainerStatuses: [{name: migrator, lastState: {terminated: {exitCode: 1,"
                                + " reason: Error}}, state: {waiting: {reason: CrashLoopBackOff}}}]}");

        assertThat(deployment(2, "observedGeneration: 2, replicas: 2", pod))
                .isEqualTo(new RolloutState.Stuck(
                        "CrashLoopBackOff",
                        "pod a, container migrator: CrashLoopBackOff; it last ended with exit code 1"));
    }

    @Test
    void a_pod_that_finds_no_node_makes_it_stuck() {
        String pod = newPod("a")
                .replace(
                        "status: {phase: Running}",
                        "status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,"
                                + " message: 0/1 nodes are available}]}");

        assertThat(deployment(2, "observedGeneration: 2, replicas: 2", pod))
                .isEqualTo(new RolloutState.Stuck("Unschedulable", "pod a finds no node: 0/1 nodes are available"));
    }

    @Test
    void quota_and_deadline_come_from_the_deployments_conditions() {
        assertThat(deployment(
                        2,
                        "observedGeneration: 2, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate,"
                                + " message: exceeded quota}]"))
                .isEqualTo(new RolloutState.Stuck("FailedCreate", "exceeded quota"));
        assertThat(deployment(
                        2,
                        "observedGeneration: 2, replicas: 2, conditions: [{type: Progressing, status: 'False',"
                                + " reason: ProgressDeadlineExceeded, message: timed out}]",
                        newPod("a"),
                        newPod("b")))
                .isEqualTo(new RolloutState.Stuck("ProgressDeadlineExceeded", "timed out"));
    }

    @Test
    void a_paused_deployment_is_stuck_until_it_is_resumed() {
        String paused = withStatus(
                        Yaml.deployment("worker", "sourcegraph/worker:4.5.1"), 2, "observedGeneration: 2, replicas: 2")
                .replace("  replicas: 2\n", "  replicas: 2\n  paused: true\n");

        assertThat(read(List.of(paused), "Deployment").rollout())
                .isEqualTo(new RolloutState.Stuck(
                        "Paused", "it is paused: kubectl -n sourcegraph rollout resume deployment/worker"));
    }

    @Test
    void at_zero_replicas_it_is_complete_once_the_pods_are_gone() {
        assertThat(deployment(0, "observedGeneration: 2")).isInstanceOf(RolloutState.Complete.class);
        assertThat(deployment(0, "observedGeneration: 2", newPod("a")))
                .isEqualTo(new RolloutState.Progressing("1 pod is still there"));
        assertThat(deployment(0, "observedGeneration: 2, replicas: 2"))
                .isEqualTo(new RolloutState.Progressing("2 pods are still there"));
        assertThat(deployment(0, "observedGeneration: 1")).isInstanceOf(RolloutState.Progressing.class);
    }

    @Test
    void a_stateful_set_is_complete_at_one_revision() {
        String done = "observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2,"
                + " currentRevision: r2, updateRevision: r2";

        assertThat(statefulSet("", done, setPod("gitserver-0", "r2"), setPod("gitserver-1", "r2")))
                .isInstanceOf(RolloutState.Complete.class);
        assertThat(statefulSet("", done.replace("currentRevision: r2", "currentRevision: r1")))
                .isInstanceOf(RolloutState.Progressing.class);
        assertThat(statefulSet("", done, setPod("gitserver-0", "r1"))).isInstanceOf(RolloutState.Progressing.class);
        assertThat(statefulSet("", done.replace("updatedReplicas: 2", "updatedReplicas: 1")))
                .isInstanceOf(RolloutState.Progressing.class);
    }

    @Test
    void a_stateful_set_with_on_delete_needs_a_hand_only_for_older_pods() {
        String strategy = "  updateStrategy: {type: OnDelete}\n";
        String status = "observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2,"
                + " currentRevision: r1, updateRevision: r2";

        assertThat(statefulSet(strategy, status, setPod("gitserver-0", "r2"), setPod("gitserver-1", "r2")))
                .isInstanceOf(RolloutState.Complete.class);
        assertThat(statefulSet(
                        strategy,
                        status.replace("updatedReplicas: 2", "updatedReplicas: 1"),
                        setPod("gitserver-0", "r1"),
                        setPod("gitserver-1", "r2")))
                .isInstanceOfSatisfying(RolloutState.Stuck.class, stuck -> {
                    assertThat(stuck.reason()).isEqualTo("OnDelete");
                    assertThat(stuck.message()).endsWith("kubectl -n sourcegraph delete pod gitserver-0");
                });
    }

    @Test
    void a_partition_that_keeps_older_pods_is_named() {
        String strategy = "  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}\n";
        String status = "observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2,"
                + " currentRevision: r1, updateRevision: r2";

        assertThat(statefulSet(strategy, status, setPod("gitserver-0", "r1"), setPod("gitserver-1", "r2")))
                .isInstanceOfSatisfying(RolloutState.Stuck.class, stuck -> {
                    assertThat(stuck.reason()).isEqualTo("Partition");
                    assertThat(stuck.message()).contains("gitserver-0 is not replaced: set the partition to 0");
                });
    }

    @Test
    void a_broken_pod_of_an_older_revision_has_to_be_deleted_because_a_stateful_set_waits_for_it() {
        String broken = setPod("gitserver-0", "r1")
                .replace(
                        "status: {phase: Running}",
                        "status: {phase: Pending, containerStatuses: [{name: main, state: {waiting: {reason: ImagePullBackOff}}}]}");
        String status = "observedGeneration: 2, replicas: 2, currentRevision: r1, updateRevision: r2";

        assertThat(statefulSet("", status, broken)).isInstanceOfSatisfying(RolloutState.Stuck.class, stuck -> {
            assertThat(stuck.reason()).isEqualTo("ImagePullBackOff");
            assertThat(stuck.message()).endsWith("kubectl -n sourcegraph delete pod gitserver-0");
        });
    }

    @Test
    void a_daemon_set_counts_nodes() {
        String done = "observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3";

        assertThat(daemonSet(done)).isInstanceOf(RolloutState.Complete.class);
        assertThat(daemonSet(done.replace("numberAvailable: 3", "numberAvailable: 2")))
                .isEqualTo(new RolloutState.Progressing("3 of 3 pods updated, 2 available"));
        assertThat(daemonSet(done.replace("observedGeneration: 2", "observedGeneration: 1")))
                .isInstanceOf(RolloutState.Progressing.class);
        assertThat(daemonSet("observedGeneration: 2, desiredNumberScheduled: 0"))
                .isInstanceOf(RolloutState.Complete.class);
    }

    @Test
    void at_another_count_than_expected_nothing_is_complete() {
        Workload workload = read(
                List.of(withStatus(Yaml.deployment("worker", "sourcegraph/worker:4.5.1"), 0, "observedGeneration: 2")),
                "Deployment");

        assertThat(workload.rolloutAt(0).complete()).isTrue();
        assertThat(workload.rolloutAt(2))
                .isEqualTo(new RolloutState.Progressing("it is at 0 of the 2 replicas that it should have"));
    }

    private static RolloutState deployment(int replicas, String status, String... pods) {
        List<String> documents = new ArrayList<>(List.of(pods));
        documents.add(withStatus(Yaml.deployment("worker", "sourcegraph/worker:4.5.1"), replicas, status));
        return read(documents, "Deployment").rollout();
    }

    private static RolloutState statefulSet(String strategy, String status, String... pods) {
        List<String> documents = new ArrayList<>(List.of(pods));
        documents.add(withStatus(
                        Yaml.workload("StatefulSet", "gitserver", "deploy: sourcegraph", "sourcegraph/gitserver:4.5.1"),
                        2,
                        status)
                .replace("spec:\n  replicas", "spec:\n" + strategy + "  replicas"));
        return read(documents, "StatefulSet").rollout();
    }

    private static RolloutState daemonSet(String status) {
        return read(
                        List.of(withStatus(
                                        Yaml.workload(
                                                "DaemonSet",
                                                "node-exporter",
                                                "deploy: sourcegraph",
                                                "sourcegraph/node-exporter:4.5.1"),
                                        1,
                                        status)
                                .replace("  replicas: 1\n", "")),
                        "DaemonSet")
                .rollout();
    }

    private static String withStatus(String yaml, int replicas, String status) {
        return yaml.replace("  replicas: 1\n", "  replicas: " + replicas + "\n")
                        .replaceFirst("metadata: \\{name: (\\S+)}", "metadata: {name: $1, generation: 2}")
                + "status: {" + status + "}\n";
    }

    private static String newPod(String name) {
        return pod(name, "222", "", "phase: Running");
    }

    private static String pod(String name, String hash, String metadata, String status) {
        return Yaml.pod(
                name,
                ", labels: {pod-template-hash: '" + hash + "'}" + Yaml.ownedBy("ReplicaSet", "worker-" + hash)
                        + metadata,
                "sourcegraph/worker:4.5.1",
                status);
    }

    private static String setPod(String name, String revision) {
        return Yaml.pod(
                name,
                ", labels: {controller-revision-hash: " + revision + "}" + Yaml.ownedBy("StatefulSet", "gitserver"),
                "sourcegraph/gitserver:4.5.1",
                "phase: Running");
    }

    private static Workload read(List<String> documents, String kind) {
        Manifests manifests = Manifests.parse(documents.toArray(String[]::new));
        manifests.objects().forEach(object -> object.getMetadata().setNamespace("sourcegraph"));
        return manifests.read().all().stream()
                .filter(workload -> workload.ref().kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
