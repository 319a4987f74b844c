package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.workload.Obstacle;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import org.junit.jupiter.api.Test;

/** What stands in {@code nextAction} is done: it must not be what the message warns of. */
class QuietRemediesTest {
    private final QuietRemedies remedies = new QuietRemedies();

    @Test
    void nobodyIsToldToStopAMigrator() throws JsonProcessingException {
        assertThat(told(new WorkloadRef("Job", "earlier-downgrade-1"), true))
                .isEqualTo("Wait for the end of Job/earlier-downgrade-1, which runs the migrator; do not interrupt it"
                        + " (docs/stops.md, A migrator that is not this run's); the run goes on by itself:"
                        + " kubectl -n sourcegraph describe job/earlier-downgrade-1");
    }

    @Test
    void whatOnlyAPersonCanStopIsToBeStopped() throws JsonProcessingException {
        assertThat(told(new WorkloadRef("DaemonSet", "agent"), false))
                .startsWith("Stop DaemonSet/agent for the time of the run, as the message tells")
                .endsWith("kubectl -n sourcegraph describe daemonset/agent");
    }

    private String told(WorkloadRef ref, boolean migrator) throws JsonProcessingException {
        Situation situation = Situations.first(
                "sourcegraph",
                new ObjectMapper()
                        .readValue(
                                "{\"to\": \"4.5.1\", \"manifests\": {\"configMapRef\": {\"name\": \"target\"}}}",
                                SourcegraphDowngradeSpec.class));
        return remedies.stop(situation, new Obstacle.NotOurs(ref, migrator, "it is in the way"));
    }
}
