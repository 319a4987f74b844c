package com.sourcegraph.downgrade.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunMetersTest {
    private static final String BEGUN = "2026-01-01T10:00:00Z";
    private static final String ENDED = "2026-01-01T10:01:30Z";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunMeters meters = new RunMeters(registry);

    @Test
    void showsWhereTheResourcesStandWhenAsked() {
        List<SourcegraphDowngrade> resources = new ArrayList<>();
        meters.show(() -> resources);
        assertThat(scraped()).contains("sourcegraph_downgrade_resources{phase=\"RollingOut\"} 0.0");

        resources.add(resource(status(Phase.ROLLING_OUT, StepName.ROLLOUT, null, List.of(), List.of())));
        resources.add(resource(status(Phase.COMPLETE, null, ENDED, List.of(), List.of())));
        resources.add(resource(null));

        assertThat(scraped())
                .contains("sourcegraph_downgrade_resources{phase=\"RollingOut\"} 1.0")
                .contains("sourcegraph_downgrade_resources{phase=\"Complete\"} 1.0")
                .contains("sourcegraph_downgrade_current_step{step=\"Rollout\"} 1.0")
                .contains("sourcegraph_downgrade_current_step{step=\"Verify\"} 0.0");
    }

    @Test
    void timesAStepOnceWhenItEnds() {
        SourcegraphDowngrade running = resource(quiesce(StepState.RUNNING, null));
        SourcegraphDowngrade ended = resource(quiesce(StepState.DONE, ENDED));

        meters.stored(resource(null), running);
        meters.stored(running, ended);
        meters.stored(ended, ended);

        assertThat(scraped())
                .contains("sourcegraph_downgrade_step_duration_seconds_count{state=\"Done\",step=\"Quiesce\"} 1")
                .contains("sourcegraph_downgrade_step_duration_seconds_sum{state=\"Done\",step=\"Quiesce\"} 90.0");
    }

    @Test
    void aTimeThatSomebodyHasMadeIllegibleIsNotMeasured() {
        for (String begun : new String[] {"yesterday", ""}) {
            SourcegraphDowngradeStatus edited = status(
                    Phase.QUIESCING,
                    StepName.QUIESCE,
                    null,
                    List.of(new StepStatus(StepName.QUIESCE, StepState.DONE, null, begun, ENDED, null, null)),
                    List.of());

            meters.stored(resource(quiesce(StepState.RUNNING, null)), resource(edited));
        }

        assertThat(scraped()).doesNotContain("step_duration_seconds_count");
    }

    @Test
    void aStepThatIsSkippedWithoutHavingBegunTakesNoTime() {
        SourcegraphDowngradeStatus skipped = status(
                Phase.PREFLIGHT,
                null,
                null,
                List.of(new StepStatus(StepName.APPROVAL, StepState.SKIPPED, null, null, ENDED, null, null)),
                List.of());

        meters.stored(resource(null), resource(skipped));

        assertThat(scraped()).doesNotContain("step_duration_seconds_count");
    }

    @Test
    void countsEachRunOnceWithOutcomeAndReason() {
        SourcegraphDowngrade running = resource(quiesce(StepState.RUNNING, null));
        SourcegraphDowngrade failed =
                resource(status(Phase.FAILED, null, ENDED, List.of(), List.of(condition("Failed", "Cancelled"))));

        meters.stored(running, failed);
        meters.stored(failed, failed);

        assertThat(scraped())
                .contains("sourcegraph_downgrade_results_total{outcome=\"Failed\",reason=\"Cancelled\"} 1.0");
    }

    @Test
    void noMeterNamesAResource() {
        meters.show(List::of);
        for (int number = 0; number < 50; number++) {
            SourcegraphDowngrade running = named("run-" + number, quiesce(StepState.RUNNING, null));
            SourcegraphDowngrade ended = named("run-" + number, quiesce(StepState.DONE, ENDED));
            meters.stored(running, ended);
        }

        assertThat(scraped()).doesNotContain("run-").doesNotContain("name=").doesNotContain("namespace=");
    }

    private String scraped() {
        return registry.scrape();
    }

    private static SourcegraphDowngradeStatus quiesce(StepState state, String finishedAt) {
        return status(
                Phase.QUIESCING,
                StepName.QUIESCE,
                null,
                List.of(new StepStatus(StepName.QUIESCE, state, null, BEGUN, finishedAt, null, null)),
                List.of());
    }

    private static SourcegraphDowngradeStatus status(
            Phase phase, StepName step, String finishedAt, List<StepStatus> steps, List<Condition> conditions) {
        return new SourcegraphDowngradeStatus(
                1L,
                phase,
                step,
                null,
                null,
                conditions,
                null,
                null,
                steps,
                null,
                null,
                null,
                null,
                null,
                BEGUN,
                finishedAt);
    }

    private static Condition condition(String type, String reason) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .build();
    }

    private static SourcegraphDowngrade resource(SourcegraphDowngradeStatus status) {
        return named("back", status);
    }

    private static SourcegraphDowngrade named(String name, SourcegraphDowngradeStatus status) {
        SourcegraphDowngrade resource = new SourcegraphDowngrade();
        resource.getMetadata().setName(name);
        resource.getMetadata().setNamespace("ns-of-" + name);
        resource.setStatus(status);
        return resource;
    }
}
