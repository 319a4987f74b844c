package com.sourcegraph.downgrade.demonstration;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Shows a run while it goes: every step with what it does, as the resource's status tells it. */
final class RunDisplay {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int WIDTH = 110;

    private final Screen screen;
    private final Map<String, String> told = new LinkedHashMap<>();

    RunDisplay(Screen screen) {
        this.screen = screen;
    }

    /** Follows the run to its end. @return whether it ended Complete */
    boolean follow(DemonstrationCluster cluster, String name) throws InterruptedException {
        BlockingQueue<SourcegraphDowngrade> changes = new LinkedBlockingQueue<>();
        try (var watch = cluster.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(cluster.namespace())
                .withName(name)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, SourcegraphDowngrade resource) {
                        changes.add(resource);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // The run is short; a watch that breaks shows as a display that stands still.
                    }
                })) {
            Instant until = Instant.now().plus(PATIENCE);
            while (Instant.now().isBefore(until)) {
                SourcegraphDowngrade seen = changes.poll(1, TimeUnit.SECONDS);
                if (seen == null || seen.getStatus() == null) {
                    continue;
                }
                show(seen.getStatus());
                if (seen.getStatus().finishedAt() != null) {
                    return holds(seen, ConditionType.COMPLETE);
                }
            }
            return false;
        }
    }

    private void show(SourcegraphDowngradeStatus status) {
        List<String> lines = new ArrayList<>();
        for (StepStatus step : status.steps()) {
            String line = line(step, status);
            lines.add(line);
            if (step.state() != StepState.PENDING
                    && !line.equals(told.put(step.name().label(), line))) {
                if (!screen.terminal()) {
                    screen.say(line);
                }
            }
        }
        screen.draw(lines);
    }

    private static String line(StepStatus step, SourcegraphDowngradeStatus status) {
        String mark =
                switch (step.state()) {
                    case PENDING -> "·";
                    case RUNNING -> "▶";
                    case DONE -> "✔";
                    case SKIPPED -> "−";
                    case FAILED, CANCELLED -> "✘";
                };
        String message = step.message() == null ? "" : step.message();
        boolean migrating = step.state() == StepState.RUNNING
                && step.name().label().equals("Migrate")
                && status.migration() != null
                && status.migration().phase() != null;
        if (migrating) {
            message = status.progress() + " " + status.migration().phase();
        }
        String text = " %s %-15s %s".formatted(mark, step.name().label(), message.replace('\n', ' '));
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
    }

    private static boolean holds(SourcegraphDowngrade resource, ConditionType type) {
        return resource.getStatus().conditions().stream()
                .anyMatch(
                        condition -> condition.getType().equals(type.label()) && "True".equals(condition.getStatus()));
    }
}
