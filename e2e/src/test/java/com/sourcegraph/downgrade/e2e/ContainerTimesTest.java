package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the end-to-end tests take for a container at work; needs no cluster. */
class ContainerTimesTest {
    private static final Instant NOW = Instant.parse("2026-11-30T11:52:00Z");

    private final ContainerTimes times = new ContainerTimes();

    @Test
    void aContainerRunsFromItsStartToItsEnd() {
        times.note(pod("{running: {startedAt: '2026-11-30T11:51:08Z'}}"));
        assertThat(times.spans()).containsExactly(span("2026-11-30T11:51:08Z", Instant.MAX.toString()));

        times.note(pod("{terminated: {exitCode: 0, containerID: 'containerd://a', startedAt: '2026-11-30T11:51:08Z',"
                + " finishedAt: '2026-11-30T11:51:13Z'}}"));
        assertThat(times.spans()).containsExactly(span("2026-11-30T11:51:08Z", "2026-11-30T11:51:13Z"));
    }

    @Test
    void aContainerThatCouldNotBeStartedHasNotRun() {
        times.note(pod("{terminated: {exitCode: 128, reason: StartError, containerID: 'containerd://a',"
                + " startedAt: '1970-01-01T00:00:00Z', finishedAt: '2026-11-30T11:51:24Z'}}"));
        assertThat(times.spans()).isEmpty();
    }

    @Test
    void aContainerOfAPodThatIsGoneHasEnded() {
        Pod pod = pod("{running: {startedAt: '2026-11-30T11:51:08Z'}}");
        times.note(pod);
        times.gone(pod, false, NOW);
        assertThat(times.spans()).containsExactly(span("2026-11-30T11:51:08Z", NOW.toString()));
    }

    @Test
    void nothingIsSaidOfAnEndThatNobodyHasSeen() {
        Pod pod = pod("{running: {startedAt: '2026-11-30T11:51:08Z'}}");
        times.note(pod);
        times.gone(pod, true, NOW);
        assertThat(times.spans()).containsExactly(span("2026-11-30T11:51:08Z", "2026-11-30T11:51:08Z"));
    }

    @Test
    void twoThatRanInTheSameSecondsOverlap() {
        ContainerTimes.Span migrator = span("2026-11-30T11:51:08Z", "2026-11-30T11:51:13Z");
        assertThat(migrator.overlaps(span("2026-11-30T11:51:10Z", Instant.MAX.toString())))
                .isTrue();
        assertThat(migrator.overlaps(span("2026-11-30T11:50:00Z", "2026-11-30T11:51:09Z")))
                .isTrue();
        assertThat(migrator.overlaps(span("2026-11-30T11:51:13Z", Instant.MAX.toString())))
                .isFalse();
        assertThat(migrator.overlaps(span("2026-11-30T11:50:00Z", "2026-11-30T11:51:08Z")))
                .isFalse();
    }

    private static ContainerTimes.Span span(String from, String to) {
        return new ContainerTimes.Span("frontend-1/migrator", Instant.parse(from), Instant.parse(to));
    }

    private static Pod pod(String state) {
        return Serialization.unmarshal("""
                metadata: {name: frontend-1}
                status:
                  initContainerStatuses: [{name: migrator, containerID: 'containerd://a', state: %s}]
                """.formatted(state), Pod.class);
    }
}
