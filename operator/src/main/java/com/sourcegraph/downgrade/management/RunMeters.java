package com.sourcegraph.downgrade.management;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Counts and times runs. No meter names a resource or a namespace: their number must not grow with use. */
public final class RunMeters {

    private final MeterRegistry registry;

    public RunMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows how many resources are in each phase and in each step, as the cache has them when asked. */
    public void show(Supplier<Collection<SourcegraphDowngrade>> resources) {
        for (Phase phase : Phase.values()) {
            Gauge.builder("sourcegraph.downgrade.resources", () -> count(resources, status -> status.phase() == phase))
                    .description("Resources by phase")
                    .tag("phase", label(phase.name()))
                    .register(registry);
        }
        for (StepName step : StepName.values()) {
            Gauge.builder(
                            "sourcegraph.downgrade.current.step",
                            () -> count(
                                    resources, status -> status.finishedAt() == null && status.currentStep() == step))
                    .description("Unfinished resources by the step that they are in")
                    .tag("step", step.label())
                    .register(registry);
        }
    }

    /** Shows how many namespaces are not watched, as it is when asked. */
    public void showMissing(IntSupplier missing) {
        Gauge.builder("sourcegraph.downgrade.unwatched.namespaces", missing::getAsInt)
                .description("Namespaces whose resources cannot be watched now")
                .register(registry);
    }

    /** A status was stored. */
    public void stored(SourcegraphDowngrade before, SourcegraphDowngrade after) {
        Optional<SourcegraphDowngradeStatus> old = Optional.ofNullable(before.getStatus());
        for (StepStatus step : after.getStatus().steps()) {
            boolean wasOpen = old.map(SourcegraphDowngradeStatus::steps).orElse(List.of()).stream()
                    .anyMatch(known -> known.name() == step.name() && known.finishedAt() == null);
            Optional<Duration> took = took(step);
            if (wasOpen && took.isPresent()) {
                Timer.builder("sourcegraph.downgrade.step.duration")
                        .description("How long ended steps took")
                        .tag("step", step.name().label())
                        .tag("state", label(step.state().name()))
                        .register(registry)
                        .record(took.get());
            }
        }
        if (after.getStatus().finishedAt() != null
                && old.map(SourcegraphDowngradeStatus::finishedAt).isEmpty()) {
            result(after.getStatus());
        }
    }

    private static Optional<Duration> took(StepStatus step) {
        return StatusTime.read(step.startedAt())
                .flatMap(begun -> StatusTime.read(step.finishedAt()).map(ended -> Duration.between(begun, ended)));
    }

    private void result(SourcegraphDowngradeStatus status) {
        status.conditions().stream()
                .filter(condition -> "True".equals(condition.getStatus()))
                .filter(condition -> condition.getType().equals(ConditionType.COMPLETE.label())
                        || condition.getType().equals(ConditionType.FAILED.label()))
                .findFirst()
                .ifPresent(this::count);
    }

    private void count(Condition ended) {
        Counter.builder("sourcegraph.downgrade.results")
                .description("Ended runs")
                .tag("outcome", ended.getType())
                .tag("reason", ended.getReason())
                .register(registry)
                .increment();
    }

    private static double count(
            Supplier<Collection<SourcegraphDowngrade>> resources, Predicate<SourcegraphDowngradeStatus> test) {
        return resources.get().stream()
                .map(SourcegraphDowngrade::getStatus)
                .filter(status -> status != null && test.test(status))
                .count();
    }

    /** {@code ROLLING_OUT} as {@code RollingOut}, as the status writes it. */
    private static String label(String name) {
        StringBuilder label = new StringBuilder();
        for (String word : name.split("_")) {
            label.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return label.toString();
    }
}
