package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.redact.Redactor;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigratorJobReaderTest {
    private final MigratorJobReader reader = new MigratorJobReader(Redactor.none());

    private static Job job(String status) {
        return Serialization.unmarshal("""
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: run-checks-3
                  uid: job-uid
                  labels:
                    downgrade.sourcegraph.com/job: checks
                    downgrade.sourcegraph.com/attempt: "3"
                    downgrade.sourcegraph.com/run-uid: run-uid
                  annotations:
                    downgrade.sourcegraph.com/spec-hash: abc
                status: %s
                """.formatted(status), Job.class);
    }

    private static Pod pod(String created, String extraMetadata, String status) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: run-checks-3-%s
                  creationTimestamp: 2026-01-01T00:00:%sZ
                  ownerReferences: [{uid: job-uid, kind: Job, name: x, apiVersion: batch/v1}]
                  %s
                spec:
                  containers: [{name: dry-run}, {name: drift-frontend}]
                status: %s
                """.formatted(created, created, extraMetadata, status), Pod.class);
    }

    private MigratorJobState read(Job job, Pod... pods) {
        return reader.read(job, List.of(pods)).orElseThrow();
    }

    @Test
    void readsWhatTheJobSaysOfItself() {
        MigratorJobState state = read(job("{}"));
        assertThat(state.name()).isEqualTo("run-checks-3");
        assertThat(state.kind()).isEqualTo(MigratorJobKind.CHECKS);
        assertThat(state.attempt()).isEqualTo(3);
        assertThat(state.runUid()).isEqualTo("run-uid");
        assertThat(state.specHash()).contains("abc");
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.PENDING);
        assertThat(state.podName()).isEmpty();
        assertThat(state.disruption()).isEmpty();
        assertThat(state.isFinished()).isFalse();
    }

    @Test
    void leavesOtherJobsAlone() {
        assertThat(reader.read(
                        new JobBuilder()
                                .withNewMetadata()
                                .withName("x")
                                .endMetadata()
                                .build(),
                        List.of()))
                .isEmpty();
        Job odd = new JobBuilder(job("{}"))
                .editMetadata()
                .addToLabels(MigratorLabels.ATTEMPT, "first")
                .endMetadata()
                .build();
        assertThat(reader.read(odd, List.of())).isEmpty();
    }

    /** A pod that is done decides, also while the Job's controller has not yet said so. */
    @Test
    void readsEachContainersEnd() {
        MigratorJobState state = read(job("{startTime: '2026-01-01T00:00:00Z'}"), pod("01", "", """
                        {phase: Failed, containerStatuses: [
                            {name: drift-frontend, state: {terminated: {exitCode: 1, reason: Error,
                              message: "dial postgres://sg:hidden@h failed", startedAt: '2026-01-01T00:00:05Z', finishedAt: '2026-01-01T00:00:09Z'}}},
                            {name: dry-run, state: {terminated: {exitCode: 0, reason: Completed,
                              startedAt: '2026-01-01T00:00:04Z', finishedAt: '2026-01-01T00:00:06Z'}}}]}
                        """));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.FAILED);
        assertThat(state.isFinished()).isTrue();
        assertThat(state.started()).contains(Instant.parse("2026-01-01T00:00:04Z"));
        assertThat(state.finished()).contains(Instant.parse("2026-01-01T00:00:09Z"));
        assertThat(state.containers()).extracting(ContainerOutcome::name).containsExactly("dry-run", "drift-frontend");
        assertThat(state.container("dry-run").orElseThrow().succeeded()).isTrue();
        ContainerOutcome drift = state.container("drift-frontend").orElseThrow();
        assertThat(drift.exitCode()).hasValue(1);
        assertThat(drift.message()).contains("dial postgres://sg:***@h failed");
        assertThat(state.waiting()).isEmpty();
        assertThat(state.disruption()).isEmpty();
    }

    /** Kubelets give 1970 for the start of a container that the runtime could not start. */
    @Test
    void knowsThatAContainerThatCouldNotBeStartedNeverRan() {
        MigratorJobState state = read(job("{startTime: '2026-01-01T00:00:00Z'}"), pod("01", "", """
                        {phase: Running, containerStatuses: [
                            {name: dry-run, state: {terminated: {exitCode: 128, reason: StartError, message: context canceled,
                              startedAt: '1970-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:09Z'}}},
                            {name: drift-frontend, state: {waiting: {reason: ContainerCreating}}}]}
                        """));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.PENDING);
        assertThat(state.started()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(state.container("dry-run").orElseThrow().started()).isEmpty();
    }

    @Test
    void runsWhileOneContainerRuns() {
        MigratorJobState state = read(job("{active: 1}"), pod("01", "", """
                        {phase: Running, containerStatuses: [
                            {name: dry-run, state: {terminated: {exitCode: 137, reason: OOMKilled}}},
                            {name: drift-frontend, state: {running: {startedAt: '2026-01-01T00:00:05Z'}}}]}
                        """));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.RUNNING);
        assertThat(state.container("dry-run").orElseThrow().outOfMemory()).isTrue();
        assertThat(state.container("drift-frontend").orElseThrow().running()).isTrue();
        assertThat(state.finished()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ImagePullBackOff, true",
        "CreateContainerConfigError, true",
        "ContainerCreating, false",
        "PodInitializing, false"
    })
    void seesWhatStandsInItsWay(String reason, boolean trouble) {
        MigratorJobState state = read(
                job("{active: 1}"),
                pod(
                        "01",
                        "",
                        "{phase: Pending, containerStatuses: [{name: dry-run, state: {waiting: {reason: " + reason
                                + ", message: why}}}]}"));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.PENDING);
        assertThat(state.waiting().isPresent()).isEqualTo(trouble);
        state.waiting().ifPresent(found -> assertThat(found).isEqualTo(new MigratorJobState.Trouble(reason, "why")));
    }

    @Test
    void seesThatNoNodeTakesIt() {
        assertThat(read(
                                job("{active: 1}"),
                                pod(
                                        "01",
                                        "",
                                        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason:"
                                                + " Unschedulable, message: 0/3 nodes are available}]}"))
                        .waiting())
                .contains(new MigratorJobState.Trouble("Unschedulable", "0/3 nodes are available"));
    }

    @Test
    void tellsWhatCameBetween() {
        assertThat(read(job("{}"), pod("01", "", "{phase: Failed, reason: Evicted, message: low on memory}"))
                        .disruption())
                .contains(new MigratorJobState.Trouble("Evicted", "low on memory"));
        assertThat(read(
                                job("{}"),
                                pod(
                                        "01",
                                        "",
                                        "{phase: Failed, conditions: [{type: DisruptionTarget, status: 'True', reason:"
                                                + " PreemptionByScheduler, message: preempting}]}"))
                        .disruption())
                .contains(new MigratorJobState.Trouble("PreemptionByScheduler", "preempting"));
        assertThat(read(job("{}"), pod("01", "deletionTimestamp: 2026-01-01T00:01:00Z", "{phase: Running}"))
                        .disruption())
                .map(MigratorJobState.Trouble::reason)
                .contains("PodDeleted");
        assertThat(read(job("{}"), pod("01", "deletionTimestamp: 2026-01-01T00:01:00Z", "{phase: Succeeded}"))
                        .disruption())
                .isEmpty();
    }

    /** On a node that is lost the pod stays as it is, and with it the Job: only the end of its grace period tells. */
    @Test
    void knowsSinceWhenAPodShouldHaveEnded() {
        String told = "deletionTimestamp: 2026-01-01T00:01:00Z";

        assertThat(read(job("{}"), pod("01", told, "{phase: Running}")).overdue())
                .contains(Instant.parse("2026-01-01T00:01:00Z"));
        assertThat(read(job("{}"), pod("01", "", "{phase: Running}")).overdue()).isEmpty();
        assertThat(read(job("{}"), pod("01", told, "{phase: Failed}")).overdue())
                .isEmpty();
    }

    @Test
    void knowsAFailedJobThatLostItsPod() {
        MigratorJobState state = read(
                job("{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, lastTransitionTime:"
                        + " '2026-01-01T00:00:30Z'}]}"));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.FAILED);
        assertThat(state.disruption()).map(MigratorJobState.Trouble::reason).contains("PodGone");
        assertThat(state.finished()).contains(Instant.parse("2026-01-01T00:00:30Z"));
    }

    /** Completion survives the pod: it may have been removed since. */
    @Test
    void knowsACompleteJobThatLostItsPod() {
        MigratorJobState state =
                read(job("{completionTime: '2026-01-01T00:00:30Z', conditions: [{type: Complete, status: 'True'}]}"));
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.SUCCEEDED);
        assertThat(state.finished()).contains(Instant.parse("2026-01-01T00:00:30Z"));
        assertThat(state.disruption()).isEmpty();
    }

    @Test
    void aConditionThatIsNotTrueSaysNothing() {
        assertThat(read(job("{conditions: [{type: Complete, status: 'False'}]}"))
                        .phase())
                .isEqualTo(MigratorJobPhase.PENDING);
    }

    @Test
    void takesTheNewestPodOfThisJob() {
        Pod other = pod("59", "", "{phase: Succeeded}");
        other.getMetadata().getOwnerReferences().get(0).setUid("another");
        MigratorJobState state =
                read(job("{}"), pod("01", "", "{phase: Failed}"), pod("02", "", "{phase: Running}"), other);
        assertThat(state.podName()).contains("run-checks-3-02");
        assertThat(state.phase()).isEqualTo(MigratorJobPhase.PENDING);
    }
}
